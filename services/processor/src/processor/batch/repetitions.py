"""Rows of a workbook that were already received: a producer sends them in order, so the highest row decides."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.batch.lines import RECEIVED, rejected
from processor.edges.positions import Source

Integers = npt.NDArray[np.int64]
REPETITION = f"{RECEIVED}: an earlier message of this partition holds this row of this source and run"


def sources(lines: pa.Table) -> list[Source]:
    """Return the runs of workbooks that the lines come from."""
    return [source for source, _, _ in _by_source(lines)[1]]


def reject_repetitions(lines: pa.Table, received: Mapping[Source, int]) -> tuple[pa.Table, dict[Source, int]]:
    """Reject the lines at or below the highest row already received of their source, run and partition.

    A producer sends the rows of a workbook in order, so such a row is a repetition. Returns the lines and
    the new highest rows. Resent messages come out of order and have their own rules (`resent`).
    """
    places, groups = _by_source(lines)
    rows = lines["source_row"].fill_null(0).to_numpy()
    is_repeated = np.zeros(lines.num_rows, dtype=bool)
    highest = {}
    for source, start, end in groups:
        own = places[start:end]
        before = np.maximum.accumulate(np.concatenate([[received.get(source, 0)], rows[own]]))
        is_repeated[own] = rows[own] <= before[:-1]
        highest[source] = int(before[-1])
    return rejected(lines, is_repeated, REPETITION), highest


def _by_source(lines: pa.Table) -> tuple[Integers, list[tuple[Source, int, int]]]:
    """Return the indices of the lines that count, grouped by source, and where each source's start and end.

    Sources are numbered and the lines sorted by the number: a batch may hold a source per line.
    """
    counts = pc.and_(pc.is_valid(lines["source"]), pc.is_null(lines["resent_offset"])).to_numpy()
    indices = np.flatnonzero(counts)
    keys = lines.select(["source", "run", "kafka_partition"])
    keys = keys if len(indices) == lines.num_rows else keys.take(pa.array(indices))
    numbers = _numbers(keys)
    if np.any(numbers[1:] < numbers[:-1]):
        order = np.argsort(numbers, kind="stable")
        indices, numbers, keys = indices[order], numbers[order], keys.take(pa.array(order))
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    found = [
        Source(key["source"], key["run"], key["kafka_partition"]) for key in keys.take(pa.array(starts)).to_pylist()
    ]
    ends = np.append(starts, len(numbers))[1:]
    return indices, list(zip(found, starts.tolist(), ends.tolist(), strict=True))


def _numbers(keys: pa.Table) -> Integers:
    """Return a number per row, equal for equal rows, in the order in which they occur."""
    numbers = np.zeros(keys.num_rows, dtype=np.int64)
    for column in keys.columns:
        codes = _codes(column)
        numbers = _codes(pa.array(numbers * (codes.max(initial=0) + 1) + codes))
    return numbers


def _codes(column: pa.Array | pa.ChunkedArray) -> Integers:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.dictionary_encode().indices.to_numpy().astype(np.int64)  # type: ignore[no-any-return]
