"""The summaries of the sales in MariaDB, in a transaction of the stream."""

from typing import TYPE_CHECKING

from pymysql.cursors import Cursor

from processor.edges.loading import load_temporarily
from processor.edges.statements import statements
from processor.sales.summaries import Summaries

if TYPE_CHECKING:
    import pyarrow as pa

statement = statements(__name__)
ADD = {table: statement(f"add_{table.lower()}") for table in ("Hourly_Sales", "Product_Sales", "Cluster_Values")}


class Sales:
    """The statements on summaries."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def add(self, batch: Summaries) -> None:
        """Add the sales of a micro-batch to the summaries; the cost depends on the batch's rows alone."""
        self._add("Hourly_Sales", batch.hours)
        self._add("Product_Sales", batch.products)
        self._add("Cluster_Values", batch.values)

    def _add(self, table: str, rows: "pa.Table") -> None:
        """Load rows into a temporary table, and add them to the table, each by its key."""
        if rows.num_rows:
            load_temporarily(self._cursor, table, rows)
            self._cursor.execute(ADD[table])
