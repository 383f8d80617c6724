"""MariaDB as the grouping of customers sees it: one transaction per grouping, beside those of the stream.

It reads what the stream keeps and writes tables that the stream never touches, so that neither waits for the other.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa
from pymysql.cursors import Cursor

from processor.customers.purchases import AMOUNT
from processor.edges.loading import load_rows

PAGE = 50_000  # customers that one statement returns
CUSTOMERS = pa.schema(
    {
        "CustomerID": pa.string(),
        "recency": pa.int32(),
        "frequency": pa.int64(),
        "monetary": AMOUNT,
        "before": pa.int64(),
    }
)
# The new segments of customers beside the old ones: a table that the connection alone sees.
BATCH_MEMBERS = """
    CREATE TEMPORARY TABLE IF NOT EXISTS Batch_Members (
        CustomerID VARCHAR(32) NOT NULL, segment TINYINT UNSIGNED NULL, PRIMARY KEY (CustomerID)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
"""


class Grouping(NamedTuple):
    """A grouping: its number, the last micro-batch and the newest sale that it saw, and how many groups it made."""

    version: int
    batch: int
    as_of: dt.datetime | None
    segments: int


class Profile(NamedTuple):
    """A group of customers as the table `Segment_History` has it."""

    segment: int
    name: str
    customers: int
    share: float
    mean_recency: float
    median_recency: float
    mean_frequency: float
    median_frequency: float
    mean_monetary: Decimal
    median_monetary: Decimal
    turnover: Decimal
    turnover_share: float


class GroupingTransaction:
    """The statements of one grouping."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def lock_grouping(self) -> Grouping:
        """Take the lock of the groupings and return the last one; must be the transaction's first statement."""
        self._cursor.execute("SELECT version, batch, as_of, segments FROM Grouping_State WHERE id = 1 FOR UPDATE")
        return Grouping(*self._cursor.fetchall()[0])

    def stream(self) -> tuple[int, dt.datetime | None]:
        """Return the last micro-batch and the newest sale; the transaction sees the view as of now from here on."""
        self._cursor.execute("SELECT last_batch, newest_sale FROM Stream_State WHERE id = 1")
        last_batch, newest_sale = self._cursor.fetchall()[0]
        return last_batch, newest_sale

    def customers(self, as_of: dt.datetime) -> pa.Table:
        """Return all customers who bought anything or are in a group, as `CUSTOMERS` says; `before` is the group."""
        return pa.Table.from_batches(self._pages(as_of), CUSTOMERS)

    def _pages(self, as_of: dt.datetime) -> Iterator[pa.RecordBatch]:
        last = ""
        while True:
            self._cursor.execute(
                "SELECT CustomerID, GREATEST(DATEDIFF(%s, last_purchase), 0), frequency, monetary, segment"
                " FROM Customer_Sales LEFT JOIN Segment_Members USING (CustomerID)"
                " WHERE CustomerID > %s AND (frequency > 0 OR segment IS NOT NULL) ORDER BY CustomerID LIMIT %s",
                (as_of, last, PAGE),
            )
            rows = self._cursor.fetchall()
            if not rows:
                return
            arrays = [
                pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), CUSTOMERS.types, strict=True)
            ]
            yield pa.record_batch(arrays, CUSTOMERS)
            last = rows[-1][0]

    def names(self, version: int) -> dict[int, str]:
        """Return the name of each group of a grouping."""
        self._cursor.execute("SELECT segment, name FROM Segment_History WHERE version = %s", (version,))
        return dict(self._cursor.fetchall())

    def save_members(self, members: pa.Table) -> None:
        """Store the groups of customers (CustomerID, segment; NULL for none); those of others stay."""
        self._cursor.execute(BATCH_MEMBERS)
        self._cursor.execute("DELETE FROM Batch_Members")
        load_rows(self._cursor, "Batch_Members", members)
        self._cursor.execute(
            "INSERT INTO Segment_Members (CustomerID, segment) SELECT CustomerID, segment FROM Batch_Members"
            " ON DUPLICATE KEY UPDATE segment = VALUES(segment)"
        )
        self._cursor.execute("DELETE FROM Batch_Members")

    def save_moves(self, moves: pa.Table) -> None:
        """Add customers who went from one group to another."""
        load_rows(self._cursor, "Customer_Moves", moves)

    def save_grouping(self, grouping: Grouping, profiles: Sequence[Profile]) -> None:
        """Store a grouping and its groups, and make it the newest."""
        self._cursor.executemany(
            "INSERT INTO Segment_History (version, batch, as_of, grouped_at, segment, name, customers, share,"
            " mean_recency, median_recency, mean_frequency, median_frequency, mean_monetary, median_monetary, turnover,"
            " turnover_share) VALUES (%s, %s, %s, UTC_TIMESTAMP(3), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(grouping.version, grouping.batch, grouping.as_of, *profile) for profile in profiles],
        )
        self._cursor.execute(
            "UPDATE Grouping_State SET version = %s, batch = %s, as_of = %s, segments = %s WHERE id = 1", grouping
        )
