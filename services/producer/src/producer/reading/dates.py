"""The formats of dates: date cells, the year first, day and month in either order, serial numbers.

A text such as 01/12/2010 is the first of December or the twelfth of January. The order is decided for the whole file:
one date with a day above 12 decides it for all.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from common.errors import UserError
from producer.reading.evidence import Seen
from producer.record import text

type Order = Literal["dmy", "mdy"]

NAMES: dict[Order, str] = {"dmy": "day/month/year", "mdy": "month/day/year"}
WAY_OUT = "Set DATE_ORDER=dmy or DATE_ORDER=mdy."
TIME = (
    r"(?:(?:[T ]|, ?)([0-9]{1,2})(?P<colon>[:.])([0-9]{2})(?:(?P=colon)([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"(?: ?([AaPp])\.? ?[Mm]\.?)?"
    # A zone is ignored: the time before it is wall-clock time.
    r" ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
# Where points mark ordinals (1. 12. 2010.), a blank may follow, and the last number may have one too.
MARK = r"([-/]|\. ?)"
YEAR_FIRST = re.compile(rf"([0-9]{{4}}){MARK}([0-9]{{1,2}})\2([0-9]{{1,2}})\.?{TIME}")
YEAR_LAST = re.compile(rf"([0-9]{{1,2}}){MARK}([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}})\.?{TIME}")
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAME = r"((?:" + "|".join(MONTH_NAMES) + r")[a-z]{0,6})"
NAMED_MONTH = re.compile(r"([0-9]{1,2})[-/. ]" + NAME + r"\.?[-/. ] ?([0-9]{4}|[0-9]{2})" + TIME, re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
MONTHS, NOON = 12, 12
CENTURY = 69  # years of two digits from here on are in the 1900s, as in POSIX
# A number in a cell without a date format is a date only in these years: else any number would be a date.
FIRST_YEAR, LAST_YEAR = 1970, 2099
# Day 0. Excel counts a 29 February 1900, which did not exist: from March 1900 on, day 0 is 30 December.
EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - wall-clock times


class Kind(StrEnum):
    """The format of a value, and what it shows about the order of day and month."""

    CELL = "date cells"
    YEAR_FIRST = "year first"
    DAY_FIRST = "day/month/year"
    MONTH_FIRST = "month/day/year"
    EITHER = "day and month in unknown order"
    SAME = "day and month alike"
    NAMED_MONTH = "names of months"
    SERIAL = "serial numbers"
    OTHER = "no date"


SURE = (Kind.CELL, Kind.YEAR_FIRST, Kind.NAMED_MONTH, Kind.SERIAL)


@dataclass
class Evidence:
    """The first value of each kind in a table."""

    where: str
    first: dict[Kind, Seen] = field(default_factory=dict)

    def add(self, values: Iterable[object], row_of: Callable[[int], int]) -> None:
        """Add the distinct values of a column; `row_of` returns the first row of the value at an index."""
        for index, value in enumerate(values):
            if (kind := kind_of(value)) not in self.first:
                self.first[kind] = Seen(value, row_of(index))

    def refuse_swapped(self) -> None:
        """Refuse a table in which a spreadsheet program may have swapped days and months.

        If it expects the month first, it turns 01/12/2010 into a date (12 January) and leaves 13/12/2010 a text. Saved
        as csv, such dates have the year first.
        """
        sure = [self.first[kind] for kind in SURE if kind in self.first]
        other = [self.first[kind] for kind in (Kind.DAY_FIRST, Kind.MONTH_FIRST, Kind.EITHER) if kind in self.first]
        if sure and other:
            raise UserError(
                f"{self.where}: InvoiceDate mixes dates such as {sure[0]} and texts such as {other[0]}: day and month "
                "may have been swapped by the spreadsheet program. Export the data again with all dates in one form."
            )


@dataclass(frozen=True)
class Dates:
    """How all dates of a file are read."""

    order: Order | None
    kinds: frozenset[Kind]

    def __str__(self) -> str:
        if self.order and self.kinds & {Kind.DAY_FIRST, Kind.MONTH_FIRST, Kind.EITHER}:
            return f"dates {NAMES[self.order]}"
        found = [kind.value for kind in SURE if kind in self.kinds]
        return f"dates: {' and '.join(found)}" if found else "no dates"


def decide(tables: Iterable[Evidence], wanted: Order | None) -> Dates:
    """Return how the dates of a file are read, from all values of its tables; raise a UserError if it is ambiguous."""
    first: dict[Kind, tuple[str, Seen]] = {}
    for table in tables:
        table.refuse_swapped()
        for kind, seen in table.first.items():
            first.setdefault(kind, (table.where, seen))
    return Dates(_order(first, wanted), frozenset(first))


def _order(first: dict[Kind, tuple[str, Seen]], wanted: Order | None) -> Order | None:
    evidence: dict[Order, Kind] = {"dmy": Kind.DAY_FIRST, "mdy": Kind.MONTH_FIRST}
    found: list[Order] = [order for order, kind in evidence.items() if kind in first]
    if wanted and found and wanted not in found:
        where, seen = first[evidence[found[0]]]
        raise UserError(
            f"{where}: InvoiceDate {seen} is {NAMES[found[0]]}, and DATE_ORDER={wanted}: correct DATE_ORDER."
        )
    if wanted:
        return wanted
    if len(found) > 1:
        (where, day), (_, month) = (first[kind] for kind in evidence.values())
        raise UserError(
            f"{where}: InvoiceDate {day} is day/month/year and {month} is month/day/year. {WAY_OUT} Lines with dates "
            "in the other order are then rejected."
        )
    if not found and Kind.EITHER in first:
        where, seen = first[Kind.EITHER]
        raise UserError(
            f"{where}: InvoiceDate {seen} may be day/month/year or month/day/year, and no date of the file decides. "
            f"{WAY_OUT}"
        )
    return found[0] if found else None


def canonical(value: object, dates: Dates, *, is_1904: bool = False) -> str:
    """Return a value of InvoiceDate as the contract's text; what is not a date is returned as text, to be rejected."""
    moment = _moment(value, dates.order, is_1904=is_1904)
    return text(value if moment is None else moment)


def _moment(value: object, order: Order | None, *, is_1904: bool) -> dt.datetime | None:
    if isinstance(value, str):
        return _read(value, order, is_1904=is_1904)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_serial(float(value), is_1904=is_1904)
    return None


@lru_cache(maxsize=65_536)
def kind_of(value: object) -> Kind:
    """Return the kind of a value."""
    if isinstance(value, dt.datetime | dt.date):
        return Kind.CELL
    if isinstance(value, str):
        return _kind_of_text(value)
    is_serial = isinstance(value, int | float) and _from_serial(float(value), is_1904=False) is not None
    return Kind.SERIAL if is_serial else Kind.OTHER


def _kind_of_text(value: str) -> Kind:
    # A 31 February is not a date in any order, and shows nothing about others.
    if not any(_read(value, order, is_1904=False) for order in NAMES):
        return Kind.OTHER
    written = _tidy(value)
    if YEAR_FIRST.fullmatch(written):
        return Kind.YEAR_FIRST
    if NAMED_MONTH.fullmatch(written):
        return Kind.NAMED_MONTH
    if NUMBER.fullmatch(written):
        return Kind.SERIAL
    match = YEAR_LAST.fullmatch(written)
    return _kind_of_pair(int(match[1]), int(match[3])) if match else Kind.OTHER


def _kind_of_pair(first: int, second: int) -> Kind:
    if first == second:
        return Kind.SAME
    if first > MONTHS:
        return Kind.DAY_FIRST
    return Kind.MONTH_FIRST if second > MONTHS else Kind.EITHER


@lru_cache(maxsize=65_536)
def _read(value: str, order: Order | None, *, is_1904: bool) -> dt.datetime | None:
    written = _tidy(value)
    if match := YEAR_FIRST.fullmatch(written):
        year, _, month, day, *time = match.groups()
    elif match := YEAR_LAST.fullmatch(written):
        day, _, month, year, *time = match.groups()
        if order == "mdy":
            day, month = month, day
    elif match := NAMED_MONTH.fullmatch(written):
        day, name, year, *time = match.groups()
        month = str(MONTH_NAMES.index(name[:3].casefold()) + 1)
    elif NUMBER.fullmatch(written):
        return _from_serial(float(written.replace(",", ".")), is_1904=is_1904)
    else:
        return None
    return _datetime(_year(year), int(month), int(day), time)


def _datetime(year: int, month: int, day: int, time: list[str | None]) -> dt.datetime | None:
    hour, _, minute, second, fraction, half = time
    try:
        moment = dt.datetime(year, month, day, _hour(int(hour or 0), half), int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None
    return moment + dt.timedelta(microseconds=int(f"{fraction or 0:0<6}"[:6]))


def _hour(hour: int, half: str | None) -> int:
    """Return the hour on the 24-hour clock; raise ValueError for an hour that the 12-hour clock does not have."""
    if half is None:
        return hour
    if not 1 <= hour <= NOON:
        raise ValueError
    return hour % NOON + (NOON if half in "Pp" else 0)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= CENTURY else 2000)  # noqa: PLR2004 - two digits


def _from_serial(number: float, *, is_1904: bool) -> dt.datetime | None:
    """Return the moment of a spreadsheet's serial number: days since its epoch, the fraction being the time."""
    try:
        moment = EPOCHS[is_1904] + dt.timedelta(days=number)
    except (OverflowError, ValueError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _tidy(value: str) -> str:
    """Return a text with single blanks, stripped, and without a spreadsheet's apostrophe that marks a text."""
    return " ".join(value.split()).removeprefix("'")
