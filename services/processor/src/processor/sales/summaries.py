"""The sales in a micro-batch, summed up before they are loaded: by hour and country, by product, by values."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from processor.sales.amounts import AMOUNT, are_cancellations

LINE = ["Country", "StockCode", "Description", "Quantity", "UnitPrice", "amount"]
HOUR = ["time", "Country"]
PRODUCT = ["StockCode", "british"]
VALUES = ["prediction", "Quantity", "UnitPrice"]
# What is summed up of an hour and of a product, by its name in the table.
SUMS = {
    "sales_lines": ([], "count_all"),
    "pieces": ("Quantity", "sum"),
    "turnover": ("amount", "sum"),
    "returned_lines": ("is_return", "sum"),
    "returned_pieces": ("returned_pieces", "sum"),
    "returned": ("returned", "sum"),
}


class Summaries(NamedTuple):
    """The sales of a micro-batch, each table with the columns of the one that it is added to."""

    hours: pa.Table
    products: pa.Table
    values: pa.Table


def summaries(british: pa.Table, other: pa.Table) -> Summaries:
    """Sum up lines that have an `amount`; the British ones have a `prediction`, if there are any."""
    sales = _with_returns(pa.concat_tables([_selected(british, 1), _selected(other, 0)]))
    return Summaries(hours(sales), products(sales), values(british))


def hours(sales: pa.Table) -> pa.Table:
    """Return a row per hour and country."""
    times = pc.floor_temporal(sales["InvoiceDate"], unit="hour")
    summed = in_order_of(HOUR, _summed(sales.append_column("time", times), HOUR))
    return (
        summed.append_column("day", pc.cast(summed["time"], pa.date32()))
        .append_column("hour", pc.hour(summed["time"]))
        .drop_columns("time")
    )


def products(sales: pa.Table) -> pa.Table:
    """Return a row per product, the British lines apart, with the newest description."""
    return in_order_of(PRODUCT, _summed(sales, PRODUCT).join(_descriptions(sales), PRODUCT))


def values(british: pa.Table) -> pa.Table:
    """Return a row per cluster, quantity and price."""
    if "prediction" not in british.column_names:
        british = british.append_column("prediction", pa.nulls(british.num_rows, pa.uint8()))
    lines = british.select(VALUES)
    lines = lines.append_column("is_cancellation", are_cancellations(british["InvoiceNo"]))
    summed = lines.group_by(VALUES).aggregate([([], "count_all"), ("is_cancellation", "sum")])
    return in_order_of(VALUES, summed).rename_columns(
        ["cluster", "Quantity", "UnitPrice", "sales_lines", "cancellations"]
    )


def in_order_of(keys: list[str], rows: pa.Table) -> pa.Table:
    """Return the rows sorted by the columns of their table's key: MariaDB adds them in less time."""
    return rows.sort_by([(key, "ascending") for key in keys])


def _selected(lines: pa.Table, british: int) -> pa.Table:
    return (
        lines.select(LINE)
        .append_column("InvoiceDate", pc.cast(lines["InvoiceDate"], pa.timestamp("s")))
        .append_column("british", pa.array(np.full(lines.num_rows, british, dtype=np.uint8)))
    )


def _with_returns(sales: pa.Table) -> pa.Table:
    is_return = pc.less(sales["Quantity"], 0)
    pieces = pc.if_else(is_return, pc.negate(pc.cast(sales["Quantity"], pa.int64())), 0)
    amounts = pc.if_else(is_return, pc.negate(sales["amount"]), pa.scalar(0, AMOUNT))
    return (
        sales.append_column("is_return", pc.cast(is_return, pa.uint8()))
        .append_column("returned_pieces", pieces)
        .append_column("returned", amounts)
    )


def _summed(sales: pa.Table, keys: list[str]) -> pa.Table:
    summed = sales.group_by(keys).aggregate(list(SUMS.values()))
    return summed.rename_columns([*keys, *SUMS])


def _descriptions(sales: pa.Table) -> pa.Table:
    """Return the newest description of each product, of several at that time the last by text.

    Returns and gifts are left out: their descriptions often are remarks, such as `damages`.
    """
    is_sale = pc.and_(pc.greater(sales["Quantity"], 0), pc.greater(sales["UnitPrice"], 0))
    is_described = pc.and_(is_sale, pc.is_valid(sales["Description"])).to_numpy()
    # Only a few lines are the newest of their product; texts of the others are not touched.
    products = pc.dictionary_encode(sales["StockCode"]).combine_chunks().indices.to_numpy()
    products = 2 * products.astype(np.int64) + sales["british"].to_numpy()
    times = sales["InvoiceDate"].to_numpy().astype(np.int64)
    newest = np.full(products.max(initial=-1) + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, products[is_described], times[is_described])
    of_newest = sales.select([*PRODUCT, "InvoiceDate", "Description"]).filter(
        pa.array(is_described & (times == newest[products]))
    )
    last = of_newest.group_by([*PRODUCT, "InvoiceDate"]).aggregate([("Description", "max")])
    return last.rename_columns([*PRODUCT, "described_at", "Description"])
