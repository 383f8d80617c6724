"""Finds the header of a sheet or a csv file, and the position of each column in it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common.errors import UserError
from producer.record import COLUMNS

FIRST_ROWS = 20
"""Rows that are searched for the header: titles and blank rows may precede it."""
# Other names of the same columns, as in "Online Retail II" and in users' exports.
ALIASES = {
    "invoice": "InvoiceNo",
    "invoicenumber": "InvoiceNo",
    "orderdate": "InvoiceDate",
    "price": "UnitPrice",
    "qty": "Quantity",
    "customer": "CustomerID",
}
NAMES = {name.casefold(): name for name in COLUMNS} | ALIASES
# Ignored in a name, like letter case and blanks; programs also leave a byte order mark there.
IGNORED = str.maketrans("", "", "_-.\ufeff")

type Row = tuple[int, Sequence[object]]
"""The row's number in the file, from 1, and its cells."""


class Header(NamedTuple):
    """The header's row, its number of cells, the position of each of COLUMNS, and the names of other columns."""

    row: int
    width: int
    positions: tuple[int, ...]
    others: tuple[str, ...]


def find(rows: Iterable[Row], where: str) -> Header | None:
    """Return the header among the first rows, None if no row names any column.

    Raises a UserError if a row names some of the columns and none names all.
    """
    best: tuple[int, Sequence[str]] = 0, ()
    for number, cells in rows:
        names = [known(cell) for cell in cells]
        if set(COLUMNS) <= set(names):
            return _header(number, cells, names, where)
        best = max(best, (len(set(COLUMNS) & set(names)), names), key=lambda one: one[0])
    if not best[0]:
        return None
    missing = [name for name in COLUMNS if name not in best[1]]
    raise UserError(
        f"{where} has no column {', '.join(missing)}: its header must name {', '.join(COLUMNS)}. A sheet of a workbook "
        "that has none of them is skipped."
    )


def known(cell: object) -> str:
    """Return the canonical name of a column, empty if it is not one of COLUMNS."""
    return NAMES.get("".join(cell.split()).translate(IGNORED).casefold(), "") if isinstance(cell, str) else ""


def _header(row: int, cells: Sequence[object], names: Sequence[str], where: str) -> Header:
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise UserError(f"{where} has the column {', '.join(twice)} twice: remove or rename one of them.")
    others = [str(cell) for cell, name in zip(cells, names, strict=True) if not name and cell not in {None, ""}]
    return Header(row, len(cells), tuple(names.index(name) for name in COLUMNS), tuple(others))
