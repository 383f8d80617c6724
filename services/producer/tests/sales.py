"""Twelve sales, and writers for the formats in which people have them."""

import csv
import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from producer.record import COLUMNS


class Sale(NamedTuple):
    """A sales line, typed."""

    invoice: str
    code: str
    description: str
    quantity: int
    date: dt.datetime
    price: Decimal
    customer: str
    country: str

    def texts(self) -> tuple[str, ...]:
        """Return the canonical texts."""
        date = f"{self.date:%Y-%m-%d %H:%M:%S}"
        price = f"{self.price:f}"
        return (
            self.invoice, self.code, self.description, str(self.quantity), date, price, self.customer, self.country,
        )  # fmt: skip


def sale(*cells: str) -> Sale:
    """Return a sale from its canonical texts."""
    invoice, code, description, quantity, date, price, customer, country = cells
    moment = dt.datetime.fromisoformat(date)
    return Sale(invoice, code, description, int(quantity), moment, Decimal(price), customer, country)


# A comma, quotes, letters beyond ASCII, a trailing blank, a lost customer, a day after the 12th, a cancellation.
SALES = [
    sale("800101", "30001B", "GREEN KETTLE", "4", "2010-12-02 09:15:00", "3.25", "31001", "United Kingdom"),
    sale("800101", "30002", "RUG, STRIPED", "2", "2010-12-02 09:15:00", "12.95", "31001", "United Kingdom"),
    sale("800102", "30003", 'BOX OF 6 "FOX" MUGS', "10", "2010-12-17 16:40:00", "0.65", "31002", "United Kingdom"),
    sale("800103", "30004", "CRÈME JUG £3", "1", "2011-02-05 08:05:00", "8.5", "31003", "France"),
    sale("800103", "POST", "POSTAGE", "1", "2011-02-05 08:05:00", "15", "31003", "France"),
    sale("C800104", "30001B", "GREEN KETTLE", "-1", "2011-02-06 11:20:00", "3.25", "31001", "United Kingdom"),
    sale("800105", "30005c", "wick ", "36", "2011-03-31 23:58:00", "0.29", "", "United Kingdom"),
    sale("800106", "M", "Manual", "1", "2011-04-01 00:30:00", "2345.67", "31004", "United Kingdom"),
    sale("800107", "30006", "", "-7", "2011-07-14 13:00:00", "0", "", "United Kingdom"),
    sale("A800108", "B", "Adjust bad debt", "1", "2011-09-10 10:10:00", "-1062.06", "", "United Kingdom"),
    sale("800109", "DOT", "DOTCOM POSTAGE", "1000", "2011-10-30 01:30:00", "69.77", "31005", "United Kingdom"),
    sale("800110", "30007", "SCARF", "3", "2011-12-09 12:45:00", "1.255", "31003", "EIRE"),
]
CANONICAL = [one.texts() for one in SALES]

type Rows = list[list[str]]
type Change = Callable[[Sale], dict[str, str]]


def rows(**fields: Callable[[Sale], str]) -> Rows:
    """Return header and rows of texts, with other writers for some columns."""
    made = [dict(zip(COLUMNS, one.texts(), strict=True)) for one in SALES]
    for name, write in fields.items():
        for one, row in zip(SALES, made, strict=True):
            row[name] = write(one)
    return [list(COLUMNS), *[list(row.values()) for row in made]]


def dated(form: str) -> Callable[[Sale], str]:
    """Return a writer of dates in a `strftime` format; `-` omits the leading zero."""
    return lambda one: one.date.strftime(form)


def priced(decimal: str = ".", thousands: str = "", around: str = "{}") -> Callable[[Sale], str]:
    """Return a writer of prices."""

    def write(one: Sale) -> str:
        plain = f"{one.price:,f}".replace(",", "T").replace(".", "D")
        return around.format(plain.replace("T", thousands).replace("D", decimal))

    return write


def counted(thousands: str) -> Callable[[Sale], str]:
    """Return a writer of quantities with a thousands separator."""
    return lambda one: f"{one.quantity:,}".replace(",", thousands)


def titled(*names: str, made: Rows | None = None) -> Rows:
    """Return rows with other names in the header."""
    return [list(names), *(made or rows())[1:]]


def text(made: Rows, separator: str = ",", terminator: str = "\r\n", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    """Return rows as csv."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=terminator, quoting=quoting).writerows(made)
    return file.getvalue()


def backslashed(made: Rows) -> str:
    """Return rows as Spark writes them, with backslash-escaped quotes."""
    file = io.StringIO()
    csv.writer(file, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(made)
    return file.getvalue()


def cells(one: Sale) -> list[Any]:
    """Return a sale's cells as in a workbook: texts of digits as numbers, empty texts as empty cells."""
    numbers = [int(value) if value.isdigit() else value or None for value in (one.invoice, one.code, one.customer)]
    price = float(one.price)
    return [numbers[0], numbers[1], one.description or None, one.quantity, one.date, price, numbers[2], one.country]


def sheet(**fields: Callable[[Sale], Any]) -> list[list[Any]]:
    """Return header and rows of cells, with other writers for some columns."""
    made: list[list[Any]] = [list(COLUMNS)]
    for one in SALES:
        row = dict(zip(COLUMNS, cells(one), strict=True))
        made.append(list({**row, **{name: write(one) for name, write in fields.items()}}.values()))
    return made


def serial(epoch: dt.datetime) -> Callable[[Sale], float]:
    """Return a writer of dates as days since an epoch."""
    return lambda one: (one.date - epoch) / dt.timedelta(days=1)


def write_book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], change: Callable[[Any], object] = id) -> Path:
    """Write a workbook; `change` modifies it before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, made in sheets.items():
        one = book.create_sheet(name)
        for row in made:
            one.append(list(row))
    change(book)
    book.save(path)
    return path


def write_zip(path: Path, **files: bytes) -> Path:
    """Write an archive; two underscores in a name stand for a point."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def write_gz(path: Path, content: bytes) -> Path:
    """Write a gzip file."""
    path.write_bytes(gzip.compress(content))
    return path
