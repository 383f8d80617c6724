"""The expected outcome of each message, by the contract and the stream's rules."""

import enum
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from contracts.reference import Line, Place, origin, read
from oracle.snapshot import BRITISH, LINE, OTHER, REJECTED, moment
from oracle.topic import Message


class Fate(enum.Enum):
    """The possible outcomes of a message."""

    TAKEN = "taken"
    REJECTED = "rejected"
    REPEATED = "rejected as already received"


class Expected(NamedTuple):
    """A message, the line in it, its fate, and the content of its row in a table."""

    place: Place
    content: tuple[Any, ...]
    fate: Fate
    line: Line | None
    message: Message


class Stream:
    """The messages of the topic in their order.

    Each (source, run, row) counts once: a row at or below the highest one of its source, run and partition is a
    repetition. A message with a place in `resent` replaces a rejected one of its partition instead, once, and for
    erasures it has the place of the first one.

    A valid message may have been rejected too, and sent again after the processor was fixed. Only the view has that
    (`resent`); that its second place is in the topic, and taken, is checked.
    """

    def __init__(self, resent: Mapping[Place, Place], erased: Mapping[tuple[str, int], int]) -> None:
        self.highest: dict[tuple[str, int, int], int] = {}
        self.resent: dict[Place, Place] = {}
        self._rejected_first = resent
        self._open: set[Place] = set()
        self._firsts: dict[Place, Place] = {}
        self._erased = erased
        self._erased_ends = {partition: 0 for _, partition in erased}
        for (_, partition), offset in erased.items():
            self._erased_ends[partition] = max(offset, self._erased_ends[partition])

    def expect(self, message: Message) -> Expected:
        """Return the expected outcome of the next message."""
        line = read(message.value)
        fate = self._fate(message, line)
        if line is not None and fate is Fate.TAKEN:
            content: tuple[Any, ...] = (
                BRITISH if line.is_british else OTHER,
                line.row,
                *self._columns(line, message.place),
            )
        else:
            content = (REJECTED, moment(message.timestamp), self._kept(message, fate))
        return Expected(message.place, content, fate, line, message)

    def _fate(self, message: Message, line: Line | None) -> Fate:
        stands_for = origin(message.value)
        if stands_for is not None and not self._takes_place_of(stands_for, message.place):
            return Fate.REPEATED
        if line is None or message.place in self._rejected_first:
            self._open.add(message.place)
            return Fate.REJECTED
        if stands_for is None and not self._is_next(line, message.place[0]):
            return Fate.REPEATED
        return Fate.TAKEN

    def _takes_place_of(self, rejected: Place, place: Place) -> bool:
        if rejected not in self._open or rejected[0] != place[0]:
            return False
        self._open.remove(rejected)
        self.resent[rejected] = place
        self._firsts[place] = self._firsts.get(rejected, rejected)
        return True

    def _is_next(self, line: Line, partition: int) -> bool:
        source = (line.source, line.run, partition)
        highest = self.highest.setdefault(source, 0)
        self.highest[source] = max(highest, line.row)
        return line.row > highest

    def _columns(self, line: Line, place: Place) -> tuple[Any, ...]:
        """Return the columns of a line, without an erased customer."""
        if self._erased and line.CustomerID is not None:
            partition, offset = self._firsts.get(place, place)
            digest = hashlib.sha256(line.CustomerID.encode()).hexdigest()
            if offset < self._erased.get((digest, partition), 0):
                line = line._replace(CustomerID=None)
        return line[: len(LINE)]

    def _kept(self, message: Message, fate: Fate) -> bytes | None:
        """Return the stored bytes: none of a repetition, none that may name an erased customer."""
        partition, offset = self._firsts.get(message.place, message.place)
        is_erased = offset < self._erased_ends.get(partition, 0)
        return None if is_erased or fate is Fate.REPEATED else message.value
