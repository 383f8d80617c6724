"""The processor's guard takes a row of a source and run only above the highest one before it in its partition.

Lines that are sent late may be lower: the partition count was changed, or the topic has lost its end. Under a name of
their own they all pass.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, takewhile

from producer.message import Sender
from producer.record import SOURCE_DIGITS

type Place = tuple[int, int]
"""Partition and row."""


def sender(
    source: str, run: int, places: Callable[[], Iterable[Place]], highest_rows: Callable[[Sender], Mapping[int, int]]
) -> Sender:
    """Return the sender under whose name all rows pass: the source itself, else the first name made from it."""
    senders = (Sender(name, run) for name in names(source))
    return next(sender for sender in senders if are_above(places(), highest_rows(sender)))


def names(source: str) -> Iterator[str]:
    """Yield the names that a source's lines may go under."""
    yield source
    for number in count(1):
        yield hashlib.sha256(f"{source}:{number}".encode()).hexdigest()[:SOURCE_DIGITS]


def are_above(places: Iterable[Place], highest_rows: Mapping[int, int]) -> bool:
    """Return whether each row, which all rise, is above the highest one before it in its partition."""
    highest = max(highest_rows.values(), default=0)
    low = takewhile(lambda place: place[1] <= highest, places)
    return all(row > highest_rows.get(partition, 0) for partition, row in low)
