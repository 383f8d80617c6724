"""The summaries of a micro-batch."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from made import line, table

from processor.sales.amounts import priced
from processor.sales.summaries import PRODUCT, SUMS, Summaries, summaries

if TYPE_CHECKING:
    from collections.abc import Callable

NINE = dt.datetime(2011, 5, 1, 9, 59, 59)  # noqa: DTZ001 - wall-clock time, as in the lines
sales = st.fixed_dictionaries(
    {
        "InvoiceNo": st.sampled_from(["10", "C12", "c13"]),
        "StockCode": st.sampled_from(["85123A", "85123a", "POST"]),
        "Description": st.sampled_from([None, "HOLDER", "holder", "ÄRMEL", "\U0001f600"]),
        "Quantity": st.integers(-(2**31), 2**31 - 1) | st.integers(-2, 2),
        "UnitPrice": st.decimals(min_value=-9_999_999, max_value=9_999_999, places=3) | st.just(Decimal("0.000")),
        "InvoiceDate": st.integers(0, 3).map(lambda seconds: NINE + dt.timedelta(seconds=seconds)),
        "Country": st.sampled_from(["United Kingdom", "EIRE", "Eire"]),
        "prediction": st.integers(0, 2),
    }
)
type Rows = list[dict[str, Any]]


def summarised(rows: Rows) -> Summaries:
    """Return the summaries of these lines."""
    british = [row for row in rows if row["Country"] == "United Kingdom"]
    other = [row for row in rows if row["Country"] != "United Kingdom"]
    predictions = pa.array([row["prediction"] for row in british], pa.uint8())
    return summaries(lines(british).append_column("prediction", predictions), lines(other))


def lines(rows: Rows) -> pa.Table:
    """Return lines with these values."""
    return priced(table(*({**line((0, offset)), **row} for offset, row in enumerate(rows))))


def by_hand(rows: Rows, key: Callable[[dict[str, Any]], tuple[Any, ...]]) -> dict[tuple[Any, ...], Rows]:
    """Return the lines of each key."""
    found: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def sums(rows: Rows) -> tuple[Any, ...]:
    """Return what lines add up to, as `SUMS` has it."""
    returns = [row for row in rows if row["Quantity"] < 0]
    return (
        len(rows),
        sum(row["Quantity"] for row in rows),
        sum((row["Quantity"] * row["UnitPrice"] for row in rows), Decimal(0)),
        len(returns),
        -sum(row["Quantity"] for row in returns),
        -sum((row["Quantity"] * row["UnitPrice"] for row in returns), Decimal(0)),
    )


def description(rows: Rows) -> tuple[Any, Any]:
    """Return the time of the newest description, and the description."""
    described = [
        (row["InvoiceDate"], row["Description"])
        for row in rows
        if row["Description"] is not None and row["Quantity"] > 0 and row["UnitPrice"] > 0
    ]
    return max(described, default=(None, None))


@given(st.lists(sales, max_size=12))
def test_adds_up_each_hour_of_each_country(rows: Rows) -> None:
    """Exactly, whatever the amounts; returns are counted too."""
    found = summarised(rows).hours.to_pylist()
    wanted = by_hand(rows, lambda row: (row["InvoiceDate"].date(), row["InvoiceDate"].hour, row["Country"]))
    assert {(row["day"], row["hour"], row["Country"]): tuple(row[name] for name in SUMS) for row in found} == {
        key: sums(group) for key, group in wanted.items()
    }
    assert len(found) == len(wanted)


@given(st.lists(sales, max_size=12))
def test_adds_up_each_product(rows: Rows) -> None:
    """Codes in another case are other products; the newest description counts, returns and gifts left out."""
    found = summarised(rows).products.to_pylist()
    wanted = by_hand(rows, lambda row: (row["StockCode"], int(row["Country"] == "United Kingdom")))
    names = (*SUMS, "described_at", "Description")
    assert {tuple(row[name] for name in PRODUCT): tuple(row[name] for name in names) for row in found} == {
        key: (*sums(group), *description(group)) for key, group in wanted.items()
    }
    assert len(found) == len(wanted)


@given(st.lists(sales, max_size=12))
def test_counts_the_british_lines_of_each_cluster_by_values(rows: Rows) -> None:
    """Medians and totals of a cluster follow from them; cancellations are counted."""
    found = summarised(rows).values.to_pylist()
    british = [row for row in rows if row["Country"] == "United Kingdom"]
    wanted = by_hand(british, lambda row: (row["prediction"], row["Quantity"], row["UnitPrice"]))
    assert {tuple(row.values())[:3]: tuple(row.values())[3:] for row in found} == {
        key: (len(group), sum(row["InvoiceNo"].upper().startswith("C") for row in group))
        for key, group in wanted.items()
    }
    assert len(found) == len(wanted)


def test_lines_of_other_countries_alone() -> None:
    """A micro-batch without British lines has no predictions."""
    found = summaries(lines([]), lines([{"Country": "EIRE"}]))
    assert [table.num_rows for table in found] == [1, 1, 0]
