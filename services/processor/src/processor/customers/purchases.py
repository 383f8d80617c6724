"""The purchases in a micro-batch: one row per customer and invoice, summed up before they are loaded."""

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

CANCELLATION = "C"  # in either case, the first letter of a cancellation's InvoiceNo
AMOUNT = pa.decimal128(30, 3)  # pounds; as the column Customer_Sales.monetary
DAY_MS = 24 * 60 * 60 * 1000  # wall-clock times have no zone: anywhere on Earth it is a day more or less
KEY = ["CustomerID", "InvoiceNo"]


def purchases(british: pa.Table) -> pa.Table:
    """Return a row per CustomerID and InvoiceNo of lines that have a customer.

    Columns: both keys, is_cancellation (0 or 1), first_sale and last_sale (the oldest and newest InvoiceDate) and
    turnover (the sum of Quantity · UnitPrice, exact).
    """
    lines = british.select([*KEY, "Quantity", "UnitPrice", "InvoiceDate"]).filter(pc.is_valid(british["CustomerID"]))
    pieces = pc.cast(lines["Quantity"], pa.decimal128(10, 0))
    amounts = pc.cast(pc.multiply(pieces, lines["UnitPrice"]), AMOUNT)
    rows = lines.append_column("amount", amounts).group_by(KEY)
    summed = rows.aggregate([("InvoiceDate", "min"), ("InvoiceDate", "max"), ("amount", "sum")])
    return pa.table(
        {
            "CustomerID": summed["CustomerID"],
            "InvoiceNo": summed["InvoiceNo"],
            "is_cancellation": pc.cast(pc.starts_with(summed["InvoiceNo"], CANCELLATION, ignore_case=True), pa.uint8()),
            "first_sale": pc.cast(summed["InvoiceDate_min"], pa.timestamp("s")),
            "last_sale": pc.cast(summed["InvoiceDate_max"], pa.timestamp("s")),
            "turnover": pc.cast(summed["amount_sum"], AMOUNT),
        }
    )


def newest_sale(lines: pa.Table, before: dt.datetime | None) -> dt.datetime | None:
    """Return the newest InvoiceDate of lines that were not rejected, or the one before where that is newer.

    A sale dated more than a day after Kafka received it is a typing error and does not count.
    """
    latest = pc.cast(pc.add(lines["sent_at"], DAY_MS), pa.timestamp("ms"))
    counts = pc.and_(pc.not_equal(lines["route"], "rejected"), pc.less_equal(lines["InvoiceDate"], latest))
    newest: dt.datetime | None = pc.max(lines["InvoiceDate"].filter(counts)).as_py()
    return max((date for date in (newest, before) if date is not None), default=None)
