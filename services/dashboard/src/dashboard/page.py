"""What a page is made of."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from dashboard.charts import Chart
from dashboard.snapshots import Reading
from dashboard.state import State
from dashboard.tables import Table


class Parameters(BaseModel):
    """What a page's address says: the names in braces of its path, and its query. Others are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NotFound(Exception):  # noqa: N818 - an answer
    """What the address names is not there; the text is a sentence for the reader."""


class Link(NamedTuple):
    """A link in the header: its word, and its place from the left."""

    word: str
    place: int


@dataclass(frozen=True)
class ChartOf:
    """A chart of a page: its data is at `<page>/<name>.json`; the caption has its units.

    One that only a grouping changes is read and sent once per grouping.
    """

    name: str
    title: str
    caption: str
    read: Callable[[Reading, Any], Chart]
    once_per_grouping: bool = False


@dataclass(frozen=True)
class Page[P: Parameters, S]:
    """A page: `read` returns what it shows, `tables` its tables; the template has the name of the module."""

    path: str
    title: Callable[[S], str]
    read: Callable[[Reading, P], S]
    parameters: type[P]
    tables: Callable[[S], Sequence[Table]]
    charts: Sequence[ChartOf] = field(default_factory=tuple)
    link: Link | None = None
    # What changes with figures that are not of the view.
    stamp: Callable[[], Hashable] = lambda: None
    # Joins to the figures, at each answer, what changes while the view does not.
    join: Callable[[S, State], S] = lambda figures, _: figures
    # Whether it shows the counted reconciliation, which is counted only while somebody looks.
    is_counted: bool = False
