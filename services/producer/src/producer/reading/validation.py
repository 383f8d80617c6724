"""Validates a line by the contract, as the processor will.

The tests of both services read the contract's examples.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from producer.record import BLANKS

MAX_LENGTHS = {"InvoiceNo": 32, "StockCode": 32, "Description": 1000, "CustomerID": 32, "Country": 64}
MAY_BE_MISSING = frozenset({"Description", "CustomerID"})
QUANTITIES = (-(2**31), 2**31 - 1)
PRICES = (Decimal("-9999999.999"), Decimal("9999999.999"))
FIRST_YEAR = 1000
WHOLE = re.compile(r"-?[0-9]+")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
THREE_DECIMALS = re.compile(r"-?[0-9]+(\.[0-9]{1,3}0*)?")
DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
NO_CUSTOMER = re.compile(r"[0-9]+\.[0-9]+|[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]+")


def fault(name: str, value: str) -> str | None:
    """Return what is wrong with the canonical text of a column, or None."""
    if not value:
        return None if name in MAY_BE_MISSING else f"{name} is missing"
    return CHECKS[name](value)


def _quantity(value: str) -> str | None:
    if not WHOLE.fullmatch(value):
        return "Quantity is not a whole number"
    is_within = QUANTITIES[0] <= Decimal(value) <= QUANTITIES[1]
    return None if is_within else "Quantity is outside {} to {}".format(*QUANTITIES)


def _date(value: str) -> str | None:
    try:
        year = dt.datetime.fromisoformat(value).year if DATE_TIME.fullmatch(value) else None
    except ValueError:
        year = None
    if year is None:
        return "InvoiceDate is not a date and time"
    return None if year >= FIRST_YEAR else "InvoiceDate is before the year 1000"


def _price(value: str) -> str | None:
    if not DECIMAL.fullmatch(value):
        return "UnitPrice is not a decimal number"
    if not THREE_DECIMALS.fullmatch(value):
        return "UnitPrice has more than three decimals"
    return None if PRICES[0] <= Decimal(value) <= PRICES[1] else "UnitPrice is outside {} to {}".format(*PRICES)


def _customer(value: str) -> str | None:
    if NO_CUSTOMER.fullmatch(value) or value.strip(BLANKS) != value:
        return "CustomerID is not a customer's number"
    return _length("CustomerID", value)


def _length(name: str, value: str) -> str | None:
    limit = MAX_LENGTHS[name]
    return f"{name} is longer than {limit} characters" if len(value) > limit else None


CHECKS: dict[str, Callable[[str], str | None]] = {
    **{name: partial(_length, name) for name in MAX_LENGTHS},
    "Quantity": _quantity,
    "InvoiceDate": _date,
    "UnitPrice": _price,
    "CustomerID": _customer,
}
