"""A table of a page: shown as HTML, and downloaded as csv."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain, repeat
from typing import Literal, NamedTuple

from dashboard import figures
from dashboard.snapshots import Reading

# A spreadsheet takes a text with such a beginning for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")

type Kind = Literal[
    "text",
    "long text",
    "product",
    "count",
    "decimal",
    "fine",
    "pounds",
    "pence",
    "brief",
    "brief pounds",
    "share",
    "fine share",
    "times",
    "score",
    "day",
    "moment",
    "second",
    "group",
    "cluster",
    "customer",
]


class Group(NamedTuple):
    """A cell: a group of customers, with its link, or a cluster of lines. The number chooses colour and symbol."""

    number: int | None
    name: str

    def __str__(self) -> str:
        return self.name


type Cell = str | int | float | Decimal | dt.date | dt.datetime | Group | None
type Cells = Sequence[Cell]

FORMATS: dict[Kind, Callable[..., str]] = {
    "text": figures.text,
    "long text": figures.text,
    "product": figures.product,
    "count": figures.count,
    "decimal": figures.decimal,
    "fine": figures.fine,
    "pounds": figures.pounds,
    "pence": figures.pence,
    "brief": figures.brief,
    "brief pounds": figures.brief_pounds,
    "share": figures.share,
    "fine share": figures.fine_share,
    "times": figures.times,
    "score": figures.score,
    "day": figures.day,
    "moment": figures.moment,
    "second": figures.second,
    "group": str,
    "cluster": str,
    "customer": str,
}
LEFT: frozenset[Kind] = frozenset(
    {"text", "long text", "product", "group", "cluster", "customer", "day", "moment", "second"}
)


# The classes of cells in the page, where not "text" or "number".
STYLES: Mapping[Kind, str] = {
    "long text": "long",
    "product": "long",
    "day": "time",
    "moment": "time",
    "second": "time",
    "cluster": "cluster",
}


@dataclass(frozen=True)
class Column:
    """A column: its title, what its cells are, and whether a bar shows a share."""

    title: str
    kind: Kind = "count"
    bar: bool = False

    @cached_property
    def style(self) -> str:
        """The classes of its cells in the page."""
        style = STYLES.get(self.kind, "text" if self.kind in LEFT else "number")
        return f"{style} share" if self.bar else style

    @cached_property
    def is_plain(self) -> bool:
        """Whether its cells are a text alone: no link, symbol or bar."""
        return not self.bar and self.kind not in {"group", "cluster", "customer", "long text", "product"}

    def shown(self, cell: Cell) -> str:
        """Return a cell as people read it."""
        return FORMATS[self.kind](cell)


@dataclass(frozen=True)
class Table:
    """A table: `name` is that of its csv file, `title` what a screen reader says.

    `everything` reads all rows for the csv file, where `rows` are only the first; `empty` is shown without rows. `rest`
    is a last row that sums up those beyond the shown ones; it is not in the csv file, which has them.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Cells]
    empty: str = "Nothing yet."
    everything: Callable[[Reading], Iterable[Cells]] | None = None
    rest: Cells | None = None

    def cells(self, row: Cells) -> Iterable[tuple[Column, Cell, str, str]]:
        """Return the cells of a row for HTML: column, cell, element, and the scope of an element that heads the row."""
        return zip(self.columns, row, chain(("th",), repeat("td")), chain((" scope=row",), repeat("")), strict=False)


def csv_text(columns: Sequence[Column], rows: Iterable[Cells]) -> str:
    """Return a table as csv, RFC 4180, with exact figures."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(column.title) for column in columns])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(cell: Cell) -> str | int | float | Decimal:
    match cell:
        case None:
            return ""
        case dt.datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case dt.date():
            return cell.isoformat()
        case str() | Group():
            return defused(str(cell))
    return cell


def defused(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
