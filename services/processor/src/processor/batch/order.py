"""Which lines of a micro-batch are new, and whether messages before it are missing."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from processor.edges.positions import Fingerprint, OffsetRange, Position


class GapError(Exception):
    """Messages between the last committed one and the batch are missing: the stream must resume."""


def in_order(lines: pa.Table) -> pa.Table:
    """Return lines or messages by partition and offset: Spark's tasks and joined micro-batches are in any order."""
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
        raise GapError(f"partition {partitions.max()} is unknown to the view")
    is_new = lines["kafka_offset"].to_numpy() >= next_offsets[partitions]
    return lines if is_new.all() else lines.filter(pa.array(is_new))


def offset_ranges(lines: pa.Table, positions: Mapping[int, Position]) -> dict[int, OffsetRange]:
    """Return the offsets of the ordered lines by partition; a `GapError` where one is missing or doubled."""
    partitions, offsets = lines["kafka_partition"].to_numpy(), lines["kafka_offset"].to_numpy()
    timestamps, crcs = lines["sent_at"], lines["crc32"]
    ranges = {}
    for partition in map(int, np.unique(partitions)):
        start, end = np.searchsorted(partitions, [partition, partition + 1])
        first, expected = int(offsets[start]), positions[partition].next_offset
        if first != expected or int(offsets[end - 1]) - first != end - 1 - start:
            raise GapError(
                f"partition {partition}: expected offset {expected}, the batch has {end - start} messages from {first} "
                f"to {offsets[end - 1]}"
            )
        last = int(end) - 1
        ranges[partition] = OffsetRange(
            first, int(offsets[last]) + 1, Fingerprint(timestamps[last].as_py(), crcs[last].as_py())
        )
    return ranges
