"""A table of numbers by rows and columns, in which a cell is the darker the more it is; the numbers stay readable."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from dashboard.tables import Column, Kind

TINTS = 5


class Tinted(NamedTuple):
    """A cell: a number, and how dark it is, 0 to `TINTS`."""

    number: int | Decimal
    tint: int


class Matrix(NamedTuple):
    """Names of rows and columns, cells by row (None: there can be no number), and what the numbers are."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Sequence[Tinted | None]]
    kind: Kind = "count"

    def shown(self, cell: Tinted) -> str:
        """Return a cell's number as people read it."""
        return Column("", self.kind).shown(cell.number)


def tinted(number: int | Decimal, most: int | Decimal) -> Tinted:
    """Return a cell by the greatest number of all; what is not above 0 has no tint."""
    return Tinted(number, math.ceil(number * TINTS / most) if number > 0 else 0)
