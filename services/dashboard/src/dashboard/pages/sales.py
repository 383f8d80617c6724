"""The sales: over time, by country, by hour and weekday, by product, and what came back."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from dashboard import figures
from dashboard.charts import STRIPED, Axis, Chart, Series
from dashboard.edges.mariadb import Row
from dashboard.matrix import Matrix, Tinted, tinted
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.pages._amounts import COLUMNS, MEASURES, Amounts, Measure, Show, Stretch, amounts, cells, total
from dashboard.pages._groups import SQL
from dashboard.pages._periods import Period, Span, beginning, first_and_last
from dashboard.snapshots import Reading
from dashboard.statements import Statement
from dashboard.tables import Cells, Column, Table

BY_PERIOD, BY_COUNTRY, BY_HOUR = SQL("sales_by_period"), SQL("sales_by_country"), SQL("sales_by_hour")
MOST_SOLD, MOST_RETURNED, WORST = SQL("sales_most_sold"), SQL("sales_most_returned"), SQL("sales_worst")
ALL_SOLD, ALL_RETURNED, ALL_WORST = SQL("sales_all_sold"), SQL("sales_all_returned"), SQL("sales_all_worst")

COUNTRIES_SHOWN = 20
PRODUCTS_SHOWN = 20
LEAST_SOLD = 1_000  # pounds of a product whose share of returns means something
BRITISH, OTHERS = "United Kingdom", "other countries"
NO_SALES = "No sales in this time."


class Choice(Parameters):
    """Which time, put together by what, and what of it."""

    time: Span = "year"
    by: Period = "week"
    show: Show = "turnover"


class Country(NamedTuple):
    """The sales of a country."""

    name: str
    sold: Amounts


class Hour(NamedTuple):
    """The sales in an hour of a weekday, 0 for Monday."""

    weekday: int
    hour: int
    sold: Amounts


@dataclass(frozen=True)
class Sales:
    """The page's figures."""

    choice: Choice
    stretches: Sequence[Stretch]
    countries: Sequence[Country]
    hours: Sequence[Hour]
    most_sold: Sequence[Cells]
    most_returned: Sequence[Cells]
    worst: Sequence[Cells]

    @property
    def measure(self) -> Measure:
        """What is shown."""
        return MEASURES[self.choice.show]

    @property
    def total(self) -> Amounts:
        """All sales of the time."""
        return total(one.sold for one in self.stretches)

    @property
    def british(self) -> Amounts:
        """The sales in the United Kingdom."""
        return total(one.sold for one in self.stretches if one.is_british)

    @property
    def time(self) -> str:
        """From when to when there are sales."""
        return f"{self.days}." if self.stretches else NO_SALES

    @property
    def days(self) -> str:
        """The first and the last day with sales; nothing without sales."""
        if not self.stretches:
            return ""
        last = max(one.last_day for one in self.stretches)
        return f"{figures.day(self.stretches[0].first_day)} to {figures.day(last)}"

    @property
    def matrix(self) -> Matrix:
        """Sales by hour and weekday."""
        return matrix(self.hours, self.measure)


def matrix(found: Sequence[Hour], measure: Measure) -> Matrix:
    """Return a row per hour, from the first to the last with sales, and a column per weekday; the last are sums."""
    numbers = {(one.weekday, one.hour): measure.of(one.sold) for one in found}
    most = max(numbers.values(), default=0)
    days = range(7)
    hours = range(min((one.hour for one in found), default=0), max((one.hour for one in found), default=-1) + 1)

    def summed(day: int | None = None, hour: int | None = None) -> Tinted | None:
        chosen = [number for at, number in numbers.items() if day in (None, at[0]) and hour in (None, at[1])]
        return Tinted(sum(chosen), 0) if chosen else None

    rows = [
        [*(tinted(numbers[day, hour], most) if (day, hour) in numbers else None for day in days), summed(hour=hour)]
        for hour in hours
    ]
    return Matrix(
        [*(f"{hour:02}:00" for hour in hours), "all"],
        [*calendar.day_abbr, "all"],
        [*rows, [*(summed(day=day) for day in days), summed()]],
        "brief pounds" if measure.kind == "pounds" else "brief",
    )


def read(reading: Reading, choice: Choice) -> Sales:
    """Return the figures of a snapshot."""
    first, last = first_and_last(choice.time, reading.stand.newest_sale)
    return Sales(
        choice,
        stretches=reading.once(stretches, choice.time, choice.by),
        countries=[Country(row["Country"], amounts(row)) for row in reading.rows(BY_COUNTRY, first=first, last=last)],
        hours=[
            Hour(row["weekday"], row["hour"], amounts(row)) for row in reading.rows(BY_HOUR, first=first, last=last)
        ],
        most_sold=[product(row) for row in reading.rows(MOST_SOLD, shown=PRODUCTS_SHOWN)],
        most_returned=[product(row) for row in reading.rows(MOST_RETURNED, shown=PRODUCTS_SHOWN)],
        worst=[worst(row) for row in reading.rows(WORST, shown=PRODUCTS_SHOWN, least=LEAST_SOLD)],
    )


def stretches(reading: Reading, time: Span, by: Period) -> list[Stretch]:
    """Return the sales of each period, those of a week in two months in two parts."""
    first, last = first_and_last(time, reading.stand.newest_sale)
    rows = reading.rows(BY_PERIOD, first=first, last=last, by=by)
    return [Stretch(row["first_day"], row["last_day"], bool(row["british"]), amounts(row)) for row in rows]


def periods(found: Iterable[Stretch], by: Period) -> dict[dt.date, tuple[Amounts, Amounts]]:
    """Return the sales of the United Kingdom and of the others by the first day of each period."""
    parts: dict[dt.date, tuple[list[Amounts], list[Amounts]]] = {}
    for one in found:
        british, others = parts.setdefault(beginning(one.first_day, by), ([], []))
        (british if one.is_british else others).append(one.sold)
    return {start: (total(british), total(others)) for start, (british, others) in parts.items()}


PRODUCT_COLUMNS = (
    Column("product", "product"),
    Column("code", "text"),
    Column("lines"),
    Column("pieces"),
    Column("turnover", "pounds"),
    Column("returned pieces"),
    Column("returned", "pounds"),
    Column("came back", "share"),
)


def product(row: Row) -> Cells:
    """Return a product's cells; the share is that of the pounds sold."""
    sold = amounts(row)
    return (
        row["Description"], row["StockCode"], sold.lines, sold.pieces, sold.turnover, sold.returned_pieces,
        sold.returned, sold.returned_share,
    )  # fmt: skip


def worst(row: Row) -> Cells:
    """Return the cells of a product for `WORST_COLUMNS`."""
    sold = amounts(row)
    return row["Description"], row["StockCode"], sold.returned_share, sold.returned, sold.turnover + sold.returned


WORST_COLUMNS = (
    Column("product", "product"),
    Column("code", "text"),
    Column("came back", "share"),
    Column("returned", "pounds"),
    Column("sold", "pounds"),
)


def all_products(statement: Statement, reading: Reading) -> Iterator[Cells]:
    """Yield the products of a statement."""
    return map(product, reading.stream(statement))


def all_worst(reading: Reading) -> Iterator[Cells]:
    """Yield the products with returns, the largest share first."""
    return map(worst, reading.stream(ALL_WORST, least=LEAST_SOLD))


def tables(shown: Sales) -> list[Table]:
    """Return the page's tables."""
    return [
        over_time(shown),
        countries(shown.countries),
        Table(
            "hours",
            "Sales by weekday and hour",
            (Column("weekday", "text"), Column("hour"), *COLUMNS),
            [(calendar.day_name[one.weekday], one.hour, *cells(one.sold)) for one in shown.hours],
            empty=NO_SALES,
        ),
        months(shown.stretches),
        products("sold", "Products most sold, by pieces", shown.most_sold, partial(all_products, ALL_SOLD)),
        products(
            "returned",
            "Products most returned, by pieces",
            shown.most_returned,
            partial(all_products, ALL_RETURNED),
        ),
        Table(
            "worst",
            "Products of which the largest share came back",
            WORST_COLUMNS,
            shown.worst,
            empty="No returns yet.",
            everything=all_worst,
        ),
    ]


def products(name: str, title: str, rows: Sequence[Cells], everything: Callable[[Reading], Iterable[Cells]]) -> Table:
    """Return a table of products."""
    return Table(name, title, PRODUCT_COLUMNS, rows, empty="No product yet.", everything=everything)


def over_time(shown: Sales) -> Table:
    """Return a row per period, newest first; those without sales are left out."""
    by = shown.choice.by
    rows = [
        (start, *cells(total(both)), both[0].turnover, both[1].turnover)
        for start, both in reversed(periods(shown.stretches, by).items())
    ]
    columns = (
        Column("day" if by == "day" else f"{by} from", "day"),
        *COLUMNS,
        Column(f"turnover, {BRITISH}", "pounds"),
        Column(f"turnover, {OTHERS}", "pounds"),
    )
    return Table("sales", f"Sales by {by}", columns, rows, empty=NO_SALES)


def countries(found: Sequence[Country]) -> Table:
    """Return the countries by turnover; those beyond the first are summed up in a last row."""
    whole = total(one.sold for one in found)

    def cells_of(name: str, sold: Amounts) -> Cells:
        share = float(sold.turnover / whole.turnover) if whole.turnover > 0 else None
        return name, sold.turnover, share, sold.lines, sold.returned

    others = found[COUNTRIES_SHOWN:]
    word = f"{len(others)} other {'country' if len(others) == 1 else 'countries'}"
    return Table(
        "countries",
        "Sales by country, largest turnover first",
        (
            Column("country", "text"),
            Column("turnover", "pounds"),
            Column("of all", "share", bar=True),
            Column("lines"),
            Column("returned", "pounds"),
        ),
        [cells_of(one.name, one.sold) for one in found],
        empty=NO_SALES,
        rest=cells_of(word, total(one.sold for one in others)) if others else None,
    )


def months(found: Iterable[Stretch]) -> Table:
    """Return what came back in each month, newest first."""
    return Table(
        "returns",
        "Returns by month",
        (
            Column("month from", "day"),
            Column("came back", "fine share"),
            Column("returned", "pounds"),
            Column("returned pieces"),
            Column("sold before returns", "pounds"),
        ),
        [
            (start, sold.returned_share, sold.returned, sold.returned_pieces, sold.turnover + sold.returned)
            for start, sold in reversed(monthly(found).items())
        ],
        empty=NO_SALES,
    )


def monthly(found: Iterable[Stretch]) -> dict[dt.date, Amounts]:
    """Return the sales of each month."""
    return {start: total(both) for start, both in periods(found, "month").items()}


def sales_chart(reading: Reading, choice: Choice) -> Chart:
    """Return the sales of each period, the United Kingdom below the others."""
    measure = MEASURES[choice.show]
    found = periods(reading.once(stretches, choice.time, choice.by), choice.by)
    names = ((BRITISH, 1, ""), (OTHERS, 2, STRIPED))
    series = [
        Series(name, colour, [(at(start), measure.of(both[place])) for start, both in found.items()], symbol)
        for place, (name, colour, symbol) in enumerate(names)
    ]
    return Chart("stacked bars", Axis("time"), Axis(unit=measure.kind, name=measure.word), series)


def returns_chart(reading: Reading, choice: Choice) -> Chart:
    """Return the share of the pounds sold that came back, by month."""
    points = [
        (at(start), None if sold.returned_share is None else round(sold.returned_share, 4))
        for start, sold in monthly(reading.once(stretches, choice.time, choice.by)).items()
    ]
    return Chart("bars", Axis("time"), Axis(unit="share", name="came back"), [Series("came back", 1, points)])


def at(day: dt.date) -> dt.datetime:
    """Return the first moment of a day."""
    return dt.datetime.combine(day, dt.time())


PAGE = Page(
    path="/sales",
    title=lambda _: "Sales",
    read=read,
    parameters=Choice,
    tables=tables,
    charts=(
        ChartOf(
            "sales",
            "Sales over time",
            "United Kingdom and other countries on top of each other, by the first day of the period; the first "
            "and the last period may be incomplete.",
            sales_chart,
        ),
        ChartOf(
            "returns",
            "What came back",
            "Pounds that came back, as a share of the pounds sold before returns, by month.",
            returns_chart,
        ),
    ),
    link=Link("Sales", 2),
)
