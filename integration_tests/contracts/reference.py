r"""The reference implementation of the message contract: the line in a message, or none.

Written from `online_retail.schema.json` and the rules of RFC 4180, without a line of the services' code, so that it can
judge them. Needs the standard library alone. Python's csv module is too lax even with `strict=True`: it takes quotes
inside bare fields and records with a line break after them.
"""

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

CONTRACT = "2"
FIELDS = 13
ENVELOPE = 5
"""Fields before the data: resent, contract, source, run, row."""
BRITISH = "United Kingdom"
BLANKS = " \t\n\r\u00a0\u2007\u202f"
MAX_BYTES = 65_536
MAX_LENGTHS = {"InvoiceNo": 32, "StockCode": 32, "Description": 1000, "CustomerID": 32, "Country": 64}
MAY_BE_MISSING = frozenset({"Description", "CustomerID"})
QUANTITIES = (-(2**31), 2**31 - 1)
PRICES = (Decimal("-9999999.999"), Decimal("9999999.999"))
FIRST_YEAR = 1000

FIELD = re.compile(r'"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)')
ROW = re.compile(r"[1-9][0-9]{0,17}")
QUANTITY = re.compile(r"-?[0-9]+")
PRICE = re.compile(r"-?[0-9]+(?:\.[0-9]{1,3}0*)?")
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
OTHER_NOTATION = re.compile(r"[0-9]+\.[0-9]+|[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]+")
UNITED_KINGDOM = re.compile(f"united[{BLANKS}]+kingdom", re.IGNORECASE | re.ASCII)
SOURCE = re.compile(r"[0-9a-fA-F]{16}")
RUN = re.compile(r"[1-9][0-9]{0,8}")
PLACE = re.compile(r"(?:[0-9]{1,5}:[0-9]{1,18})?")
MARK = re.compile(rb'("?)(([0-9]{1,5}):([0-9]{1,18}))\1,')

type Place = tuple[int, int]
"""Partition and offset."""


class Line(NamedTuple):
    """A sales line: the columns of a table, then where it came from (source, in small letters; run; row).

    The Country of a British line is spelt as BRITISH, however it came.
    """

    InvoiceNo: str
    StockCode: str
    Description: str | None
    Quantity: int
    InvoiceDate: dt.datetime
    UnitPrice: Decimal
    CustomerID: str | None
    Country: str
    source: str = ""
    run: int = 0
    row: int = 0

    @property
    def is_british(self) -> bool:
        """Whether the line belongs in the table of British lines."""
        return self.Country == BRITISH


class Violation(ValueError):  # noqa: N818 - the contract's own word
    """The message does not keep the contract."""


def read(message: bytes | None) -> Line | None:
    """Return the line that a message holds; None where the contract demands that it is rejected."""
    try:
        return line(fields(text(message)))
    except ValueError:  # of this file, of a text that is no UTF-8, of a date that is none
        return None


def origin(message: bytes | None) -> Place | None:
    """Return the place of the rejected message that this one carries again, whatever follows it; None without."""
    match = MARK.match(message or b"")
    return match and (int(match[3]), int(match[4]))


def text(message: bytes | None) -> str:
    """Return the text of a message of the right length; the place in front of one that is sent again does not count."""
    if not message:
        raise Violation
    match = MARK.match(message)
    demand(len(message) - (len(match[2]) if match else 0) <= MAX_BYTES)
    return message.decode()


def fields(record: str) -> list[str]:
    """Return the fields of exactly one csv record without a terminator."""
    if '"' not in record and "\r" not in record and "\n" not in record:
        return record.split(",")
    found, place = [], -1
    while place < len(record):
        match = FIELD.match(record, place + 1)
        assert match is not None  # it takes an empty field
        found.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        place = match.end()
        demand(record[place : place + 1] in ("", ","))
    return found


def line(record: list[str]) -> Line:
    """Return the fields of a record, typed."""
    demand(len(record) == FIELDS)
    invoice, code, description, quantity, date, price, customer, country = record[ENVELOPE:]
    texts = dict(zip(MAX_LENGTHS, (invoice, code, description, customer, country), strict=True))
    for name, value in texts.items():
        demand(len(value) <= MAX_LENGTHS[name] and (value or name in MAY_BE_MISSING))
    return Line(
        invoice, code, description or None, whole(quantity), moment(date), money(price), number(customer),
        spelt(country), *envelope(*record[:ENVELOPE]),
    )  # fmt: skip


def envelope(resent: str, contract: str, source: str, run: str, row: str) -> tuple[str, int, int]:
    """Return source, run and row."""
    demand(PLACE.fullmatch(resent) and contract == CONTRACT)
    return whole_match(SOURCE, source)[0].lower(), int(whole_match(RUN, run)[0]), int(whole_match(ROW, row)[0])


@lru_cache(maxsize=65_536)
def whole(quantity: str) -> int:
    """Return a Quantity. Decimal has no limit of digits, as `int` has."""
    value = Decimal(whole_match(QUANTITY, quantity)[0])
    demand(QUANTITIES[0] <= value <= QUANTITIES[1])
    return int(value)


@lru_cache(maxsize=65_536)
def moment(date: str) -> dt.datetime:
    """Return an InvoiceDate, a wall-clock time."""
    year, month, day, hour, minute, second = map(int, whole_match(DATE, date).groups())
    value = dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    demand(value.year >= FIRST_YEAR)
    return value


@lru_cache(maxsize=65_536)
def money(price: str) -> Decimal:
    """Return a UnitPrice with three decimals; there is no negative zero."""
    value = Decimal(whole_match(PRICE, price)[0])
    demand(PRICES[0] <= value <= PRICES[1])
    return value.quantize(Decimal("0.001")) + 0


@lru_cache(maxsize=65_536)
def number(customer: str) -> str | None:
    """Return a CustomerID, a number that is kept as text; None where it is missing."""
    demand(customer == customer.strip(BLANKS) and not OTHER_NOTATION.fullmatch(customer))
    return customer or None


@lru_cache(maxsize=65_536)
def spelt(country: str) -> str:
    """Return a Country; BRITISH if it differs from that in blanks and letter case alone."""
    return BRITISH if UNITED_KINGDOM.fullmatch(country.strip(BLANKS)) else country


def whole_match(pattern: re.Pattern[str], value: str) -> re.Match[str]:
    """Return the match of a pattern with the whole of a value; raise a Violation where there is none."""
    match = pattern.fullmatch(value)
    if match is None:
        raise Violation
    return match


def demand(is_kept: object) -> None:
    """Raise a Violation unless the contract is kept."""
    if not is_kept:
        raise Violation
