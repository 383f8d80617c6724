"""Customers who were erased from the view and must not come back when it is rebuilt from the topic."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from processor.batch.lines import Mask, replaced, without_values
from processor.batch.resent import resending_lines
from processor.edges.positions import Erasure, Place

Integers = npt.NDArray[np.int64]


def effective_offsets(lines: pa.Table, first_places: Mapping[Place, Place]) -> Integers:
    """Return the offset that decides whether an erasure covers a line: of a resent message, its first one."""
    offsets: Integers = lines["kafka_offset"].to_numpy().copy()
    for index, own, _ in resending_lines(lines):
        if own in first_places:
            offsets[index] = first_places[own].offset
    return offsets


def least(lines: pa.Table, offsets: Integers) -> dict[int, int]:
    """Return the lowest offset of the lines by partition."""
    partitions = lines["kafka_partition"].to_numpy()
    return {int(partition): int(offsets[partitions == partition].min()) for partition in np.unique(partitions)}


def erase(lines: pa.Table, offsets: Integers, erasures: Sequence[Erasure]) -> pa.Table:
    """Remove erased customers from the lines: their CustomerID, and any rejected message, which may name anyone.

    An erasure covers the messages below its offset. The lines stay: without the number they identify nobody.
    """
    if not erasures:
        return lines
    partitions = lines["kafka_partition"].to_numpy()
    erased = sorted({erasure.customer for erasure in erasures})
    limits = _limits(erasures, erased, int(partitions.max()))
    is_theirs = offsets < limits[_customers(lines, erased), partitions]
    may_name_them = offsets < limits.max(axis=0)[partitions]
    return _forget_messages(replaced(lines, is_theirs, CustomerID=None), may_name_them)


def _forget_messages(lines: pa.Table, mask: Mask) -> pa.Table:
    """Remove the bytes of messages and the values that reasons quote: a number may be in a wrong column."""
    reasons = pc.if_else(pa.array(mask), without_values(lines["reason"]), lines["reason"])
    return replaced(lines, mask, message=None).set_column(lines.column_names.index("reason"), "reason", reasons)


def _limits(erasures: Sequence[Erasure], erased: Sequence[str], last_partition: int) -> Integers:
    """Return the offsets below which erasures apply, by customer and partition; the last row is for all others."""
    rows = {customer: row for row, customer in enumerate(erased)}
    limits = np.zeros((len(erased) + 1, last_partition + 1), dtype=np.int64)
    for customer, partition, next_offset in erasures:
        if partition <= last_partition:
            limits[rows[customer], partition] = next_offset
    return limits


def _customers(lines: pa.Table, erased: Sequence[str]) -> Integers:
    """Return the row in `erased` of each line's customer, -1 for the others; each customer is hashed once."""
    encoded = lines["CustomerID"].combine_chunks().dictionary_encode()
    rows = {customer: row for row, customer in enumerate(erased)}
    of_code = [rows.get(hashlib.sha256(name.encode()).hexdigest(), -1) for name in encoded.dictionary.to_pylist()]
    # A missing CustomerID has no code; it gets the one after the last.
    customers: Integers = np.array([*of_code, -1])[encoded.indices.fill_null(len(of_code)).to_numpy()]
    return customers
