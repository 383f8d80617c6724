"""The two forms of a line: the cells of a sheet as texts, and the csv record at the end of a message's value."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

CONTRACT = 2
SOURCE_DIGITS = 16
"""Of the SHA-256 of a canonical csv: 64 bits, practically without collisions among a million files."""
COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
MESSAGE_LIMIT = 65_536
"""Bytes that a message may have."""
RECORD_LIMIT = MESSAGE_LIMIT - len(f",{CONTRACT},{'f' * SOURCE_DIGITS},{'9' * 9},")
"""Bytes that a record may have: in the message, contract, source and run precede it."""
FINGERPRINT = 16
"""Bytes of a fingerprint: 128 bits, practically without collisions among a trillion lines."""
BLANKS = " \t\r\n\u00a0\u2007\u202f"
"""Characters that the contract treats as blanks around a text."""
EXACT = 2**53
"""Up to here a double represents each whole number exactly."""

type Line = tuple[int, bytes, bytes]
"""Row in the source, key (InvoiceNo), record."""


class _Echo:
    """A file for the csv writer, which returns what the file's `write` returns: the field itself."""

    write = staticmethod(str)


_written: Callable[[Iterable[str]], str] = csv.writer(_Echo(), lineterminator="").writerow


def field(text: str) -> str:
    """Return a text as a field of a record, quoted if needed."""
    return _written(("", text))[1:]  # as the only field of its record, an empty one would be quoted


def encode(row: int, texts: Iterable[str]) -> bytes:
    """Return the record of a line: RFC 4180, UTF-8, minimal quoting, no terminator."""
    return f"{row},{','.join(map(field, texts))}".encode()


def content_of(record: bytes) -> bytes:
    """Return the content of a record: what follows its row number."""
    return record.partition(b",")[2]


def fingerprint(content: bytes) -> bytes:
    """Return the fingerprint of a line's content (BLAKE2b): FINGERPRINT bytes that equal lines share."""
    return hashlib.blake2b(content, digest_size=FINGERPRINT).digest()


def records(file: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the records of a canonical csv unchanged; a line break inside quotes belongs to its record."""
    pending = b""
    for line in file:
        pending += line
        if pending.count(b'"') % 2 == 0:
            yield pending[:-1]
            pending = b""


def lines(file: Iterable[bytes]) -> Iterator[Line]:
    """Yield row, key and record of each line of a canonical csv."""
    for row, record in enumerate(records(file), start=1):
        yield row, key_of(record), record


def key_of(record: bytes) -> bytes:
    """Return the InvoiceNo of a record, empty if it is missing."""
    field = record.split(b",", 2)[1]
    return field if not field.startswith(b'"') else _fields(record)[1].encode()


def _fields(record: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(record.decode(), newline="")))


def text(cell: object) -> str:
    """Return a cell as the contract's text: no binary noise, no exponent, no time zone; empty if it is missing."""
    return _TEXT.get(type(cell), str)(cell)


@lru_cache(maxsize=65_536)
def _number(number: float) -> str:
    if number.is_integer() and abs(number) <= EXACT:
        return str(int(number))
    # A spreadsheet keeps 15 significant digits; further digits of a double are noise.
    return format(Decimal(f"{number:.15g}"), "f")


def _whole(number: int) -> str:
    # Beyond this, not every whole number is a double, and its last digits are noise.
    return str(number) if abs(number) <= EXACT else _number(float(number))


@lru_cache(maxsize=65_536)
def _moment(moment: datetime) -> str:
    # A spreadsheet stores days as a double: a whole second may be some microseconds short.
    try:
        whole = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:
        whole = moment
    return whole.isoformat(sep=" ", timespec="seconds")


def _day(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"


_TEXT: dict[type, Callable[[Any], str]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: lambda cell: "TRUE" if cell else "FALSE",
    datetime: _moment,
    date: _day,
    time: time.isoformat,
    type(None): lambda _: "",
}
