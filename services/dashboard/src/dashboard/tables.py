"""A table of a page: shown as HTML, and downloaded as csv."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
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


@dataclass(frozen=True)
class Column:
    """A column: its title, what its cells are, and whether a bar shows a share."""

    title: str
    kind: Kind = "count"
    bar: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells stand on the right."""
        return self.kind not in LEFT

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
