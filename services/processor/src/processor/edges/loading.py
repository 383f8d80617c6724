"""Lines into a table with LOAD DATA LOCAL, the fastest way into MariaDB, and the check that none was altered.

LOAD DATA LOCAL implies IGNORE, even in strict mode: a wrong value is altered, a duplicate skipped silently. So the
number of loaded lines must equal the number sent, and there must be no warning.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pymysql.constants import CR
from pymysql.cursors import Cursor
from pymysql.err import OperationalError

from processor.edges.slices import cut

LINE = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
PLACE = ("kafka_partition", "kafka_offset")
SUMMED = ("sales_lines", "pieces", "turnover", "returned_lines", "returned_pieces", "returned")
COLUMNS = {
    "British_Online_Retail": (*LINE, "prediction", "source_row", *PLACE),
    "Other_Online_Retail": (*LINE, "source_row", *PLACE),
    "Rejected_Online_Retail": ("reason", "message", "kafka_timestamp", *PLACE),
    # Summaries, customers and their groups; the tables named Batch_… are temporary (`load_temporarily`).
    "Batch_Hourly_Sales": ("day", "hour", "Country", *SUMMED),
    "Batch_Product_Sales": ("StockCode", "british", *SUMMED, "described_at", "Description"),
    "Batch_Cluster_Values": ("cluster", "Quantity", "UnitPrice", "sales_lines", "cancellations"),
    "Batch_Customer_Invoices": (
        "CustomerID",
        "InvoiceNo",
        "kafka_partition",
        "is_cancellation",
        "sales_lines",
        "turnover",
        "first_sale",
        "last_sale",
        "first_offset",
        "last_offset",
    ),
    "Batch_Segment_Members": ("CustomerID", "segment"),
    "Customer_Moves": ("version", "CustomerID", "as_of", "from_segment", "from_name", "to_segment", "to_name"),
}
# How a column is computed where it is not the value in the file.
EXPRESSIONS = {
    "Description": "IF(LENGTH(@Description) = 0, NULL, @Description)",
    "described_at": "IF(LENGTH(@described_at) = 0, NULL, @described_at)",
    "CustomerID": "IF(LENGTH(@CustomerID) = 0, NULL, @CustomerID)",
    # A digit before the hexadecimal ones distinguishes an empty message from a missing one.
    "message": "IF(LENGTH(@message) = 0, NULL, UNHEX(SUBSTRING(@message, 2)))",
    "segment": "IF(LENGTH(@segment) = 0, NULL, @segment)",
    "to_segment": "IF(LENGTH(@to_segment) = 0, NULL, @to_segment)",
    "to_name": "IF(LENGTH(@to_name) = 0, NULL, @to_name)",
}

# The limits of one statement, since its csv is in memory: 100,000 lines, fewer where messages have many bytes.
SLICE_BYTES = 32 * 1024 * 1024
LINE_BYTES = SLICE_BYTES // 100_000


class LoadError(Exception):
    """MariaDB altered or left out a line that was loaded; the transaction is rolled back."""


def load(cursor: Cursor, table: str, lines: pa.Table) -> None:
    """Add lines to one of the three result tables, all of them unaltered, or raise a `LoadError`."""
    messages = pc.fill_null(pc.binary_length(lines["message"]), 0).to_numpy()
    slices = (lines.slice(start, end - start) for start, end in cut(messages + LINE_BYTES, SLICE_BYTES))
    for rows, text in _written_ahead(table, slices):
        _load(cursor, table, rows, text)


def load_rows(cursor: Cursor, table: str, rows: pa.Table) -> None:
    """Add rows to a table in one statement, all of them unaltered, or raise a `LoadError`."""
    _load(cursor, table, rows.num_rows, _csv(table, rows))


def _load(cursor: Cursor, table: str, rows: int, text: pa.Buffer) -> None:
    with _in_memory_file(text) as path, _loss_reported():
        loaded = cursor.execute(_statement(table, path))
    cursor.execute("SHOW WARNINGS")
    warnings = cursor.fetchmany(3)
    if loaded != rows or warnings:
        raise LoadError(f"{table}: {loaded} of {rows} lines loaded, warnings: {warnings}")


def _written_ahead(table: str, slices: Iterable[pa.Table]) -> Iterator[tuple[int, pa.Buffer]]:
    """Yield the number of lines and the csv of each slice; MariaDB loads one while the next is written."""
    with ThreadPoolExecutor(1, "csv") as thread:
        ahead: Future[tuple[int, pa.Buffer]] | None = None
        for lines in slices:
            following = thread.submit(lambda rows: (rows.num_rows, _csv(table, _as_csv_types(rows))), lines)
            if ahead is not None:
                yield ahead.result()
            ahead = following
        if ahead is not None:
            yield ahead.result()


def load_temporarily(cursor: Cursor, table: str, rows: pa.Table) -> None:
    """Load rows into a temporary table, Batch_ and the table's name, that only this connection sees.

    Without keys, and of an engine without transactions, it takes half of the time of one like the table.
    """
    name = f"Batch_{table}"
    cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ENGINE = Aria SELECT * FROM {table} LIMIT 0")  # noqa: S608
    cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - own names
    load_rows(cursor, name, rows)


@contextmanager
def _loss_reported() -> Iterator[None]:
    """Raise an `OperationalError` where the connection is lost while the file is sent.

    PyMySQL then sends the end of the file on a closed connection, which is an AttributeError.
    """
    try:
        yield
    except AttributeError as error:
        raise OperationalError(CR.CR_SERVER_LOST, "Lost connection to MySQL server during query") from error


def _statement(table: str, path: str) -> str:
    columns = [f"@{name}" if name in EXPRESSIONS else name for name in COLUMNS[table]]
    assignments = [f"{name} = {EXPRESSIONS[name]}" for name in COLUMNS[table] if name in EXPRESSIONS]
    return (
        f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE {table} CHARACTER SET utf8mb4"
        " FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n'"
        f" ({', '.join(columns)})" + (f" SET {', '.join(assignments)}" if assignments else "")
    )


def _csv(table: str, rows: pa.Table) -> pa.Buffer:
    """Return the table's columns as csv, every value in quotes."""
    text = pa.BufferOutputStream()
    csv.write_csv(rows.select(COLUMNS[table]), text, csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return text.getvalue()


@contextmanager
def _in_memory_file(content: pa.Buffer) -> Iterator[str]:
    """Yield the path of an anonymous file in memory."""
    with os.fdopen(os.memfd_create("lines"), "wb") as file:
        file.write(content)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}"


def _as_csv_types(lines: pa.Table) -> pa.Table:
    """Return the lines with times in the table's precision and messages as hexadecimal digits."""
    digits = [None if value is None else "0" + value.hex() for value in lines["message"].to_pylist()]
    timestamps = pc.cast(lines["sent_at"], pa.timestamp("ms"))
    dates = pc.cast(lines["InvoiceDate"], pa.timestamp("s"))
    return (
        lines.drop_columns(["message", "InvoiceDate"])
        .append_column("message", pa.array(digits, pa.string()))
        .append_column("kafka_timestamp", timestamps)
        .append_column("InvoiceDate", dates)
    )
