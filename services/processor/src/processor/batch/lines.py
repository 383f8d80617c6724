"""The lines of a micro-batch as a table: by route, and with other values in some of them."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.edges.positions import Counts

Mask = npt.NDArray[np.bool_]
RECEIVED = "already received"


def faulty(lines: pa.Table) -> pa.Table:
    """Return the lines that were rejected for their own fault, not as already received."""
    rejects = routed(lines, "rejected")
    return rejects.filter(pc.invert(pc.starts_with(rejects["reason"], RECEIVED)))


def routed(lines: pa.Table, route: str) -> pa.Table:
    """Return the lines of a route: British, other or rejected."""
    return lines.filter(pc.equal(lines["route"], route))


def counted(lines: pa.Table) -> dict[int, Counts]:
    """Return the number of messages by route, of each partition."""
    partitions = lines["kafka_partition"].to_numpy()
    masks = [pc.equal(lines["route"], route) for route in ("British", "other", "rejected")]
    masks.append(pc.fill_null(pc.starts_with(lines["reason"], RECEIVED), fill_value=False))
    counts = [np.bincount(partitions, weights=mask.to_numpy()) for mask in masks]
    return {number: Counts(*(int(count[number]) for count in counts)) for number in np.unique(partitions).tolist()}


def without_values(reasons: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return reasons without the value that they quote."""
    return pc.replace_substring_regex(reasons, "(?s)'.*'", "'...'")


def replaced(lines: pa.Table, mask: Mask, **values: str | None) -> pa.Table:
    """Return the lines with other values in some columns where the mask is true."""
    if not mask.any():
        return lines
    for name, value in values.items():
        column = pc.if_else(pa.array(mask), pa.scalar(value, lines[name].type), lines[name])
        lines = lines.set_column(lines.column_names.index(name), name, column)
    return lines


def rejected(lines: pa.Table, mask: Mask, reason: str) -> pa.Table:
    """Reject lines as already received; their bytes are not stored, since the topic holds them."""
    return replaced(lines, mask, route="rejected", reason=reason, message=None)
