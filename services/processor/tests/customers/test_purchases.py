"""The purchases in a micro-batch."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from made import line, table

from processor.customers.purchases import newest_sale, purchases
from processor.sales.amounts import priced

NOON = dt.datetime(2011, 5, 1, 12, 0)  # noqa: DTZ001 - wall-clock time, as in the lines
prices = st.decimals(min_value=-9_999_999, max_value=9_999_999, places=3)
sales = st.fixed_dictionaries(
    {
        "CustomerID": st.sampled_from([None, "1", "2", "2 "]),
        "InvoiceNo": st.sampled_from(["10", "11", "C12", "c13", "1C"]),
        "Quantity": st.integers(-(2**31), 2**31 - 1),
        "UnitPrice": prices,
        "InvoiceDate": st.integers(0, 10**9).map(lambda seconds: NOON + dt.timedelta(seconds=seconds)),
    }
)


def lines(*rows: dict[str, Any]) -> Any:
    """Return lines with these values, received long after they were sold."""
    found = ({**line((offset % 2, offset)), "sent_at": 4 * 10**12, **row} for offset, row in enumerate(rows))
    return priced(table(*found))


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], tuple[Any, ...]]:
    """Return what the rows add up to, by customer, invoice and partition."""
    found: dict[tuple[str, str, int], list[tuple[int, dict[str, Any]]]] = {}
    for offset, row in enumerate(rows):
        if row["CustomerID"] is not None:
            found.setdefault((row["CustomerID"], row["InvoiceNo"], offset % 2), []).append((offset, row))
    return {
        key: (
            len(group),
            sum((row["Quantity"] * row["UnitPrice"] for _, row in group), Decimal(0)),
            min(row["InvoiceDate"] for _, row in group),
            max(row["InvoiceDate"] for _, row in group),
            min(offset for offset, _ in group),
            max(offset for offset, _ in group),
            int(key[1].startswith(("C", "c"))),
        )
        for key, group in found.items()
    }


@given(st.lists(sales, min_size=1, max_size=12))
def test_adds_up_each_invoice_of_each_customer(rows: list[dict[str, Any]]) -> None:
    """Exactly, whatever the amounts; lines without a customer do not count; C and c both mean a cancellation."""
    found = purchases(lines(*rows)).to_pylist()
    keys = ("CustomerID", "InvoiceNo", "kafka_partition")
    assert {tuple(row[key] for key in keys): tuple(row.values())[3:] for row in found} == by_hand(rows)
    assert len(found) == len(by_hand(rows))


def test_of_no_lines_there_are_no_purchases() -> None:
    """A micro-batch may hold lines without customers alone."""
    assert purchases(lines({"CustomerID": None})).num_rows == 0


def test_the_newest_sale_never_goes_back() -> None:
    """Older lines that come late do not change it; rejected lines do not count."""
    early, late = {"InvoiceDate": NOON}, {"InvoiceDate": NOON + dt.timedelta(days=1)}
    assert newest_sale(lines(early, late), None) == late["InvoiceDate"]
    assert newest_sale(lines(early), late["InvoiceDate"]) == late["InvoiceDate"]
    assert newest_sale(lines(early, {**late, "route": "rejected"}), None) == NOON
    assert newest_sale(lines({**late, "route": "rejected"}), None) is None


def test_a_sale_in_the_future_moves_no_clock() -> None:
    """A date more than a day after receipt is a typing error; recency would count from it for ever."""
    received = {"sent_at": int((NOON - dt.datetime(1970, 1, 1)).total_seconds() * 1000)}  # noqa: DTZ001
    tomorrow, later = NOON + dt.timedelta(days=1), NOON + dt.timedelta(days=1, seconds=1)
    found = newest_sale(lines({"InvoiceDate": tomorrow, **received}, {"InvoiceDate": later, **received}), None)
    assert found == tomorrow
