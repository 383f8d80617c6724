"""What a micro-batch holds that is new: decisions about its lines, whatever the order they were handed over in."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.edges.positions import Fingerprint, OffsetRange, Place, Position, Source

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
RECEIVED = "already received"
REPETITION = f"{RECEIVED}: an earlier message of this partition holds this row of this source and run"
NOT_OPEN = f"{RECEIVED}: the message that it carries again was not set aside, or was sent again before"


class GapError(Exception):
    """Messages between the last committed one and the batch are missing: the stream must start from the store again."""


def in_order(lines: pa.Table) -> pa.Table:
    """Return the lines by partition and offset; Spark's tasks give them so, several micro-batches in one do not."""
    partitions, offsets = lines["kafka_partition"].to_numpy(), lines["kafka_offset"].to_numpy()
    same = partitions[1:] == partitions[:-1]
    if np.all(np.where(same, offsets[1:] > offsets[:-1], partitions[1:] > partitions[:-1])):
        return lines
    return lines.sort_by([("kafka_partition", "ascending"), ("kafka_offset", "ascending")])


def drop_committed(lines: pa.Table, positions: Mapping[int, Position]) -> pa.Table:
    """Leave out the lines below the next offset of their partition."""
    next_offsets = np.zeros(max(positions, default=0) + 1, dtype=np.int64)
    for partition, position in positions.items():
        next_offsets[partition] = position.next_offset
    partitions = lines["kafka_partition"].to_numpy()
    if len(partitions) and int(partitions.max()) not in positions:
        raise GapError(f"partition {partitions.max()} is not one that the view knows")
    is_new = lines["kafka_offset"].to_numpy() >= next_offsets[partitions]
    return lines if is_new.all() else lines.filter(pa.array(is_new))


def offset_ranges(lines: pa.Table, positions: Mapping[int, Position]) -> dict[int, OffsetRange]:
    """Return the offsets of the ordered lines by partition; a `GapError` where one is missing or stands twice."""
    partitions, offsets = lines["kafka_partition"].to_numpy(), lines["kafka_offset"].to_numpy()
    timestamps, crcs = lines["sent_at"], lines["crc32"]
    ranges = {}
    for partition in map(int, np.unique(partitions)):
        begin, end = np.searchsorted(partitions, [partition, partition + 1])
        first, expected = int(offsets[begin]), positions[partition].next_offset
        if first != expected or int(offsets[end - 1]) - first != end - 1 - begin:
            raise GapError(
                f"partition {partition}: the next message is {expected}, the batch holds {end - begin} from {first} "
                f"to {offsets[end - 1]}"
            )
        last = int(end) - 1
        ranges[partition] = OffsetRange(
            first, int(offsets[last]) + 1, Fingerprint(timestamps[last].as_py(), crcs[last].as_py())
        )
    return ranges


def sources(lines: pa.Table) -> list[Source]:
    """Return the runs of workbooks that the lines come from."""
    return [source for source, _, _ in _by_source(lines)[1]]


def set_repetitions_aside(lines: pa.Table, received: Mapping[Source, int]) -> tuple[pa.Table, dict[Source, int]]:
    """Reject the lines at or below the highest row already received of their source, run and partition.

    A producer sends the rows of a workbook in order, so such a row is one that was sent again. Returns the lines
    and the new highest rows. Lines that carry a rejected message again come out of order and have rules of their own.
    """
    places, groups = _by_source(lines)
    rows = lines["source_row"].fill_null(0).to_numpy()
    is_repeated = np.zeros(lines.num_rows, dtype=bool)
    highest = {}
    for source, begin, end in groups:
        own = places[begin:end]
        before = np.maximum.accumulate(np.concatenate([[received.get(source, 0)], rows[own]]))
        is_repeated[own] = rows[own] <= before[:-1]
        highest[source] = int(before[-1])
    return _rejected(lines, is_repeated, REPETITION), highest


def origins(lines: pa.Table) -> set[Place]:
    """Return the places of the messages that lines of the batch carry again."""
    resent = lines.filter(pc.is_valid(lines["resent_offset"]))
    return set(map(Place, resent["resent_partition"].to_pylist(), resent["resent_offset"].to_pylist()))


def take_places(lines: pa.Table, open_rejects: Collection[Place]) -> tuple[pa.Table, dict[Place, Place]]:
    """Let a line that carries an open reject again take its place, whatever becomes of it, and reject the others.

    An open reject is a message that was set aside for its own fault, in the view (`open_rejects`) or earlier in the
    batch, and that no message took the place of. Both stand in one partition, so that they always come in the same
    order. Returns the lines and, for each reject, the place of the line that carries it again.
    """
    wanted = origins(lines)
    if not wanted:
        return lines, {}
    is_open = (wanted & set(open_rejects)) | (wanted & _places(faulty(lines)))
    is_refused = np.zeros(lines.num_rows, dtype=bool)
    taken: dict[Place, Place] = {}
    for index, own, origin in carriers(lines):
        if origin in is_open and origin.partition == own.partition and origin.offset < own.offset:
            is_open.remove(origin)
            taken[origin] = own
        else:
            is_refused[index] = True
            is_open.discard(own)
    return _rejected(lines, is_refused, NOT_OPEN), taken


def first_places(taken: Mapping[Place, Place], earlier: Mapping[Place, Place]) -> dict[Place, Place]:
    """Return, for each line that took a reject's place, where what it carries stood first.

    A reject may have been a message sent again itself; `earlier` says where those of the view stood first.
    """
    firsts: dict[Place, Place] = {}
    for reject, own in taken.items():
        firsts[own] = firsts.get(reject, earlier.get(reject, reject))
    return firsts


def carriers(lines: pa.Table) -> Iterator[tuple[int, Place, Place]]:
    """Yield index, place and origin of each line that carries a message again, in order."""
    indices = np.flatnonzero(pc.is_valid(lines["resent_offset"]).to_numpy())
    columns = ("kafka_partition", "kafka_offset", "resent_partition", "resent_offset")
    chosen = lines.select(columns).take(pa.array(indices)).to_pydict().values()
    for index, partition, offset, origin_partition, origin_offset in zip(indices, *chosen, strict=True):
        yield int(index), Place(partition, offset), Place(origin_partition, origin_offset)


def faulty(lines: pa.Table) -> pa.Table:
    """Return the lines that were set aside for their own fault, not because they had been received before."""
    rejects = routed(lines, "rejected")
    return rejects.filter(pc.invert(pc.starts_with(rejects["reason"], RECEIVED)))


def routed(lines: pa.Table, route: str) -> pa.Table:
    """Return the lines that go one way: British, other or rejected."""
    return lines.filter(pc.equal(lines["route"], route))


def without_values(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return reasons without the value that they quote."""
    return pc.replace_substring_regex(reasons, "(?s)'.*'", "'...'")


def replaced(lines: pa.Table, mask: Mask, **values: str | None) -> pa.Table:
    """Return the lines with other values in some columns where the mask says so."""
    if not mask.any():
        return lines
    for name, value in values.items():
        column = pc.if_else(pa.array(mask), pa.scalar(value, lines[name].type), lines[name])
        lines = lines.set_column(lines.column_names.index(name), name, column)
    return lines


def _rejected(lines: pa.Table, mask: Mask, reason: str) -> pa.Table:
    """Set lines aside as received before; the bytes of such a message stand at its place in the topic."""
    return replaced(lines, mask, route="rejected", reason=reason, message=None)


def _by_source(lines: pa.Table) -> tuple[Integers, list[tuple[Source, int, int]]]:
    """Return the indices of the lines that count, those of a source together, and from where to where each has its own.

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
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    found = [
        Source(key["source"], key["run"], key["kafka_partition"]) for key in keys.take(pa.array(begins)).to_pylist()
    ]
    ends = np.append(begins, len(numbers))[1:]
    return indices, list(zip(found, begins.tolist(), ends.tolist(), strict=True))


def _numbers(keys: pa.Table) -> Integers:
    """Return a number per row that equal rows share, in the order in which they are met."""
    numbers = np.zeros(keys.num_rows, dtype=np.int64)
    for column in keys.columns:
        codes = _codes(column)
        numbers = _codes(pa.array(numbers * (codes.max(initial=0) + 1) + codes))
    return numbers


def _codes(column: pa.Array | pa.ChunkedArray) -> Integers:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.dictionary_encode().indices.to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def _places(lines: pa.Table) -> set[Place]:
    return set(map(Place, lines["kafka_partition"].to_pylist(), lines["kafka_offset"].to_pylist()))
