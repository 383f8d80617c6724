"""The fields of a record by the contract: how their texts are read, and why they are rejected.

A reader takes the text of a field and returns its value, or raises a `ValueError` with the reason.
Shapes are checked first: `int`, `Decimal` and `datetime` also take signs, blanks, exponents and other scripts' digits.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa

CONTRACT = "2"
BRITISH = "United Kingdom"
BLANKS = " \t\n\r\u00a0\u2007\u202f"
QUANTITIES = (Decimal(-(2**31)), Decimal(2**31 - 1))
PRICES = (Decimal("-9999999.999"), Decimal("9999999.999"))
FIRST_YEAR = 1000
QUOTED_LENGTH = 60  # characters of a wrong text that a reason repeats

PLACE = re.compile(r"([0-9]{1,5}):([0-9]{1,18})")
SOURCE = re.compile(r"[0-9a-fA-F]{16}")
RUN = re.compile(r"[1-9][0-9]{0,8}")
WHOLE = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
THREE_DECIMALS = re.compile(r"[^.]+(\.[0-9]{1,3}0*)?")
DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
OTHER_NOTATION = re.compile(r"[0-9]+(\.[0-9]+|(\.[0-9]+)?[eE][+-]?[0-9]+)")
UNITED_KINGDOM = re.compile(f"[{BLANKS}]*united[{BLANKS}]+kingdom[{BLANKS}]*", re.IGNORECASE | re.ASCII)


def resent(text: str) -> None:
    """Check the place of the rejected message that this one resends; `records` reads it from the bytes."""
    _demand(PLACE.fullmatch(text), "is not partition:offset")


def contract(text: str) -> None:
    """Check the version of the contract."""
    _demand(text == CONTRACT, f"is not known (known: {CONTRACT})")


def source(text: str) -> str:
    """Return the 16 hexadecimal digits that name a source, in lower case."""
    _demand(SOURCE.fullmatch(text), "is not 16 hexadecimal digits")
    return text.lower()


def run(text: str) -> int:
    """Return the number of the run."""
    _demand(RUN.fullmatch(text), "is not a whole number from 1")
    return int(text)


def quantity(text: str) -> int:
    """Return pieces, which fit into 32 bits."""
    _demand(WHOLE.fullmatch(text), "is not a whole number")
    value = Decimal(text)  # `int` refuses thousands of digits
    _demand(QUANTITIES[0] <= value <= QUANTITIES[1], "is outside -2147483648 to 2147483647")
    return int(value)


def invoice_date(text: str) -> dt.datetime:
    """Return a wall-clock time."""
    no_date = "is not a date and time of the form YYYY-MM-DD HH:MM:SS"
    _demand(DATE_TIME.fullmatch(text), no_date)
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(no_date) from None
    _demand(value.year >= FIRST_YEAR, f"is before the year {FIRST_YEAR}")
    return value


def unit_price(text: str) -> Decimal:
    """Return pounds with three decimals."""
    _demand(DECIMAL.fullmatch(text), "is not a decimal number")
    _demand(THREE_DECIMALS.fullmatch(text), "has more than three decimals")
    value = Decimal(text)
    _demand(PRICES[0] <= value <= PRICES[1], f"is outside {PRICES[0]} to {PRICES[1]}")
    return value.quantize(Decimal("0.001"))


def customer_id(text: str) -> str:
    """Return a customer's number, which is kept as text."""
    is_other = text != text.strip(BLANKS) or OTHER_NOTATION.fullmatch(text)
    _demand(not is_other, "is not a customer's number (blanks around it, a decimal number or scientific notation)")
    return text


def country(text: str) -> str:
    """Return a country unchanged; BRITISH where it differs from that in blanks and letter case alone."""
    return BRITISH if UNITED_KINGDOM.fullmatch(text) else text


def text(value: str) -> str:
    """Return a text as it is."""
    return value


def _demand(is_right: object, otherwise: str) -> None:
    if not is_right:
        raise ValueError(otherwise)


def wrong(name: str, text: str, error: ValueError) -> str:
    """Return the reason why a message is rejected for the text of a field."""
    return f"{name} '{text[:QUOTED_LENGTH]}' {error}"


class Field(NamedTuple):
    """A field of the record; `kind` is the type of its column."""

    name: str
    kind: pa.DataType
    read: Callable[[str], object]
    is_required: bool = True
    max_length: int | None = None


# In the order in which a record has them. The row is different in each message: `parsing` reads it as a column.
FIELDS = (
    Field("resent", pa.null(), resent, is_required=False),
    Field("contract", pa.null(), contract),
    Field("source", pa.string(), source),
    Field("run", pa.int32(), run),
    Field("row", pa.int64(), text),
    Field("InvoiceNo", pa.string(), text, max_length=32),
    Field("StockCode", pa.string(), text, max_length=32),
    Field("Description", pa.string(), text, is_required=False, max_length=1000),
    Field("Quantity", pa.int32(), quantity),
    Field("InvoiceDate", pa.timestamp("s"), invoice_date),
    Field("UnitPrice", pa.decimal128(10, 3), unit_price),
    Field("CustomerID", pa.string(), customer_id, is_required=False, max_length=32),
    Field("Country", pa.string(), country, max_length=64),
)
