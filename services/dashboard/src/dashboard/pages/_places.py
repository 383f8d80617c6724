"""Where a customer's lines are: ranges of the primary key, since no index leads from a customer to the lines."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dashboard.statements import Statement

# An invoice whose lines are far apart, such as one of which a line was sent again, is read at both of its ends: so many
# offsets at each, divided among the invoices. MariaDB passes over 40,000 lines of others in 16 ms.
REACH = 20_000
WIDEST = 500_000  # offsets of one statement, half a second


class Place(NamedTuple):
    """Where the lines of an invoice are in a partition; lines of others may be between them."""

    InvoiceNo: str
    kafka_partition: int
    first_offset: int
    last_offset: int
    sales_lines: int

    @property
    def key(self) -> tuple[str, int]:
        """What its lines have in common."""
        return self.InvoiceNo, self.kafka_partition


class Range(NamedTuple):
    """Offsets of a partition, the last one included."""

    kafka_partition: int
    first: int
    last: int

    @property
    def width(self) -> int:
        """How many offsets it has."""
        return self.last - self.first + 1


def newest(places: Iterable[Place], lines: int) -> list[Place]:
    """Return the first places that hold at least so many lines together."""
    found, held = [], 0
    for place in places:
        if held >= lines:
            break
        found.append(place)
        held += place.sales_lines
    return found


def whole(places: Iterable[Place]) -> Iterator[Range]:
    """Yield the ranges of places."""
    return (Range(place.kafka_partition, place.first_offset, place.last_offset) for place in places)


def ends(places: Sequence[Place], lines: int) -> Iterator[Range]:
    """Yield the ranges of places, of a very wide one only both ends; `lines` is how many of one are needed at most."""
    for place, one in zip(places, whole(places), strict=True):
        # Of an invoice of very many lines, twice the offsets that have as many lines as are needed.
        enough = 2 * lines * one.width // place.sales_lines
        reach = max(min(place.sales_lines, lines), min(REACH // len(places), enough))
        if one.width <= 2 * reach:
            yield one
        else:
            yield one._replace(last=one.first + reach - 1)
            yield one._replace(first=one.last - reach + 1)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in order, those that touch or overlap as one."""
    found: list[Range] = []
    for one in sorted(ranges):
        last = found[-1] if found else None
        if last and last.kafka_partition == one.kafka_partition and one.first <= last.last + 1:
            found[-1] = last._replace(last=max(last.last, one.last))
        else:
            found.append(one)
    return found


def portions(ranges: Iterable[Range]) -> Iterator[list[Range]]:
    """Yield ranges, wide ones cut, in portions that a statement reads in time."""
    portion: list[Range] = []
    for one in itertools.chain.from_iterable(map(_cut, ranges)):
        if portion and sum(other.width for other in portion) + one.width > WIDEST:
            yield portion
            portion = []
        portion.append(one)
    if portion:
        yield portion


def _cut(one: Range) -> Iterator[Range]:
    for first in range(one.first, one.last + 1, WIDEST):
        yield one._replace(first=first, last=min(first + WIDEST - 1, one.last))


def within(statement: Statement, ranges: Sequence[Range]) -> tuple[Statement, dict[str, int]]:
    """Return a statement that reads these ranges, at least one, and their values as its parameters."""
    parts = (
        f"kafka_partition = %(partition{number})s AND kafka_offset BETWEEN %(first{number})s AND %(last{number})s"
        for number in range(len(ranges))
    )
    values: dict[str, int] = {}
    for number, one in enumerate(ranges):
        values |= {f"partition{number}": one.kafka_partition, f"first{number}": one.first, f"last{number}": one.last}
    return statement._replace(text=statement.text.replace("{ranges}", " OR ".join(parts))), values
