"""Clean purchases as rows of numbers, of known customers and without a customer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_shop import catalogue, customers
from sample_shop.customers import Array, Customers

# A sales line before it gets its texts; `invoice` only groups lines, `customer` 0 is unknown, `price` is in thousandths
# of a pound, `minute` counts from 2010-12-01 00:00, `product` and `country` are indices in the catalogue.
ROW = np.dtype([
    ("prefix", "U1"), ("invoice", "i8"), ("product", "i8"), ("quantity", "i8"), ("minute", "i8"), ("price", "i8"),
    ("customer", "i8"), ("country", "i8"),
])  # fmt: skip
Rows = NDArray[np.void]

DAY = 24 * 60
_OPENS, _OPEN_MINUTES = 8 * 60, 10 * 60
_FIRST_WEEKDAY, _SATURDAY = 2, 5  # 2010-12-01 was a Wednesday; nothing is sold on Saturdays, as in the real data
_DOZEN = 12
_UNKNOWN_LINES = 12  # lines of an invoice without a customer, on average
_RETAIL = 2  # single pieces sold to unknown customers cost about twice the list price


def rows(**columns: Any) -> Rows:
    """Return rows from columns of equal length; a single value fills a whole column."""
    made = np.zeros(max(np.size(column) for column in columns.values()), dtype=ROW)
    for name, column in columns.items():
        made[name] = column
    return made


def opening_minutes(rng: np.random.Generator, days: Array) -> Array:
    """Return a minute of the opening hours on each of the days; Friday replaces Saturday."""
    is_saturday = (days + _FIRST_WEEKDAY) % 7 == _SATURDAY
    open_days = np.where(is_saturday, np.maximum(days - 1, 0), days)
    return open_days * DAY + _OPENS + rng.integers(0, _OPEN_MINUTES, days.size)


def _invoice_days(rng: np.random.Generator, buyers: Customers, owner: Array) -> Array:
    """Return the day of each invoice: of a customer's first one the last day, of the others random days before it."""
    is_last = np.diff(owner, prepend=-1) > 0
    last = buyers.last_day[owner]
    span = np.minimum(customers.medians("span").astype(np.int64)[buyers.group[owner]], last)
    return np.where(is_last, last, last - np.rint(span * rng.random(owner.size)).astype(np.int64))


def _kinds(rng: np.random.Generator, group: Array) -> Array:
    shares = np.cumsum([planted.kinds for planted in customers.GROUPS], axis=1)
    return np.sum(rng.random((group.size, 1)) > shares[group, :-1], axis=1)


def _products(rng: np.random.Generator, kind: Array) -> Array:
    """Return a product of each kind; squared random numbers make a few products sell much more often than others."""
    return catalogue.KIND_STARTS[kind] + (catalogue.KIND_SIZES[kind] * rng.random(kind.size) ** 2).astype(np.int64)


def _in_dozens(quantity: NDArray[np.float64]) -> Array:
    """Return whole pieces, from two dozen on whole dozens."""
    pieces = np.maximum(np.rint(quantity), 1)
    return np.where(pieces >= 2 * _DOZEN, np.rint(pieces / _DOZEN) * _DOZEN, pieces).astype(np.int64)


def _quantities(rng: np.random.Generator, buyers: Customers, owner: Array, kind: Array, price: Array) -> Array:
    """Return the usual quantities of the kinds, scaled to what each customer spends."""
    usual = catalogue.PIECES[kind] * np.exp(0.4 * rng.standard_normal(kind.size))
    spent = np.bincount(owner, usual * price / 1000, minlength=buyers.group.size)
    return _in_dozens(usual * (buyers.pounds / np.maximum(spent, 1))[owner])


def known(rng: np.random.Generator, limit: int, overlap: customers.Overlap, first_id: int) -> tuple[Rows, Array]:
    """Return purchases of whole customers, at most `limit` rows, and the customers' groups.

    Customer numbers are consecutive from `first_id`; element i of the groups belongs to `first_id + i`.
    """
    buyers = customers.draw(rng, limit // 4 + 1, overlap)
    owner = np.repeat(np.arange(buyers.group.size), buyers.invoices)
    lines = 1 + rng.poisson(customers.medians("lines")[buyers.group[owner]] - 1)
    count = int(np.searchsorted(np.cumsum(np.bincount(owner, lines)), limit, side="right"))
    owner, lines = owner[owner < count], lines[owner < count]
    minute = opening_minutes(rng, _invoice_days(rng, buyers, owner))
    invoice = np.repeat(np.arange(owner.size), lines)
    kind = _kinds(rng, buyers.group[owner[invoice]])
    product = _products(rng, kind)
    quantity = _quantities(rng, buyers, owner[invoice], kind, catalogue.PRICES[product])
    return rows(
        invoice=invoice, product=product, quantity=quantity, minute=minute[invoice], price=catalogue.PRICES[product],
        customer=first_id + owner[invoice],
    ), buyers.group[:count]  # fmt: skip


def unknown(rng: np.random.Generator, count: int) -> Rows:
    """Return `count` rows without a customer: gifts and trinkets, few pieces at retail prices."""
    lines = 1 + rng.poisson(_UNKNOWN_LINES - 1, count)
    invoice = np.repeat(np.arange(count), lines)[:count]
    minute = opening_minutes(rng, rng.integers(0, customers.DAYS + 1, count))
    product = _products(rng, rng.choice([catalogue.GIFT, catalogue.TRINKET], count, p=[0.8, 0.2]))
    price = catalogue.PRICES[product] * _RETAIL
    return rows(
        invoice=invoice, product=product, quantity=rng.geometric(0.4, count), minute=minute[invoice], price=price,
    )  # fmt: skip
