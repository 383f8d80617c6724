"""All lines of the sample in the order in which they were sold, as the cells of a workbook."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from sample_shop import catalogue, customers, dirt, purchases
from sample_shop.catalogue import PRODUCTS
from sample_shop.purchases import Rows

FIRST_DAY = datetime(2010, 12, 1)  # noqa: DTZ001 - a shop's wall clock has no time zone
FEWEST_LINES = 1_000
RETURNS_ALONE = "returns alone"  # the group of customers who cannot be placed: no purchase, so no log of a turnover

_FIRST_INVOICE, _FIRST_CUSTOMER = 536_365, 12_346
_ODDITIES_EVERY = 20_000
# Shares of all lines; what they leave, about a quarter, are lines without a customer.
_KNOWN, _ABROAD, _RETURNED, _DISCOUNTED, _DOUBLED = 0.637, 0.082, 0.0163, 0.0004, 0.01
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


def _one_after_another(parts: Sequence[Rows]) -> Rows:
    """All rows, their invoices numbered apart; each part's numbers count from 0."""
    first = 0
    for part in parts:
        part["invoice"] += first
        first = max(first, int(part["invoice"].max(initial=first - 1)) + 1)
    return np.concatenate(parts)


def _bought(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[Rows, dict[int, str]]:
    """What known customers bought at home and abroad, and the group of each customer at home."""
    home, groups = purchases.known(rng, round(lines * _KNOWN), overlap, _FIRST_CUSTOMER)
    abroad, others = purchases.known(rng, round(lines * _ABROAD), overlap, _FIRST_CUSTOMER + groups.size)
    living = [catalogue.COUNTRIES.index(catalogue.ABROAD[i % len(catalogue.ABROAD)]) for i in range(others.size)]
    abroad["country"] = np.array(living)[abroad["customer"] - _FIRST_CUSTOMER - groups.size]
    truth = {_FIRST_CUSTOMER + i: customers.GROUPS[group].name for i, group in enumerate(groups)}
    return _one_after_another([home, np.concatenate([abroad, dirt.postage(abroad)])]), truth


def _spoil(rng: np.random.Generator, bought: Rows, lines: int) -> None:
    """Some lines cost nothing, and some are entered a minute after the others of their invoice."""
    bought["price"][rng.choice(bought.size, round(lines * _FREE), replace=False)] = 0
    bought["minute"] += rng.random(bought.size) < _MINUTE_LATE


def _all(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[Rows, dict[int, str]]:
    bought, truth = _bought(rng, lines, overlap)
    _spoil(rng, bought, lines)  # before anything is returned: it comes back at the price paid
    at_home = bought[bought["country"] == 0]
    stranger = int(bought["customer"].max()) + 1
    alone = dirt.returns_alone(rng, bought, stranger, max(2, round(lines * _ALONE)))
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
    doubled = round(lines * _DOUBLED)
    parts.append(purchases.unknown(rng, lines - doubled - sum(part.size for part in parts)))
    rows = _one_after_another(parts)
    doubles = rng.choice(rows[: bought.size], doubled, replace=False)
    return np.concatenate([rows, doubles]), truth | dict.fromkeys(map(int, alone["customer"]), RETURNS_ALONE)


def _in_order(rows: Rows) -> Rows:
    """Rows by time of sale; a double follows its original, as both are equal in every field."""
    return np.sort(rows, order=["minute", "invoice", "product", "quantity"])


def _number(code: str) -> int | str:
    """Digits alone become a number, as a workbook holds them."""
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


def write_up(rng: np.random.Generator, lines: int, overlap: customers.Overlap) -> tuple[list[Line], dict[int, str]]:
    """Exactly `lines` lines in order of time, and the planted group of each customer of the United Kingdom."""
    rows, truth = _all(rng, lines, overlap)
    rows = _in_order(rows)
    _, first, invoice = np.unique(rows["invoice"], return_index=True, return_inverse=True)
    numbers = _FIRST_INVOICE + np.argsort(np.argsort(first))[invoice]
    is_lettered = np.array([product.code[:1].isdigit() and product.code[-1:].isalpha() for product in PRODUCTS])
    # Letter case is a habit of whoever types an invoice: so doubles stay equal.
    is_other_case = is_lettered[rows["product"]] & (rng.random(first.size)[invoice] < _OTHER_CASE)
    return [_line(*cells) for cells in zip(rows, numbers.tolist(), is_other_case.tolist(), strict=True)], truth
