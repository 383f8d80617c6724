"""All lines of the sample in order of time, as the cells of a workbook."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from sample_shop import catalogue, customers, dirt, purchases
from sample_shop.catalogue import PRODUCTS
from sample_shop.purchases import Rows

FIRST_DAY = datetime(2010, 12, 1)  # noqa: DTZ001 - a shop's wall clock has no time zone
FEWEST_LINES = 1_000
RETURNS_ALONE = "returns alone"  # customers without a group: no purchase, so no logarithm of a turnover

_FIRST_INVOICE, _FIRST_CUSTOMER = 536_365, 12_346
_ODDITIES_EVERY = 20_000
# Shares of all lines; the rest, about a quarter, are lines without a customer.
_KNOWN, _ABROAD, _RETURNED, _DISCOUNTED, _DUPLICATED = 0.637, 0.082, 0.0163, 0.0004, 0.01
_NOTES, _NAMELESS, _FREE, _ALONE, _SENT_ABROAD = 0.0025, 0.0027, 0.0005, 0.00015, 0.0002
_MINUTE_LATE, _OTHER_CASE = 0.002, 0.12


class Line(NamedTuple):
    """A sales line, its fields named and ordered as the workbook's columns."""

    InvoiceNo: int | str
    StockCode: int | str
    Description: str | None
    Quantity: int
    InvoiceDate: datetime
    UnitPrice: float
    CustomerID: int | None
    Country: str


def _concatenated(parts: Sequence[Rows]) -> Rows:
    """Return all rows with distinct invoice numbers; each part's numbers start at 0."""
    first = 0
    for part in parts:
        part["invoice"] += first
        first = max(first, int(part["invoice"].max(initial=first - 1)) + 1)
    return np.concatenate(parts)


def _bought(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[Rows, dict[int, str]]:
    """Return purchases of known customers at home and abroad, and the group of each customer at home."""
    home, groups = purchases.known(rng, round(lines * _KNOWN), overlap, _FIRST_CUSTOMER)
    abroad, others = purchases.known(rng, round(lines * _ABROAD), overlap, _FIRST_CUSTOMER + groups.size)
    living = [catalogue.COUNTRIES.index(catalogue.ABROAD[i % len(catalogue.ABROAD)]) for i in range(others.size)]
    abroad["country"] = np.array(living)[abroad["customer"] - _FIRST_CUSTOMER - groups.size]
    truth = {_FIRST_CUSTOMER + i: customers.GROUPS[group].name for i, group in enumerate(groups)}
    return _concatenated([home, np.concatenate([abroad, dirt.postage(abroad)])]), truth


def _add_oddities(rng: np.random.Generator, bought: Rows, lines: int) -> None:
    """Set the price of some lines to zero, and the time of some to a minute after the others of their invoice."""
    bought["price"][rng.choice(bought.size, round(lines * _FREE), replace=False)] = 0
    bought["minute"] += rng.random(bought.size) < _MINUTE_LATE


def _all(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[Rows, dict[int, str]]:
    bought, truth = _bought(rng, lines, overlap)
    _add_oddities(rng, bought, lines)  # before returns, which have the price paid
    at_home = bought[bought["country"] == 0]
    first_unused = int(bought["customer"].max()) + 1
    alone = dirt.returns_alone(rng, bought, first_unused, max(2, round(lines * _ALONE)))
    parts = [
        bought,
        dirt.returns(rng, bought, round(lines * _RETURNED)),
        dirt.discounts(rng, at_home, round(lines * _DISCOUNTED)),
        alone,
        dirt.extremes(at_home),
        dirt.sent_abroad(rng, at_home, max(3, round(lines * _SENT_ABROAD))),
        dirt.stock_notes(rng, round(lines * _NOTES)),
        dirt.nameless(rng, round(lines * _NAMELESS)),
        dirt.oddities(rng, max(1, lines // _ODDITIES_EVERY)),
    ]
    duplicated = round(lines * _DUPLICATED)
    parts.append(purchases.unknown(rng, lines - duplicated - sum(part.size for part in parts)))
    rows = _concatenated(parts)
    duplicates = rng.choice(rows[: bought.size], duplicated, replace=False)
    return np.concatenate([rows, duplicates]), truth | dict.fromkeys(map(int, alone["customer"]), RETURNS_ALONE)


def _in_order(rows: Rows) -> Rows:
    """Return rows by time of sale; a duplicate follows its original, as both are equal in every field."""
    return np.sort(rows, order=["minute", "invoice", "product", "quantity"])


def _number(code: str) -> int | str:
    """Return a code of digits as a number, as workbooks store it."""
    return int(code) if code.isdecimal() else code


def _line(row: np.void, number: int, is_other_case: bool) -> Line:
    product = PRODUCTS[row["product"]]
    return Line(
        InvoiceNo=_number(f"{row['prefix']}{number}"),
        StockCode=_number(product.code.swapcase() if is_other_case else product.code),
        Description=product.description,
        Quantity=int(row["quantity"]),
        InvoiceDate=FIRST_DAY + timedelta(minutes=int(row["minute"])),
        UnitPrice=int(row["price"]) / 1000,
        CustomerID=int(row["customer"]) or None,
        Country=catalogue.COUNTRIES[row["country"]],
    )


def generate(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[list[Line], dict[int, str]]:
    """Return exactly `lines` lines in order of time, and the planted group of each customer of the United Kingdom."""
    rows, truth = _all(rng, lines, overlap)
    rows = _in_order(rows)
    _, first, invoice = np.unique(rows["invoice"], return_index=True, return_inverse=True)
    numbers = _FIRST_INVOICE + np.argsort(np.argsort(first))[invoice]
    is_lettered = np.array([product.code[:1].isdigit() and product.code[-1:].isalpha() for product in PRODUCTS])
    # Letter case is chosen per invoice, as its typist's habit: duplicates stay equal.
    is_other_case = is_lettered[rows["product"]] & (rng.random(first.size)[invoice] < _OTHER_CASE)
    return [_line(*cells) for cells in zip(rows, numbers.tolist(), is_other_case.tolist(), strict=True)], truth
