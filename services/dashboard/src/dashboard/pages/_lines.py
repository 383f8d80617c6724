"""The lines of a customer, read by ranges of the primary key."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from dashboard.edges.mariadb import Row
from dashboard.pages._groups import SQL
from dashboard.pages._places import Place, Range, ends, merged, newest, portions, whole, within
from dashboard.snapshots import Reading

LINES = SQL("look_up_lines")
PLACES_AT_ONCE = 100  # whose lines are sorted together


class Line(NamedTuple):
    """A sales line."""

    InvoiceNo: str
    InvoiceDate: dt.datetime
    StockCode: str
    Description: str | None
    Quantity: int
    UnitPrice: Decimal

    @property
    def pounds(self) -> Decimal:
        """Quantity times price."""
        return self.Quantity * self.UnitPrice


def newest_lines(reading: Reading, number: str, places: Iterable[Place], shown: int) -> tuple[list[Line], bool]:
    """Return the newest lines, by invoice, and whether some are left out because their invoice is spread too widely.

    The places are those of the newest invoices first, at least as many as lines are shown.
    """
    chosen = newest(places, shown)
    rows = _in_order(_read(reading, number, ends(chosen, shown)), chosen)
    found = Counter(_key(row) for row in rows)
    rest, has_gaps = shown, False
    for place in chosen:
        needed = min(place.sales_lines, rest)
        has_gaps |= found[place.key] < needed
        rest -= needed
    return [_line(row) for row in rows[:shown]], has_gaps


def all_lines(reading: Reading, number: str, places: Sequence[Place]) -> Iterator[Line]:
    """Yield all lines of places."""
    for some in itertools.batched(places, PLACES_AT_ONCE, strict=False):
        yield from map(_line, _in_order(_read(reading, number, whole(some)), some))


def _read(reading: Reading, number: str, ranges: Iterable[Range]) -> Iterator[Row]:
    for portion in portions(merged(ranges)):
        statement, values = within(LINES, portion)
        yield from reading.rows(statement, customer=number, **values)


def _in_order(rows: Iterable[Row], places: Sequence[Place]) -> list[Row]:
    """Return the lines of places in their order, without those of the customer's other invoices."""
    order = {place.key: number for number, place in enumerate(places)}
    own = [row for row in rows if _key(row) in order]
    return sorted(own, key=lambda row: (order[_key(row)], row["kafka_offset"]))


def _key(row: Row) -> tuple[str, int]:
    return row["InvoiceNo"], row["kafka_partition"]


def _line(row: Row) -> Line:
    return Line(**{name: row[name] for name in Line._fields})
