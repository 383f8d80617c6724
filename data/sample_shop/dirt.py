"""Dirty data: returns, corrections, missing values, extremes, each with about its share in the real data."""

import numpy as np

from sample_shop import catalogue, customers
from sample_shop.customers import Array
from sample_shop.purchases import DAY, Rows, opening_minutes, rows

_LARGEST_RETURN = 4  # a returned line is at most a quarter of what its customer spent: turnovers stay positive
_LATEST_RETURN = 30 * DAY
_EXTREME_PIECES, _EXTREME_PRICE = 80_995, 38_970_000

# Lines without a customer, once in every 20,000: prefix of the invoice, code, pieces, price in thousandths of a pound.
_ODDITIES = (
    ("A", "B", 1, 11_062_060), ("A", "B", 1, -11_062_060), ("A", "B", 1, -9_480_500),
    ("C", "BANK CHARGES", -1, 37_500), ("", "BANK CHARGES", 1, 15_000),
    ("", "M", 1, 1_867_860), ("C", "M", -1, 624_300), ("", "D", 1, 12_750),
    ("", "gift_0001_20", 1, 16_670), ("", "gift_0001_20", 2, 16_670), ("", "84990E", 6, 2_950),
    ("", "21999", 1, 1), ("", "21999", 3, 1), ("", "21999", 12, 1), ("", "79993", 960, 0),
)  # fmt: skip


def _sample(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    return np.sort(rng.choice(bought, min(count, bought.size), replace=False), order="minute")


def _spent(bought: Rows) -> tuple[Array, Array]:
    """Return, for each row's customer, the total spent (thousandths of a pound) and the minute of the last purchase."""
    _, owner = np.unique(bought["customer"], return_inverse=True)
    last = np.zeros(owner.max() + 1, dtype=np.int64)
    np.maximum.at(last, owner, bought["minute"])
    return np.bincount(owner, bought["quantity"] * bought["price"]).astype(np.int64)[owner], last[owner]


def returns(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """Return full or partial cancellations of customers' lines, not after the day of their last purchase."""
    spent, last = _spent(bought)
    is_small = bought["quantity"] * bought["price"] * _LARGEST_RETURN <= spent
    chosen = rng.choice(np.flatnonzero(is_small), count, replace=False)
    back = bought[chosen]
    later = back["minute"] + rng.integers(DAY, _LATEST_RETURN, count)
    back["minute"] = np.minimum(later, last[chosen] + 45)
    back["quantity"] = -np.maximum(back["quantity"] // rng.choice([1, 1, 2, 4], count), 1)
    back["prefix"], back["invoice"] = "C", np.arange(count)
    return back


def discounts(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """Return cancellations that refund a tenth of a line's amount."""
    given = _sample(rng, bought, count)
    given["price"] = given["quantity"] * given["price"] // 100 * 10
    given["product"], given["quantity"] = catalogue.indices("D")[0], -1
    given["prefix"], given["invoice"] = "C", np.arange(given.size)
    given["minute"] += 20
    return given


def returns_alone(rng: np.random.Generator, bought: Rows, first_id: int, count: int) -> Rows:
    """Return the lines of customers who bought before the data starts: one cancellation each, in the first days."""
    back = _sample(rng, bought[bought["country"] == 0], count)
    back["customer"], back["quantity"] = first_id + np.arange(back.size), -1
    back["prefix"], back["invoice"] = "C", np.arange(back.size)
    back["minute"] = opening_minutes(rng, rng.integers(0, 14, back.size))
    return back


def extremes(bought: Rows) -> Rows:
    """Return the largest quantity and the largest price, each cancelled minutes later, of the best customer."""
    spent, _ = _spent(bought)
    pair = bought[[int(np.argmax(spent))] * 4]
    pair["product"] = catalogue.indices("21999", "21999", "M", "M")
    pair["price"] = [1_040, 1_040, _EXTREME_PRICE, _EXTREME_PRICE]
    pair["quantity"] = [_EXTREME_PIECES, -_EXTREME_PIECES, 1, -1]
    pair["prefix"], pair["invoice"] = ["", "C", "", "C"], np.arange(4)
    pair["minute"] += [5, 17, 30, 44]
    return pair


def sent_abroad(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """Return small orders of British customers that are sent to another country, on a day with a purchase."""
    sent = _sample(rng, bought, count)
    sent["country"] = 1 + np.arange(sent.size) % (len(catalogue.COUNTRIES) - 1)
    sent["quantity"], sent["invoice"] = 1, np.arange(sent.size)
    sent["minute"] += 10
    return sent


def postage(bought: Rows) -> Rows:
    """Return a line of postage for every other invoice from abroad."""
    _, first = np.unique(bought["invoice"], return_index=True)
    posted = bought[first[::2]]
    posted["product"], posted["quantity"] = catalogue.indices("POST")[0], 1
    posted["price"] = catalogue.PRICES[posted["product"]]
    return posted


def stock_notes(rng: np.random.Generator, count: int) -> Rows:
    """Return stock corrections: a negative quantity without a cancellation, a note as description, no price."""
    return rows(
        invoice=np.arange(count), quantity=-(rng.geometric(0.02, count)),
        product=rng.choice(catalogue.indices("22998", "35997", "47996", "79993"), count),
        minute=opening_minutes(rng, rng.integers(0, customers.DAYS + 1, count)),
    )  # fmt: skip


def nameless(rng: np.random.Generator, count: int) -> Rows:
    """Return lines without description, price and customer."""
    return rows(
        invoice=np.arange(count), quantity=rng.geometric(0.05, count) * rng.choice([1, -1], count),
        product=rng.choice(catalogue.indices("46995", "72994"), count),
        minute=opening_minutes(rng, rng.integers(0, customers.DAYS + 1, count)),
    )  # fmt: skip


def oddities(rng: np.random.Generator, times: int) -> Rows:
    """Return bad debts, charges, manual corrections, vouchers, and prices of a tenth of a penny."""
    prefixes, codes, pieces, prices = zip(*(_ODDITIES * times), strict=True)
    return rows(
        prefix=prefixes, product=catalogue.indices(*codes), quantity=pieces, price=prices,
        invoice=np.arange(len(codes)), minute=opening_minutes(rng, rng.integers(0, customers.DAYS, len(codes))),
    )  # fmt: skip
