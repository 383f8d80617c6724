"""The types in which topic and database describe how far the stream has got."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Where a message is in the topic."""

    partition: int
    offset: int


class Fingerprint(NamedTuple):
    """What distinguishes a message from the one at its place in another copy of the topic."""

    timestamp: int  # Kafka's, ms since 1970
    crc32: int  # of the value


class Position(NamedTuple):
    """How far a partition has been committed; `last` is the last message below `next_offset`, if there was one."""

    next_offset: int
    last: Fingerprint | None


class State(NamedTuple):
    """The stored state of the stream, read under its lock."""

    topic_id: str | None
    last_batch: int
    generation: int | None
    positions: dict[int, Position]
    newest_sale: dt.datetime | None = None  # wall-clock time, as in the lines


@dataclass(frozen=True)
class Snapshot:
    """The topic at one time; offsets by partition."""

    topic_id: str
    first_offsets: dict[int, int]
    end_offsets: dict[int, int]


class OffsetRange(NamedTuple):
    """The messages of a micro-batch in a partition: from `first` to before `next`, whose predecessor is `last`."""

    first: int
    next: int
    last: Fingerprint


class Source(NamedTuple):
    """A run of a workbook in a partition; `digest` is the SHA-256 of its canonical csv, hexadecimal."""

    digest: str
    run: int
    partition: int


class Erasure(NamedTuple):
    """A customer who was erased from the view: `customer` is the SHA-256 of the CustomerID, hexadecimal.

    It covers the messages below `next_offset` of the partition; a customer who buys again later is stored again.
    """

    customer: str
    partition: int
    next_offset: int


class Tally(NamedTuple):
    """Messages read, and how many of them were rejected, without those already received."""

    read: int
    rejected: int


class Counts(NamedTuple):
    """Messages by their route; the repeated ones are among the rejected."""

    british: int
    other: int
    rejected: int
    repeated: int
