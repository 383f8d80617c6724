"""The clusters of British sales lines: what they are, their centres and inertia over time, the lines as points."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from dashboard import figures
from dashboard.charts import Axis, Chart, Point, Series, series_of
from dashboard.edges.mariadb import Row
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.pages._groups import SQL
from dashboard.snapshots import Reading
from dashboard.tables import Cells, Column, Group, Table

MODEL, PROFILES, PRODUCTS = SQL("lines_model"), SQL("lines_profiles"), SQL("lines_products")
CENTRES, INERTIA, CLOUD, VALUES = SQL("lines_centres"), SQL("lines_inertia"), SQL("lines_cloud"), SQL("lines_values")

GENERATIONS = 500  # of the model, one per micro-batch with British lines
BATCHES = 500
DRAWN_POINTS = 2_000
LISTED_POINTS = 200
FEATURES = {"log": "sign(x) · log1p |x| of quantity and price", "raw": "quantity and price as they are"}
NO_MODEL = "No clusters yet: the model begins when enough different British lines have come."


class Model(NamedTuple):
    """The model's settings, and which of its generations is the newest."""

    generation: int
    batch: int
    clusters: int
    features: str

    @property
    def explained(self) -> str:
        """What the clusters are made by."""
        return FEATURES.get(self.features, self.features)


class Profile(NamedTuple):
    """A cluster: medians, and its lines with their share of all British ones."""

    cluster: int
    name: str
    sales_lines: int
    share: float
    median_quantity: int | None
    median_price: Decimal | None
    turnover: Decimal
    cancellations: int


class Common(NamedTuple):
    """A common product of a cluster."""

    cluster: int
    place: int
    batch: int
    StockCode: str
    Description: str | None
    sales_lines: int


class Centre(NamedTuple):
    """The centre of a cluster after a micro-batch, in pieces and pounds; the weight is that of its lines."""

    batch: int
    cluster: int
    quantity: float
    unit_price: float
    weight: float


class Inertia(NamedTuple):
    """The mean squared distance of a micro-batch's British lines from their centres."""

    batch: int
    inertia: float
    british: int


@dataclass(frozen=True)
class Lines:
    """The page's figures."""

    model: Model | None
    profiles: Sequence[Profile]
    common: Sequence[Common]
    centres: Sequence[Centre]
    inertia: Sequence[Inertia]
    points: Sequence[Row]

    @property
    def clustered(self) -> int:
        """How many lines are in clusters."""
        return sum(one.sales_lines for one in self.profiles)

    @property
    def largest(self) -> Profile | None:
        """The cluster with most turnover."""
        return max(self.profiles, key=lambda one: one.turnover, default=None)

    @property
    def turnover(self) -> Decimal:
        """What the lines brought, in pounds."""
        return sum((one.turnover for one in self.profiles), Decimal(0))

    @property
    def clusters(self) -> dict[int, Group]:
        """The clusters by number, without the centres in their names."""
        return clusters(self.profiles)


def clusters(profiles: Iterable[Profile]) -> dict[int, Group]:
    """Return the clusters by number. Two may have one name, so the number is in it."""
    return {one.cluster: Group(one.cluster, f"{one.cluster} {one.name.split(' (about')[0]}") for one in profiles}


def read(reading: Reading, _: Parameters) -> Lines:
    """Return the figures of a snapshot."""
    model = reading.row(MODEL)
    return Lines(
        model=Model(**model) if model else None,
        profiles=reading.once(read_profiles),
        common=[Common(**row) for row in reading.rows(PRODUCTS)],
        centres=reading.once(read_centres),
        inertia=reading.once(read_inertia),
        points=reading.rows(CLOUD, points=LISTED_POINTS),
    )


def read_profiles(reading: Reading) -> list[Profile]:
    """Return the clusters of the newest model; MariaDB has sums as decimals."""
    counts = ("sales_lines", "cancellations")
    return [Profile(**(row | {name: int(row[name]) for name in counts})) for row in reading.rows(PROFILES)]


def read_centres(reading: Reading) -> list[Centre]:
    """Return the centres of the last generations."""
    return [Centre(**row) for row in reading.rows(CENTRES, generations=GENERATIONS)]


def read_inertia(reading: Reading) -> list[Inertia]:
    """Return the inertia of the last micro-batches that had British lines."""
    return [Inertia(**row) for row in reading.rows(INERTIA, batches=BATCHES)]


def values(shown: Mapping[int, Group], row: Row) -> Cells:
    """Return the cells of a pair of quantity and price."""
    number = row["cluster"]
    cluster = shown.get(number, Group(number, str(number)))
    return cluster, row["Quantity"], row["UnitPrice"], row["sales_lines"], row["cancellations"]


def all_values(shown: Mapping[int, Group], reading: Reading) -> Iterator[Cells]:
    """Yield all pairs of quantity and price."""
    return map(partial(values, shown), reading.stream(VALUES))


def tables(shown: Lines) -> list[Table]:
    """Return the page's tables."""
    named = shown.clusters
    return [
        profiles(shown),
        Table(
            "products",
            "Commonest products of each cluster",
            (
                Column("cluster", "cluster"),
                Column("place"),
                Column("product", "product"),
                Column("code", "text"),
                Column("lines"),
            ),
            [
                (
                    named.get(one.cluster, Group(one.cluster, str(one.cluster))), one.place, one.Description,
                    one.StockCode, one.sales_lines,
                )
                for one in shown.common
            ],
            empty="Not computed yet: products are found when the stream is idle, or a minute after a grouping.",
        ),
        centres_table("pieces", "Centres in pieces, newest micro-batch first", shown, "quantity"),
        centres_table("pounds", "Centres in pounds, newest micro-batch first", shown, "unit_price"),
        Table(
            "inertia",
            "Inertia of the micro-batches, newest first",
            (Column("batch"), Column("inertia", "fine"), Column("British lines")),
            [(one.batch, one.inertia, one.british) for one in reversed(shown.inertia)],
            empty=NO_MODEL,
        ),
        Table(
            "cloud",
            "Quantities and prices, the commonest first",
            (
                Column("cluster", "cluster"),
                Column("pieces"),
                Column("price", "pence"),
                Column("lines"),
                Column("cancellations"),
            ),
            [values(named, row) for row in shown.points],
            empty=NO_MODEL,
            everything=partial(all_values, named),
        ),
    ]  # fmt: skip


def profiles(shown: Lines) -> Table:
    """Return a row per cluster."""
    turnover = shown.turnover
    return Table(
        "clusters",
        "Clusters of British sales lines",
        (
            Column("cluster", "cluster"),
            Column("lines"),
            Column("of all", "share", bar=True),
            Column("pieces"),
            Column("price", "pence"),
            Column("cancellations"),
            Column("turnover", "pounds"),
            Column("of turnover", "share", bar=True),
        ),
        [
            (
                Group(one.cluster, f"{one.cluster} {one.name}"), one.sales_lines, one.share, one.median_quantity,
                one.median_price, one.cancellations, one.turnover,
                float(one.turnover / turnover) if turnover > 0 else None,
            )
            for one in shown.profiles
        ],
        empty=NO_MODEL,
    )  # fmt: skip


def centres_table(name: str, title: str, shown: Lines, of: Literal["quantity", "unit_price"]) -> Table:
    """Return the centres: a row per micro-batch, a column per cluster."""
    numbers = sorted({one.cluster for one in shown.centres})
    kind: Literal["fine", "pence"] = "fine" if of == "quantity" else "pence"
    names = shown.clusters
    rows = []
    for batch, same in itertools.groupby(reversed(shown.centres), key=lambda one: one.batch):
        by_number = {one.cluster: getattr(one, of) for one in same}
        rows.append((batch, *map(by_number.get, numbers)))
    columns = [Column(str(names.get(number, f"cluster {number}")), kind) for number in numbers]
    return Table(name, title, (Column("batch"), *columns), rows, empty=NO_MODEL)


def by_cluster(reading: Reading, points: Mapping[int, Sequence[Point]]) -> list[Series]:
    """Return a series per cluster, with its name, colour and symbol."""
    named = clusters(reading.once(read_profiles))
    return [
        series_of(number, named[number].name if number in named else str(number), points[number])
        for number in sorted(points)
    ]


def cloud(reading: Reading, _: Parameters) -> Chart:
    """Return the commonest pairs of quantity and price, each as large as it has lines."""
    points: dict[int, list[Point]] = {}
    for row in reading.rows(CLOUD, points=DRAWN_POINTS):
        name = figures.plural(row["sales_lines"], "line")
        points.setdefault(row["cluster"], []).append((row["Quantity"], row["UnitPrice"], name, row["sales_lines"]))
    return Chart(
        "cloud",
        Axis("signed log", name="pieces"),
        Axis("signed log", "pounds", "price"),
        by_cluster(reading, points),
    )


def pieces(reading: Reading, _: Parameters) -> Chart:
    """Return the centres in pieces."""
    points: dict[int, list[Point]] = {}
    for one in reading.once(read_centres):
        points.setdefault(one.cluster, []).append((one.batch, one.quantity))
    return Chart("lines", BATCH, Axis("signed log", name="pieces"), by_cluster(reading, points))


def pounds(reading: Reading, _: Parameters) -> Chart:
    """Return the centres in pounds."""
    points: dict[int, list[Point]] = {}
    for one in reading.once(read_centres):
        points.setdefault(one.cluster, []).append((one.batch, one.unit_price))
    return Chart("lines", BATCH, Axis("signed log", "pounds", "price"), by_cluster(reading, points))


def inertia(reading: Reading, _: Parameters) -> Chart:
    """Return the inertia of the micro-batches."""
    points = [(one.batch, one.inertia) for one in reading.once(read_inertia)]
    return Chart("lines", BATCH, Axis(unit="number", name="inertia"), [series_of(1, "inertia", points)])


BATCH = Axis(name="batch", from_zero=False)
LAST = f"the last {GENERATIONS} generations of the model"

PAGE = Page(
    path="/lines",
    title=lambda _: "Lines",
    read=read,
    parameters=Parameters,
    tables=tables,
    charts=(
        ChartOf(
            "cloud",
            "Lines as points",
            f"Price in pounds by pieces: a point per pair, larger with more lines, the {DRAWN_POINTS:,} commonest, "
            "small amounts first. Both axes are linear from −1 to 1 and logarithmic beyond; returns are on the left.",
            cloud,
        ),
        ChartOf(
            "pieces",
            "Centres in pieces",
            f"Pieces at each centre by micro-batch, {LAST}; linear from −1 to 1, logarithmic beyond.",
            pieces,
        ),
        ChartOf(
            "pounds",
            "Centres in pounds",
            f"Price at each centre by micro-batch, {LAST}; linear from 0 to 1, logarithmic beyond.",
            pounds,
        ),
        ChartOf(
            "inertia",
            "Inertia",
            f"Mean squared distance of a micro-batch's lines from their centres, in features, the last {BATCHES} "
            "micro-batches. If it rises, sales drift away from the model.",
            inertia,
        ),
    ),
    link=Link("Lines", 3),
)
