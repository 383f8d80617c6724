"""One customer, found by the number: recency, frequency, monetary, the group and its history, invoices and lines."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from dashboard.charts import STRIPED, Axis, Chart, Series
from dashboard.page import ChartOf, Link, NotFound, Page, Parameters
from dashboard.pages._groups import NO_GROUP, SQL, Segment, segments
from dashboard.pages._lines import Line, all_lines, newest_lines
from dashboard.pages._places import Place
from dashboard.snapshots import Reading
from dashboard.tables import Cells, Column, Group, Table

CUSTOMER, TOTALS = SQL("look_up_customer"), SQL("look_up_totals")
MONTHS, MOVES = SQL("look_up_months"), SQL("look_up_moves")
INVOICES, PLACES = SQL("look_up_invoices"), SQL("look_up_places")

LONGEST = 32  # characters of a CustomerID
BLANKS = " \t\n\r\u00a0\u2007\u202f"  # of the contract: no CustomerID begins or ends with one
DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")  # of the contract: no CustomerID, unless it is all digits
INVOICES_SHOWN = 200
LINES_SHOWN = 500
PRODUCTS_SHOWN = 20
SMALLEST_SHARE = Decimal("0.00005")
ALL = 2**62


def customer_number(text: str) -> str:
    """Return a customer's number without blanks around it, empty if there is none; refuse what none can be.

    Letters are looked up: the contract allows a text as a number.
    """
    number = text.strip(BLANKS)
    if len(number) > LONGEST:
        raise PydanticCustomError("customer", f"a customer's number has at most {LONGEST} characters")
    if DECIMAL.fullmatch(number) and not number.isdigit():
        raise PydanticCustomError("customer", "a customer's number has digits alone, such as 17841")
    return number


class ByNumber(Parameters):
    """The customer's number; without one the page has the search alone."""

    id: Annotated[str, AfterValidator(customer_number)] = ""


class Customer(NamedTuple):
    """A customer: days since the last purchase, invoices, pounds; the place and the turnover of all by pounds."""

    CustomerID: str
    recency: int | None
    frequency: int
    monetary: Decimal
    segment: int | None
    name: str | None
    first_purchase: dt.datetime | None
    last_purchase: dt.datetime | None
    customers: int
    place: int
    turnover: Decimal

    @property
    def group(self) -> Group:
        """The group, as a cell."""
        return Group(self.segment, self.name or NO_GROUP)

    @property
    def share(self) -> Decimal | None:
        """Share of what all customers spent; None where it would be shown as 0."""
        share = self.monetary / self.turnover if self.turnover > 0 else Decimal(0)
        return share if share >= SMALLEST_SHARE else None


class Totals(NamedTuple):
    """How many invoices, of them cancellations, and lines."""

    invoices: int
    cancellations: int
    lines: int


class Move(NamedTuple):
    """From one group to another, by the names of that time; None: to no group."""

    as_of: dt.datetime
    from_segment: int
    from_name: str
    to_segment: int | None
    to_name: str | None

    @property
    def before(self) -> Group:
        """The group that was left, as a cell."""
        return Group(self.from_segment, self.from_name)

    @property
    def after(self) -> Group:
        """The group that was entered, as a cell."""
        return Group(self.to_segment, self.to_name or NO_GROUP)


class Month(NamedTuple):
    """The invoices of a month, by the time of their newest line: how many, and pounds."""

    start: dt.date
    invoices: int = 0
    turnover: Decimal = Decimal(0)
    cancellations: int = 0
    cancelled: Decimal = Decimal(0)


@dataclass(frozen=True)
class Found:
    """What is known of a customer."""

    customer: Customer
    segment: Segment | None
    totals: Totals
    moves: Sequence[Move]
    months: Sequence[Month]
    invoices: Sequence[Cells]
    lines: Sequence[Line]
    has_gaps: bool
    products_shown: int = PRODUCTS_SHOWN

    @property
    def number(self) -> str:
        """The customer's number."""
        return self.customer.CustomerID

    @property
    def why_no_group(self) -> str:
        """Why the customer is in no group."""
        if not self.customer.frequency:
            return "only cancellations so far"
        if self.customer.monetary <= 0:
            return "everything was returned"
        return "the next grouping finds one"

    @property
    def of_lines(self) -> str:
        """Which of the lines are here."""
        if len(self.lines) == self.totals.lines:
            return "of all lines"
        return f"of {'some' if self.has_gaps else 'the newest'} {len(self.lines):,} lines"


def read(reading: Reading, parameters: ByNumber) -> Found | None:
    """Return the customer, None without a number."""
    number = parameters.id
    if not number:
        return None
    row = reading.row(CUSTOMER, customer=number)
    if row is None:
        raise NotFound(missing(number))
    customer = Customer(**row)
    groups = reading.once_per_grouping(segments)
    totals = Totals(*map(int, (reading.row(TOTALS, customer=number) or {}).values()))
    lines, has_gaps = newest_lines(reading, number, places(reading, number, LINES_SHOWN), LINES_SHOWN)
    return Found(
        customer=customer,
        segment=next((one for one in groups if one.segment == customer.segment), None),
        totals=totals,
        moves=[Move(**move) for move in reading.rows(MOVES, customer=number)],
        months=months(reading, number),
        invoices=invoices(reading, number, INVOICES_SHOWN),
        lines=lines,
        has_gaps=has_gaps,
    )


def missing(number: str) -> str:
    """Return why there may be no customer of a number."""
    kind = "" if number.isdigit() else " Most numbers have digits alone."
    return (
        f"There is no customer “{number}”: the numbers of all lines of the United Kingdom were searched.{kind} "
        "A customer of another country, one who was erased, and sales without a number cannot be found here."
    )


def places(reading: Reading, number: str, shown: int) -> list[Place]:
    """Return where the lines of a customer's newest invoices are."""
    return [Place(**row) for row in reading.rows(PLACES, customer=number, shown=shown)]


def months(reading: Reading, number: str) -> list[Month]:
    """Return a customer's months with invoices, the oldest first."""
    found: dict[dt.date, Month] = {}
    for row in reading.rows(MONTHS, customer=number):
        month = found.get(row["month"], Month(row["month"]))
        if row["is_cancellation"]:
            month = month._replace(cancellations=row["invoices"], cancelled=row["turnover"])
        else:
            month = month._replace(invoices=row["invoices"], turnover=row["turnover"])
        found[month.start] = month
    return list(found.values())


def invoices(reading: Reading, number: str, shown: int) -> list[Cells]:
    """Return the cells of a customer's newest invoices."""
    return [
        (
            row["sold"], row["InvoiceNo"], "cancellation" if row["is_cancellation"] else "invoice",
            int(row["sales_lines"]), row["turnover"],
        )
        for row in reading.rows(INVOICES, customer=number, shown=shown)
    ]  # fmt: skip


def every_invoice(number: str, reading: Reading) -> Iterable[Cells]:
    """Return the cells of all invoices of a customer."""
    found = invoices(reading, number, ALL)
    if not found:
        raise NotFound(missing(number))
    return found


def every_line(number: str, reading: Reading) -> Iterator[Cells]:
    """Yield the cells of all lines of a customer."""
    found = places(reading, number, ALL)
    if not found:
        raise NotFound(missing(number))
    return map(line_cells, all_lines(reading, number, found))


def line_cells(line: Line) -> Cells:
    """Return a line's cells."""
    return (
        line.InvoiceDate, line.InvoiceNo, line.Description, line.StockCode, line.Quantity, line.UnitPrice, line.pounds,
    )  # fmt: skip


def products(lines: Sequence[Line]) -> list[Cells]:
    """Return the products of lines, those of most pounds first; the description is that of the newest line."""
    by_code: dict[str, list[Line]] = {}
    for line in lines:
        by_code.setdefault(line.StockCode, []).append(line)
    most = sorted(by_code.values(), key=lambda same: (-spent(same), same[0].StockCode))
    return [
        (
            next((line.Description for line in same if line.Description), None), same[0].StockCode, len(same),
            sum(line.Quantity for line in same), spent(same),
        )
        for same in most
    ]  # fmt: skip


def spent(lines: Iterable[Line]) -> Decimal:
    """Return the pounds of lines together."""
    return sum((line.pounds for line in lines), Decimal(0))


def tables(shown: Found | None) -> list[Table]:
    """Return the page's tables; none without a customer."""
    if shown is None:
        return []
    number, totals = shown.number, shown.totals
    return [
        Table(
            "months",
            f"Invoices of {number} by month, newest first",
            (
                Column("month from", "day"),
                Column("invoices"),
                Column("pounds", "pence"),
                Column("cancellations"),
                Column("pounds cancelled", "pence"),
            ),
            list(reversed(shown.months)),
        ),
        Table(
            "moves",
            f"Groups that {number} left and entered, newest first",
            (Column("as of", "day"), Column("from", "group"), Column("to", "group")),
            [(move.as_of.date(), move.before, move.after) for move in shown.moves],
            empty="No move so far: a customer's first group is not a move.",
        ),
        products_table(shown),
        Table(
            "invoices",
            f"Invoices of {number}, newest first",
            (
                Column("sold", "moment"),
                Column("invoice", "text"),
                Column("kind", "text"),
                Column("lines"),
                Column("pounds", "pence"),
            ),
            shown.invoices,
            everything=partial(every_invoice, number) if len(shown.invoices) < totals.invoices else None,
        ),
        lines_table(shown),
    ]


def products_table(shown: Found) -> Table:
    """Return the products that the customer bought most."""
    number = shown.number
    return Table(
        "products",
        f"Products of {number} by pounds, {shown.of_lines}",
        (
            Column("product", "product"),
            Column("code", "text"),
            Column("lines"),
            Column("pieces"),
            Column("pounds", "pence"),
        ),
        products(shown.lines),
    )  # fmt: skip


def lines_table(shown: Found) -> Table:
    """Return the customer's lines."""
    number, totals = shown.number, shown.totals
    return Table(
        "lines",
        f"Lines of {number}, newest invoice first",
        (
            Column("sold", "moment"),
            Column("invoice", "text"),
            Column("product", "product"),
            Column("code", "text"),
            Column("pieces"),
            Column("price", "pence"),
            Column("pounds", "pence"),
        ),
        [line_cells(line) for line in shown.lines],
        everything=partial(every_line, number) if len(shown.lines) < totals.lines else None,
    )  # fmt: skip


def months_chart(reading: Reading, parameters: ByNumber) -> Chart:
    """Return the pounds of each month, cancellations apart."""
    found = months(reading, parameters.id)
    bought = [(at(month.start), month.turnover) for month in found]
    cancelled = [(at(month.start), month.cancelled) for month in found]
    series = (Series("invoices", 1, bought), Series("cancellations", 2, cancelled, STRIPED)) if found else ()
    return Chart("stacked bars", Axis("time"), Axis(unit="pounds", name="pounds"), series)


def at(day: dt.date) -> dt.datetime:
    """Return the first moment of a day."""
    return dt.datetime.combine(day, dt.time())


PAGE = Page(
    path="/customers",
    title=lambda shown: f"Customer {shown.number}" if shown else "Look up",
    read=read,
    parameters=ByNumber,
    tables=tables,
    charts=(
        ChartOf(
            "months",
            "Invoices over time",
            "Pounds of the invoices of each month, and of its cancellations, below 0; an invoice belongs to the month "
            "of its newest line.",
            months_chart,
        ),
    ),
    link=Link("Look up", 4),
)
