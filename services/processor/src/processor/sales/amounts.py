"""What each line is worth, and whether it belongs to a cancellation."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

AMOUNT = pa.decimal128(30, 3)  # pounds; as the columns named turnover and monetary
CANCELLATION = "C"  # in either case, the first letter of a cancellation's InvoiceNo


def priced(lines: pa.Table) -> pa.Table:
    """Return the lines with a column `amount`: Quantity · UnitPrice in pounds, exact."""
    pieces = pc.cast(lines["Quantity"], pa.decimal128(10, 0))
    return lines.append_column("amount", pc.cast(pc.multiply(pieces, lines["UnitPrice"]), AMOUNT))


def turnover(lines: pa.Table) -> Decimal:
    """Return the sum of the amounts of lines, pounds."""
    return Decimal(pc.sum(lines["amount"]).as_py() or 0)


def are_cancellations(invoices: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return 1 where an InvoiceNo is a cancellation's, else 0."""
    return pc.cast(pc.starts_with(invoices, CANCELLATION, ignore_case=True), pa.uint8())
