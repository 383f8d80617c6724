"""How many groups: what `make choose-k` measured, drawn. It reads a file, and nothing of the view."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from dashboard import choices
from dashboard.charts import Axis, Chart, Point, Series, symbol
from dashboard.choices import Candidate, Choice, Choices
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.snapshots import Reading
from dashboard.tables import Column, Table

type Of = Literal["lines", "customers"]

COLUMNS = (Column("groups (k)"), Column("inertia"), Column("silhouette", "score"), Column("smallest group", "share"))
NEVER = "Not measured yet: make choose-k does it."


class HowMany(NamedTuple):
    """The page's figures; None: nothing was measured yet."""

    choices: Choices | None


def read(_: Reading, __: Parameters) -> HowMany:
    """Return what was measured last."""
    return HowMany(choices.read())


def tables(shown: HowMany) -> list[Table]:
    """Return the page's tables."""
    found = shown.choices
    return [
        Table("lines", "Groups of lines", COLUMNS, found.lines.candidates if found else (), NEVER),
        Table("customers", "Groups of customers", COLUMNS, found.customers.candidates if found else (), NEVER),
    ]


def inertia(one: Candidate) -> float:
    """Return the inertia."""
    return one.inertia


def silhouette(one: Candidate) -> float | None:
    """Return the silhouette."""
    return one.silhouette


def drawn(of: Of, measure: Callable[[Candidate], float | None]) -> Callable[[Reading, Parameters], Chart]:
    """Return the reader of a chart: a measure by the number of groups, the recommended one with a symbol."""

    def chart(_: Reading, __: Parameters) -> Chart:
        found = choices.read()
        name = measure.__name__
        series = [] if found is None else _series(getattr(found, of), measure)
        return Chart("lines", Axis(name="groups", from_zero=False), Axis(unit="number", name=name), series)

    return chart


def _series(choice: Choice, measure: Callable[[Candidate], float | None]) -> list[Series]:
    points: list[Point] = [(one.groups, measure(one)) for one in choice.candidates]
    best = [point for point in points if point[0] == choice.recommended]
    measured = Series(measure.__name__, 0, points)
    return [measured, Series(f"recommended: {choice.recommended}", 1, best, symbol(3))] if best else [measured]


INERTIA = (
    "Sum of squared distances to the nearest centre, in feature space, by the number of groups: beyond the knee a "
)
INERTIA += "further group gains little."
SILHOUETTE = "Mean silhouette by the number of groups, −1 to 1: the higher, the better the groups are apart."

PAGE = Page(
    path="/groups/how-many",
    title=lambda _: "How many groups",
    read=read,
    parameters=Parameters,
    tables=tables,
    charts=(
        ChartOf("customers-inertia", "Customers: inertia", INERTIA, drawn("customers", inertia)),
        ChartOf("customers-silhouette", "Customers: silhouette", SILHOUETTE, drawn("customers", silhouette)),
        ChartOf("lines-inertia", "Lines: inertia", INERTIA, drawn("lines", inertia)),
        ChartOf("lines-silhouette", "Lines: silhouette", SILHOUETTE, drawn("lines", silhouette)),
    ),
    link=Link("How many groups", 9),
    stamp=choices.stamp,
)
