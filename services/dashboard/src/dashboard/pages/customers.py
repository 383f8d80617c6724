"""The first page: the groups of customers, every customer as a point, who moved, and the groups' history."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from dashboard.charts import Axis, Chart, Point, series_of
from dashboard.edges.mariadb import Row
from dashboard.matrix import Matrix, tinted
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.pages._groups import MEMBER_COLUMNS, NO_GROUP, SQL, Segment, member, segments
from dashboard.snapshots import Reading
from dashboard.tables import Cells, Column, Group, Table

PROGRESS, LAST_BATCH = SQL("customers_progress"), SQL("customers_last_batch")
DRAWN, BIGGEST, EVERYONE = SQL("customers_drawn"), SQL("customers_biggest"), SQL("customers_everyone")
MOVES, SLIPPED, HISTORY = SQL("customers_moves"), SQL("customers_slipped"), SQL("customers_history")

DRAWN_POINTS = 4_000
BIGGEST_SHOWN = 50
SLIPPED_DAYS = 7
SLIPPED_SHOWN = 10
ALL = 2**62
NOT_GROUPED = "No groups yet: the customers are grouped when the stream falls idle."
GROUPINGS = 400  # a year of daily groupings


class Progress(NamedTuple):
    """Messages read so far, and where they went; of the rejected, the repetitions of lines received before."""

    messages: int
    british: int
    other: int
    rejected: int
    repeated: int

    @property
    def difference(self) -> int:
        """How many messages are in no table; negative: how many lines too many."""
        return self.messages - self.british - self.other - self.rejected


class LastBatch(NamedTuple):
    """The last micro-batch: its lines, and lines per second."""

    lines_read: int
    lines_per_second: float


class Move(NamedTuple):
    """How many customers went from one group to another, by the names of that time; None: to no group."""

    from_name: str
    to_name: str | None
    customers: int


class Slip(NamedTuple):
    """A customer who went to a group that bought longer ago, or to none."""

    CustomerID: str
    as_of: dt.datetime
    from_segment: int
    from_name: str
    to_segment: int | None
    to_name: str | None
    monetary: Decimal
    all_of_them: int  # who slipped


class Past(NamedTuple):
    """A group in a grouping."""

    version: int
    segment: int
    as_of: dt.datetime
    customers: int
    turnover: Decimal


@dataclass(frozen=True)
class Grouped:
    """What a grouping says."""

    segments: Sequence[Segment] = ()
    moves: Sequence[Move] = ()
    slipped: Sequence[Slip] = ()
    history: Sequence[Past] = ()
    biggest: Sequence[Cells] = ()

    @property
    def all_slipped(self) -> int:
        """How many slipped."""
        return self.slipped[0].all_of_them if self.slipped else 0


@dataclass(frozen=True)
class Customers:
    """The page's figures."""

    grouped: Grouped
    progress: Progress
    last: LastBatch | None

    @property
    def customers(self) -> int:
        """How many customers are in groups."""
        return sum(one.customers for one in self.grouped.segments)

    @property
    def turnover(self) -> Decimal:
        """What they spent, in pounds."""
        return sum((one.turnover for one in self.grouped.segments), Decimal(0))

    @property
    def best(self) -> Segment | None:
        """The group that brings most."""
        return max(self.grouped.segments, key=lambda one: one.turnover, default=None)

    @property
    def matrix(self) -> Matrix:
        """Who moved, by rows and columns."""
        return matrix(self.grouped.moves, [one.name for one in self.grouped.segments])


def matrix(moves: Iterable[Move], names: Sequence[str]) -> Matrix:
    """Return who moved, from the row's group to the column's; the present groups first, then names of the past."""
    counts = {(move.from_name, move.to_name or NO_GROUP): move.customers for move in moves}
    gone = sorted({name for pair in counts for name in pair} - {*names, NO_GROUP})
    rows = [*names, *(name for name in gone if any(left == name for left, _ in counts))]
    columns = [*names, *(name for name in gone if any(entered == name for _, entered in counts))]
    if any(entered == NO_GROUP for _, entered in counts):
        columns.append(NO_GROUP)
    most = max(counts.values(), default=1)
    cells = [
        [None if left == entered else tinted(counts.get((left, entered), 0), most) for entered in columns]
        for left in rows
    ]
    return Matrix(rows, columns, cells)


def read(reading: Reading, _: Parameters) -> Customers:
    """Return the figures of a snapshot."""
    last = reading.row(LAST_BATCH)
    progress = {name: int(value) for name, value in (reading.row(PROGRESS) or {}).items()}
    return Customers(
        grouped=reading.once_per_grouping(grouped),
        progress=Progress(**progress),
        last=None if last is None else LastBatch(**last),
    )


def grouped(reading: Reading) -> Grouped:
    """Return what the last grouping says; nothing before the first."""
    as_of = reading.stand.grouped_as_of
    if as_of is None:
        return Grouped()
    oldest = reading.stand.grouping_number - GROUPINGS
    return Grouped(
        segments=segments(reading),
        moves=tuple(Move(**row) for row in reading.rows(MOVES)),
        slipped=tuple(slips(reading, as_of, SLIPPED_SHOWN)),
        history=tuple(Past(**row) for row in reading.rows(HISTORY, oldest=oldest)),
        biggest=tuple(customer(row) for row in reading.rows(BIGGEST, shown=BIGGEST_SHOWN)),
    )


def slips(reading: Reading, as_of: dt.datetime, shown: int) -> Iterator[Slip]:
    """Yield who slipped in the days before a time, those who spent most first."""
    rows = reading.stream(SLIPPED, since=as_of - dt.timedelta(days=SLIPPED_DAYS), shown=shown)
    return (Slip(**row) for row in rows)


def slip_cells(one: Slip) -> Cells:
    """Return the cells of a customer who slipped."""
    before, after = Group(one.from_segment, one.from_name), Group(one.to_segment, one.to_name or NO_GROUP)
    return one.CustomerID, before, after, one.as_of.date(), one.monetary


def everyone_slipped(reading: Reading) -> Iterator[Cells]:
    """Yield all who slipped."""
    as_of = reading.stand.grouped_as_of
    return map(slip_cells, slips(reading, as_of, ALL)) if as_of else iter(())


def customer(row: Row) -> Cells:
    """Return the cells of a customer with the group."""
    number, *rest = member(row)
    return number, Group(row["segment"], row["name"]), *rest


def everyone(reading: Reading) -> Iterator[Cells]:
    """Yield all customers in groups."""
    return map(customer, reading.stream(EVERYONE))


def tables(shown: Customers) -> list[Table]:
    """Return the page's tables."""
    found = shown.grouped
    return [
        groups_table(shown),
        Table(
            "customers",
            "Customers in groups, those who spent most first",
            (MEMBER_COLUMNS[0], Column("group", "group"), *MEMBER_COLUMNS[1:]),
            found.biggest,
            empty=NOT_GROUPED,
            everything=everyone,
        ),
        Table(
            "moves",
            "Customers who moved from one group to another",
            (Column("from", "text"), Column("to", "text"), Column("customers")),
            [(move.from_name, move.to_name or NO_GROUP, move.customers) for move in found.moves],
            empty="Nobody has moved yet: a move takes two groupings.",
        ),
        slipped_table(shown),
        history_table("history-customers", "Customers of each group over the groupings", "count", found),
        history_table("history-turnover", "Turnover of each group over the groupings, pounds", "pounds", found),
    ]  # fmt: skip


def groups_table(shown: Customers) -> Table:
    """Return a row per group."""
    found = shown.grouped
    return Table(
        "groups",
        "Groups of customers",
        (
            Column("group", "group"),
            Column("customers"),
            Column("of all", "share", bar=True),
            Column("days since"),
            Column("invoices", "decimal"),
            Column("pounds", "pounds"),
            Column("of turnover", "share", bar=True),
        ),
        [
            (
                one.group, one.customers, one.share, one.median_recency, one.median_frequency, one.median_monetary,
                one.turnover_share,
            )
            for one in found.segments
        ],
        empty=NOT_GROUPED,
    )  # fmt: skip


def slipped_table(shown: Customers) -> Table:
    """Return who slipped last, those who spent most first."""
    found = shown.grouped
    return Table(
        "slipped",
        "Customers who slipped",
        (
            Column("customer", "customer"),
            Column("from", "group"),
            Column("to", "group"),
            Column("on", "day"),
            Column("pounds", "pounds"),
        ),
        [slip_cells(one) for one in found.slipped],
        empty="Nobody slipped in these days.",
        everything=everyone_slipped if found.all_slipped > SLIPPED_SHOWN else None,
    )  # fmt: skip


def history_table(name: str, title: str, kind: Literal["count", "pounds"], found: Grouped) -> Table:
    """Return the groups' history: a row per grouping, newest first, a column per group."""
    names = {one.segment: one.name for one in found.segments}
    numbers = sorted({*names, *(past.segment for past in found.history)})
    rows = []
    for _, same in itertools.groupby(reversed(found.history), key=lambda past: past.version):
        by_number = {past.segment: past for past in same}
        as_of = next(iter(by_number.values())).as_of
        values = [
            None if past is None else past.customers if kind == "count" else past.turnover
            for past in map(by_number.get, numbers)
        ]
        rows.append((as_of, *values))
    columns = [Column(names.get(number, f"group {number}"), kind) for number in numbers]
    return Table(name, title, (Column("as of", "moment"), *columns), rows, empty="No grouping yet.")


def cloud(reading: Reading, _: Parameters) -> Chart:
    """Return every customer, or a stable sample of very many: pounds by days since the last purchase."""
    points: dict[int, list[Point]] = {}
    for row in reading.rows(DRAWN, points=DRAWN_POINTS):
        points.setdefault(row["segment"], []).append((row["recency"] + 1, row["monetary"], row["CustomerID"]))
    series = [series_of(one.segment, one.name, points.get(one.segment, [])) for one in segments(reading)]
    return Chart("cloud", Axis("log", name="days since, plus 1"), Axis("log", "pounds", "pounds"), series)


def customers_over_time(reading: Reading, _: Parameters) -> Chart:
    """Return the customers of each group over the groupings."""
    found = reading.once_per_grouping(grouped)
    points = {
        one.segment: [(past.as_of, past.customers) for past in found.history if past.segment == one.segment]
        for one in found.segments
    }
    series = [series_of(one.segment, one.name, points[one.segment]) for one in found.segments]
    return Chart("lines", Axis("time"), Axis(name="customers"), series)


def turnover_over_time(reading: Reading, _: Parameters) -> Chart:
    """Return the turnover of each group over the groupings."""
    found = reading.once_per_grouping(grouped)
    points = {
        one.segment: [(past.as_of, past.turnover) for past in found.history if past.segment == one.segment]
        for one in found.segments
    }
    series = [series_of(one.segment, one.name, points[one.segment]) for one in found.segments]
    return Chart("lines", Axis("time"), Axis(unit="pounds", name="pounds"), series)


PAGE = Page(
    path="/",
    title=lambda _: "Customers",
    read=read,
    parameters=Parameters,
    tables=tables,
    charts=(
        ChartOf(
            "customers",
            "Every customer",
            "Pounds spent by days since the last purchase plus 1, both logarithmic: recent buyers are on the left, big "
            "spenders on top.",
            cloud,
            once_per_grouping=True,
        ),
        ChartOf(
            "history-customers",
            "Size of the groups",
            "Customers in each group, by the newest sale of each grouping.",
            customers_over_time,
            once_per_grouping=True,
        ),
        ChartOf(
            "history-turnover",
            "Turnover of the groups",
            "Pounds that the customers of each group have spent, by the newest sale of each grouping.",
            turnover_over_time,
            once_per_grouping=True,
        ),
    ),
    link=Link("Customers", 1),
)
