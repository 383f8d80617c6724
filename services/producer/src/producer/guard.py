"""The processor accepts a row of a source and run only above the highest earlier one in its partition.

Lines that are sent late may be lower, after the topic got more partitions or was truncated. They are then sent under
another source name, under which the processor accepts all of them.
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
    """Return the sender whose rows are all accepted: the source itself, else the first accepted name made from it."""
    senders = (Sender(name, run) for name in names(source))
    return next(sender for sender in senders if are_above(places(), highest_rows(sender)))


def names(source: str) -> Iterator[str]:
    """Yield the names that a source's lines may be sent under."""
    yield source
    for number in count(1):
        yield hashlib.sha256(f"{source}:{number}".encode()).hexdigest()[:SOURCE_DIGITS]


def are_above(places: Iterable[Place], highest_rows: Mapping[int, int]) -> bool:
    """Return whether each row is above the highest earlier one in its partition; the rows must ascend."""
    highest = max(highest_rows.values(), default=0)
    low = takewhile(lambda place: place[1] <= highest, places)
    return all(row > highest_rows.get(partition, 0) for partition, row in low)
