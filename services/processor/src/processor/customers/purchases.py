"""The purchases in a micro-batch: one row per customer and invoice, summed up before they are loaded."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from processor.sales.amounts import are_cancellations
from processor.sales.summaries import in_order_of

DAY_MS = 24 * 60 * 60 * 1000  # wall-clock times have no zone: anywhere on Earth it is a day more or less
KEY = ["CustomerID", "InvoiceNo", "kafka_partition"]
# What is summed up of an invoice, by its name in the table.
SUMS = {
    "sales_lines": ([], "count_all"),
    "turnover": ("amount", "sum"),
    "first_sale": ("InvoiceDate", "min"),
    "last_sale": ("InvoiceDate", "max"),
    "first_offset": ("kafka_offset", "min"),
    "last_offset": ("kafka_offset", "max"),
}


def purchases(british: pa.Table) -> pa.Table:
    """Return a row per CustomerID, InvoiceNo and partition, in this order, of lines with a customer and an `amount`.

    Columns: the keys, those of `SUMS` (turnover in pounds, exact; times and offsets of the oldest and newest, first and
    last line) and is_cancellation (0 or 1).
    """
    lines = british.select([*KEY, "amount", "kafka_offset", "InvoiceDate"]).filter(pc.is_valid(british["CustomerID"]))
    dates = pc.cast(lines["InvoiceDate"], pa.timestamp("s"))
    lines = lines.set_column(lines.column_names.index("InvoiceDate"), "InvoiceDate", dates)
    summed = lines.group_by(KEY).aggregate(list(SUMS.values())).rename_columns([*KEY, *SUMS])
    summed = in_order_of(KEY, summed)
    return summed.append_column("is_cancellation", are_cancellations(summed["InvoiceNo"]))


def newest_sale(lines: pa.Table, before: dt.datetime | None) -> dt.datetime | None:
    """Return the newest InvoiceDate of lines that were not rejected, or the one before where that is newer.

    A sale dated more than a day after Kafka received it is a typing error and does not count.
    """
    latest = pc.cast(pc.add(lines["sent_at"], DAY_MS), pa.timestamp("ms"))
    counts = pc.and_(pc.not_equal(lines["route"], "rejected"), pc.less_equal(lines["InvoiceDate"], latest))
    newest: dt.datetime | None = pc.max(lines["InvoiceDate"].filter(counts)).as_py()
    return max((date for date in (newest, before) if date is not None), default=None)
