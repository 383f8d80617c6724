"""Resent messages: each takes the place of a rejected one, its origin, once."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from processor.batch.lines import RECEIVED, faulty, rejected
from processor.edges.positions import Place

NOT_OPEN = f"{RECEIVED}: the message that it carries again was not set aside, or was sent again before"


def origins(lines: pa.Table) -> set[Place]:
    """Return the origins of the resent messages in the batch."""
    resent = lines.filter(pc.is_valid(lines["resent_offset"]))
    return set(map(Place, resent["resent_partition"].to_pylist(), resent["resent_offset"].to_pylist()))


def take_places(lines: pa.Table, open_rejects: Collection[Place]) -> tuple[pa.Table, dict[Place, Place]]:
    """Let a line whose origin is an open reject take its place, valid or not; reject the other resent lines.

    An open reject is a message that was rejected for its own fault, in the view (`open_rejects`) or earlier in the
    batch, and whose place no message has taken. Both are in one partition, so they always come in the same order.
    Returns the lines and, for each reject taken, the place of the line that resends it.
    """
    wanted = origins(lines)
    if not wanted:
        return lines, {}
    is_open = (wanted & set(open_rejects)) | (wanted & _places(faulty(lines)))
    is_refused = np.zeros(lines.num_rows, dtype=bool)
    taken: dict[Place, Place] = {}
    for index, own, origin in resending_lines(lines):
        if origin in is_open and origin.partition == own.partition and origin.offset < own.offset:
            is_open.remove(origin)
            taken[origin] = own
        else:
            is_refused[index] = True
            is_open.discard(own)
    return rejected(lines, is_refused, NOT_OPEN), taken


def first_places(taken: Mapping[Place, Place], earlier: Mapping[Place, Place]) -> dict[Place, Place]:
    """Return, for each line that took a reject's place, the first place of its message.

    A reject may itself have been resent; `earlier` has the first places of those in the view.
    """
    firsts: dict[Place, Place] = {}
    for reject, own in taken.items():
        firsts[own] = firsts.get(reject, earlier.get(reject, reject))
    return firsts


def resending_lines(lines: pa.Table) -> Iterator[tuple[int, Place, Place]]:
    """Yield index, place and origin of each resent line, in order."""
    indices = np.flatnonzero(pc.is_valid(lines["resent_offset"]).to_numpy())
    columns = ("kafka_partition", "kafka_offset", "resent_partition", "resent_offset")
    chosen = lines.select(columns).take(pa.array(indices)).to_pydict().values()
    for index, partition, offset, origin_partition, origin_offset in zip(indices, *chosen, strict=True):
        yield int(index), Place(partition, offset), Place(origin_partition, origin_offset)


def _places(lines: pa.Table) -> set[Place]:
    return set(map(Place, lines["kafka_partition"].to_pylist(), lines["kafka_offset"].to_pylist()))
