"""A micro-batch into the driver, bounded in bytes, however long its messages are.

A message may be a thousand times as long as a sales line, so that the rows of a micro-batch say nothing of its bytes.
Spark's tasks therefore withhold the texts of long lines, and what is handed over at a time is cut by its bytes: pieces
that lack a text are read again, alone. Lines as they should be are read once, and their micro-batch stays in one piece.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

from processor.batch.lines import in_order

TEXTS = ("reason", "message", "InvoiceNo", "StockCode", "Description", "CustomerID", "Country")
MICRO_BATCH_BYTES = 256 * 1024 * 1024  # of texts, at most, in one result of Spark
PIECE_BYTES = 64 * 1024 * 1024  # of texts, at most, that are handed over at a time: there are three at once

Spans = Mapping[int, tuple[int, int]]
"""Offsets by partition, from the first to before the second."""


def withhold_long_texts(lines: DataFrame, max_rows: int) -> DataFrame:
    """Add `text_bytes`, and make the texts NULL where they are too long for so many lines to have as many."""
    text_bytes = sum((F.coalesce(F.octet_length(name), F.lit(0)) for name in TEXTS), F.lit(0))
    is_short = F.col("text_bytes") <= MICRO_BATCH_BYTES // max_rows
    return lines.withColumn("text_bytes", text_bytes).withColumns(
        {name: F.when(is_short, F.col(name)) for name in TEXTS}
    )


def collect(lines: DataFrame, max_rows: int, reread: Callable[[Spans], DataFrame]) -> Iterator[pa.Table]:
    """Yield a micro-batch of such lines in pieces that are in order; `reread` gives lines with all their texts."""
    table = in_order(lines.toArrow())
    sizes = table["text_bytes"].to_numpy()
    for begin, end in cut(sizes, PIECE_BYTES):
        piece = table.slice(begin, end - begin).drop_columns(["text_bytes"])
        is_whole = sizes[begin:end].max() <= MICRO_BATCH_BYTES // max_rows
        yield piece if is_whole else reread(spans(piece)).toArrow()


def cut(sizes: npt.NDArray[np.integer], limit: int) -> Iterator[tuple[int, int]]:
    """Yield where pieces begin and end whose sizes sum up to no more than a limit and one of them."""
    number = np.cumsum(sizes, dtype=np.int64) // limit
    marks = [0, *(np.flatnonzero(np.diff(number)) + 1), len(sizes)]
    yield from ((int(begin), int(end)) for begin, end in pairwise(marks) if begin < end)


def spans(lines: pa.Table) -> Spans:
    """Return the offsets of lines by partition."""
    found = lines.group_by("kafka_partition").aggregate([("kafka_offset", "min"), ("kafka_offset", "max")])
    return {
        span["kafka_partition"]: (span["kafka_offset_min"], span["kafka_offset_max"] + 1) for span in found.to_pylist()
    }
