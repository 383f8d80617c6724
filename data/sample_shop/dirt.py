"""What makes real data hard: returns, corrections, gaps, extremes, each in about the real data's share."""

import numpy as np

from sample_shop import catalogue, customers
from sample_shop.customers import Array
from sample_shop.purchases import DAY, Rows, opening_minutes, rows

_MOST_OF_A_CUSTOMER = 4  # a returned line is at most a quarter of what its customer spent: nobody's turnover turns over
_LATEST_RETURN = 30 * DAY
_EXTREME_PIECES, _EXTREME_PRICE = 80_995, 38_970_000

# Lines of nobody known, once in every 20,000: prefix of the invoice, code, pieces, price in thousandths of a pound.
_ODDITIES = (
    ("A", "B", 1, 11_062_060), ("A", "B", 1, -11_062_060), ("A", "B", 1, -9_480_500),
    ("C", "BANK CHARGES", -1, 37_500), ("", "BANK CHARGES", 1, 15_000),
    ("", "M", 1, 1_867_860), ("C", "M", -1, 624_300), ("", "D", 1, 12_750),
    ("", "gift_0001_20", 1, 16_670), ("", "gift_0001_20", 2, 16_670), ("", "84990E", 6, 2_950),
    ("", "21999", 1, 1), ("", "21999", 3, 1), ("", "21999", 12, 1), ("", "79993", 960, 0),
)  # fmt: skip


def _taken(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    return np.sort(rng.choice(bought, min(count, bought.size), replace=False), order="minute")


def _spent(bought: Rows) -> tuple[Array, Array]:
    """What each row's customer spent in all (thousandths of a pound), and when they bought last."""
    _, owner = np.unique(bought["customer"], return_inverse=True)
    last = np.zeros(owner.max() + 1, dtype=np.int64)
    np.maximum.at(last, owner, bought["minute"])
    return np.bincount(owner, bought["quantity"] * bought["price"]).astype(np.int64)[owner], last[owner]


def returns(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """Cancellations of known customers' lines, in whole or in part, none later than the day of their last purchase."""
    spent, last = _spent(bought)
    is_small = bought["quantity"] * bought["price"] * _MOST_OF_A_CUSTOMER <= spent
    chosen = rng.choice(np.flatnonzero(is_small), count, replace=False)
    back = bought[chosen]
    later = back["minute"] + rng.integers(DAY, _LATEST_RETURN, count)
    back["minute"] = np.minimum(later, last[chosen] + 45)
    back["quantity"] = -np.maximum(back["quantity"] // rng.choice([1, 1, 2, 4], count), 1)
    back["prefix"], back["invoice"] = "C", np.arange(count)
    return back


def discounts(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """A tenth of a line's amount given back as a cancellation of its own."""
    given = _taken(rng, bought, count)
    given["price"] = given["quantity"] * given["price"] // 100 * 10
    given["product"], given["quantity"] = catalogue.indices("D")[0], -1
    given["prefix"], given["invoice"] = "C", np.arange(given.size)
    given["minute"] += 20
    return given


def returns_alone(rng: np.random.Generator, bought: Rows, first_id: int, count: int) -> Rows:
    """Customers who bought before the data begins: all that is seen of them is one cancellation in the first days."""
    back = _taken(rng, bought[bought["country"] == 0], count)
    back["customer"], back["quantity"] = first_id + np.arange(back.size), -1
    back["prefix"], back["invoice"] = "C", np.arange(back.size)
    back["minute"] = opening_minutes(rng, rng.integers(0, 14, back.size))
    return back


def extremes(bought: Rows) -> Rows:
    """The largest quantity and the largest price, each taken back minutes later by the customer who spends most."""
    spent, _ = _spent(bought)
    pair = bought[[int(np.argmax(spent))] * 4]
    pair["product"] = catalogue.indices("21999", "21999", "M", "M")
    pair["price"] = [1_040, 1_040, _EXTREME_PRICE, _EXTREME_PRICE]
    pair["quantity"] = [_EXTREME_PIECES, -_EXTREME_PIECES, 1, -1]
    pair["prefix"], pair["invoice"] = ["", "C", "", "C"], np.arange(4)
    pair["minute"] += [5, 17, 30, 44]
    return pair


def sent_abroad(rng: np.random.Generator, bought: Rows, count: int) -> Rows:
    """Customers of the United Kingdom who have one small order sent to another country on a day they buy anyway."""
    sent = _taken(rng, bought, count)
    sent["country"] = 1 + np.arange(sent.size) % (len(catalogue.COUNTRIES) - 1)
    sent["quantity"], sent["invoice"] = 1, np.arange(sent.size)
    sent["minute"] += 10
    return sent


def postage(bought: Rows) -> Rows:
    """A line of postage on every other invoice from abroad."""
    _, first = np.unique(bought["invoice"], return_index=True)
    posted = bought[first[::2]]
    posted["product"], posted["quantity"] = catalogue.indices("POST")[0], 1
    posted["price"] = catalogue.PRICES[posted["product"]]
    return posted


def stock_notes(rng: np.random.Generator, count: int) -> Rows:
    """Corrections of the stock: a negative quantity without a cancellation, a note for a name, no price."""
    return rows(
        invoice=np.arange(count), quantity=-(rng.geometric(0.02, count)),
        product=rng.choice(catalogue.indices("22998", "35997", "47996", "79993"), count),
        minute=opening_minutes(rng, rng.integers(0, customers.DAYS + 1, count)),
    )  # fmt: skip


def nameless(rng: np.random.Generator, count: int) -> Rows:
    """Lines with neither a description nor a price nor a customer."""
    return rows(
        invoice=np.arange(count), quantity=rng.geometric(0.05, count) * rng.choice([1, -1], count),
        product=rng.choice(catalogue.indices("46995", "72994"), count),
        minute=opening_minutes(rng, rng.integers(0, customers.DAYS + 1, count)),
    )  # fmt: skip


def oddities(rng: np.random.Generator, times: int) -> Rows:
    """Bad debts, charges, corrections by hand, vouchers, and prices of a tenth of a penny."""
    prefixes, codes, pieces, prices = zip(*(_ODDITIES * times), strict=True)
    return rows(
        prefix=prefixes, product=catalogue.indices(*codes), quantity=pieces, price=prices,
        invoice=np.arange(len(codes)), minute=opening_minutes(rng, rng.integers(0, customers.DAYS, len(codes))),
    )  # fmt: skip
