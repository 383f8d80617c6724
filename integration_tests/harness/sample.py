"""The sample's lines as they must arrive, read from the workbook without the product's code."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from functools import cache, reduce
from itertools import cycle, islice
from operator import or_
from typing import NamedTuple

import openpyxl

from harness.stack import ROOT


class Line(NamedTuple):
    """A sales line as a row of a table."""

    InvoiceNo: str
    StockCode: str
    Description: str | None
    Quantity: int
    InvoiceDate: dt.datetime
    UnitPrice: Decimal
    CustomerID: str | None
    Country: str


COLUMNS = ", ".join(Line._fields)


def text(cell: object) -> str | None:
    """Return a cell as text: whole numbers without `.0`, nothing as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    return str(cell)


def line(cells: tuple[object, ...]) -> Line:
    """Return a row's cells as a line."""
    invoice, code, description, quantity, date, price, customer, country = cells
    assert isinstance(date, dt.datetime)
    typed = (int(str(text(quantity))), date, Decimal(str(text(price))))
    return Line(str(text(invoice)), str(text(code)), text(description), *typed, text(customer), str(country))


def first(count: int) -> list[Line]:
    """Return this many lines: the sample's, repeated."""
    return [*islice(cycle(lines().values()), count)]


def sales(*tables: Sequence[Line]) -> list[Line]:
    """Return the sales of overlapping sheets or files: the count of a line is its largest count in any of them."""
    return [*reduce(or_, map(Counter, tables)).elements()]


@cache
def lines() -> dict[int, Line]:
    """Return the sample's lines by their number, from 1; blank rows do not count."""
    with closing(openpyxl.load_workbook(ROOT / "data" / "sample.xlsx", read_only=True)) as workbook:
        rows = [row for sheet in workbook for row in sheet.iter_rows(min_row=2, values_only=True) if any(row)]
    return {number: line(row) for number, row in enumerate(rows, start=1)}
