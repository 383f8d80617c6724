"""Sums of sales, as the summaries have them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from dashboard.edges.mariadb import Row
from dashboard.tables import Cells, Column

type Show = Literal["turnover", "pieces", "lines", "returns"]


class Amounts(NamedTuple):
    """Lines with returns, pieces and pounds without them, and what came back in pieces and pounds."""

    lines: int = 0
    pieces: int = 0
    turnover: Decimal = Decimal(0)
    returned_pieces: int = 0
    returned: Decimal = Decimal(0)

    @property
    def returned_share(self) -> Decimal | None:
        """Share of the pounds sold that came back; None where nothing was sold."""
        sold = self.turnover + self.returned
        return self.returned / sold if sold > 0 else None


class Measure(NamedTuple):
    """What can be shown of sales: its word, unit and number."""

    word: str
    kind: Literal["count", "pounds"]
    caption: str
    of: Callable[[Amounts], int | Decimal]


MEASURES: Mapping[Show, Measure] = {
    "turnover": Measure("turnover", "pounds", "Turnover in pounds, returns taken off.", lambda sold: sold.turnover),
    "pieces": Measure("pieces", "count", "Number of pieces, returns taken off.", lambda sold: sold.pieces),
    "lines": Measure("lines", "count", "Number of sales lines, returns included.", lambda sold: sold.lines),
    "returns": Measure("returns", "pounds", "Pounds of the pieces that came back.", lambda sold: sold.returned),
}
COLUMNS = (
    Column("turnover", "pounds"),
    Column("pieces"),
    Column("lines"),
    Column("returned pieces"),
    Column("returned", "pounds"),
)


def amounts(row: Row) -> Amounts:
    """Return the sums in a row; MariaDB has them as decimals."""
    return Amounts(
        int(row["sales_lines"]), int(row["pieces"]), row["turnover"], int(row["returned_pieces"]), row["returned"]
    )


def total(parts: Iterable[Amounts]) -> Amounts:
    """Return the sum of amounts."""
    sums: Iterable[Any] = map(sum, zip(Amounts(), *parts, strict=True))
    return Amounts(*sums)


def cells(sold: Amounts) -> Cells:
    """Return the cells of `COLUMNS`."""
    return sold.turnover, sold.pieces, sold.lines, sold.returned_pieces, sold.returned


class Stretch(NamedTuple):
    """The sales of days of one period and month, those of the United Kingdom or of the other countries."""

    first_day: dt.date
    last_day: dt.date
    is_british: bool
    sold: Amounts
