"""What a micro-batch holds that is new: decisions about its lines, whatever the order they were handed over in."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.progress import Fingerprint, OffsetRange, Position, Source

Mask = npt.NDArray[np.bool_]
REPETITION = "already received: an earlier message of this partition holds this row of this source and run"


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
    keys = lines.filter(pc.is_valid(lines["source"])).group_by(["source", "run", "kafka_partition"]).aggregate([])
    return [Source(key["source"].hex(), key["run"], key["kafka_partition"]) for key in keys.to_pylist()]


def set_repetitions_aside(lines: pa.Table, received: Mapping[Source, int]) -> tuple[pa.Table, dict[Source, int]]:
    """Reject the lines at or below the highest row already received of their source, run and partition.

    A producer sends the rows of a workbook in order, so such a row is one that was sent again. Returns the lines
    and the new highest rows.
    """
    is_repetition = np.zeros(lines.num_rows, dtype=bool)
    highest = {}
    for source in sources(lines):
        places = np.flatnonzero(_comes_from(lines, source))
        rows = lines["source_row"].take(pa.array(places)).to_numpy()
        before = np.maximum.accumulate(np.concatenate([[received.get(source, 0)], rows]))
        is_repetition[places] = rows <= before[:-1]
        highest[source] = int(before[-1])
    return (_rejected(lines, is_repetition) if is_repetition.any() else lines), highest


def routed(lines: pa.Table, route: str) -> pa.Table:
    """Return the lines that go one way: British, other or rejected."""
    return lines.filter(pc.equal(lines["route"], route))


def _comes_from(lines: pa.Table, source: Source) -> Mask:
    is_source = pc.equal(lines["source"], pa.scalar(bytes.fromhex(source.digest), lines["source"].type))
    is_run = pc.equal(lines["run"], source.run)
    is_partition = pc.equal(lines["kafka_partition"], source.partition)
    mask = pc.fill_null(pc.and_(pc.and_(is_source, is_run), is_partition), fill_value=False)
    return mask.to_numpy()  # type: ignore[no-any-return]


def _rejected(lines: pa.Table, mask: Mask) -> pa.Table:
    chosen = pa.array(mask)
    for name, value in (("route", "rejected"), ("reason", REPETITION)):
        column = pc.if_else(chosen, pa.scalar(value, lines[name].type), lines[name])
        lines = lines.set_column(lines.column_names.index(name), name, column)
    return lines
