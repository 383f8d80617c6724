"""The customers in MariaDB: their purchases, written by the stream, and their groups, written by the grouper.

A grouping has its own transaction. It reads the stream's tables and writes tables that the stream never touches:
neither waits for the other.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa
from pymysql.cursors import Cursor

from processor.customers.products import Bought, Distinctive
from processor.edges.loading import load_rows, load_temporarily
from processor.edges.statements import statements
from processor.sales.amounts import AMOUNT

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
statement = statements(__name__)
ADD_SALES, ADD_INVOICES = statement("add_sales"), statement("add_invoices")
PAGE_OF_CUSTOMERS = statement("page_of_customers")
SAVE_MEMBERS = statement("save_members")
SAVE_SEGMENTS, SAVE_GROUPING = statement("save_segments"), statement("save_grouping")
BOUGHT, SAVE_PRODUCTS = statement("bought"), statement("save_products")
LACKS_PRODUCTS = statement("lacks_products")
CLUSTER_PRODUCTS, SAVE_CLUSTER_PRODUCTS = statement("cluster_products"), statement("save_cluster_products")


class Grouping(NamedTuple):
    """A grouping: its number, the last micro-batch and the newest sale that it saw, and its number of groups."""

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


class Purchases:
    """The statements on purchases, in a transaction of the stream."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def add(self, purchases: pa.Table) -> None:
        """Add purchases, a row per customer and invoice, to those of the customers.

        The cost depends on the rows alone: each customer and each invoice is found by its key.
        """
        if not purchases.num_rows:
            return
        load_temporarily(self._cursor, "Customer_Invoices", purchases)
        self._cursor.execute(ADD_SALES)
        self._cursor.execute(ADD_INVOICES)


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
        """Return the customers who bought anything or are in a group (`before`), as `CUSTOMERS`."""
        return pa.Table.from_batches(self._pages(as_of), CUSTOMERS)

    def _pages(self, as_of: dt.datetime) -> Iterator[pa.RecordBatch]:
        last = ""
        while True:
            self._cursor.execute(PAGE_OF_CUSTOMERS, (as_of, last, PAGE))
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
        """Store the groups of customers (CustomerID, segment; NULL for none); other customers keep theirs."""
        load_temporarily(self._cursor, "Segment_Members", members)
        self._cursor.execute(SAVE_MEMBERS)

    def save_moves(self, moves: pa.Table) -> None:
        """Add customers who moved from one group to another."""
        load_rows(self._cursor, "Customer_Moves", moves)

    def save_grouping(self, grouping: Grouping, profiles: Sequence[Profile]) -> None:
        """Store a grouping and its groups as the newest."""
        self._cursor.executemany(
            SAVE_SEGMENTS,
            [(grouping.version, grouping.batch, grouping.as_of, *profile) for profile in profiles],
        )
        self._cursor.execute(SAVE_GROUPING, grouping)

    def lacks_products(self) -> bool:
        """Return whether products are not those of the last grouping; the transaction sees the view as of now."""
        self._cursor.execute(LACKS_PRODUCTS)
        ((lacks,),) = self._cursor.fetchall()
        return bool(lacks)

    def bought(self) -> list[Bought]:
        """Return what each group bought of each product."""
        self._cursor.execute(BOUGHT)
        return [Bought(*row) for row in self._cursor.fetchall()]

    def save_products(self, products: Sequence[Distinctive]) -> None:
        """Store the products of all groups as those of the last grouping."""
        self._cursor.execute("SELECT version FROM Grouping_State WHERE id = 1")
        ((version,),) = self._cursor.fetchall()
        batch, _ = self.stream()
        self._cursor.executemany(
            SAVE_PRODUCTS,
            [
                (segment, place, version, batch, *rest, share, share_of_all)
                for place, (segment, *rest), share, share_of_all in products
            ],
        )

    def save_cluster_products(self) -> None:
        """Store the commonest products of each cluster of lines."""
        self._cursor.execute(CLUSTER_PRODUCTS)
        self._cursor.executemany(SAVE_CLUSTER_PRODUCTS, self._cursor.fetchall())
