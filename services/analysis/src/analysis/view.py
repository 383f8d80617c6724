"""Reads the view in MariaDB as the read-only user `viewer`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pymysql
from pymysql.cursors import Cursor, SSCursor

from analysis.settings import Settings
from common.errors import UserError

type Floats = npt.NDArray[np.float64]

LINES = "SELECT Quantity, UnitPrice, SUM(sales_lines) FROM Cluster_Values GROUP BY Quantity, UnitPrice"
FEATURES = """
    SELECT features, clusters FROM Model_Generations JOIN Stream_State USING (generation)
"""
# The exact values of British_Customers_RFM, which rounds.
CUSTOMERS = """
    SELECT GREATEST(DATEDIFF(newest_sale, last_purchase), 0), frequency, monetary, COALESCE(segment, -1)
    FROM Customer_Sales CROSS JOIN Stream_State LEFT JOIN Segment_Members USING (CustomerID)
    WHERE frequency > 0 AND monetary > 0 ORDER BY CustomerID
"""
SEGMENTS = """
    SELECT segment, name, customers, share, median_recency, median_frequency, median_monetary, turnover_share, as_of
    FROM Customer_Segments ORDER BY segment
"""


class Points(NamedTuple):
    """Stored points, shape (points, dimensions), the number of occurrences of each, and the number of groups."""

    values: Floats
    weights: Floats
    groups: int


class Customers(NamedTuple):
    """Recency (days), frequency and monetary, shape (customers, 3), and the segment of each, -1 for none."""

    rfm: Floats
    segments: npt.NDArray[np.int64]


class View:
    """One snapshot of the view."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def lines(self) -> tuple[Points, str]:
        """Return Quantity and UnitPrice of the British lines, and the features of the model: log or raw."""
        rows = self._read(FEATURES)
        if not rows:
            raise UserError("The view has no British lines yet: let the stream run first (docker compose up)")
        ((features, clusters),) = rows
        values = np.array(self._read(LINES), dtype=np.float64)
        return Points(values[:, :2], values[:, 2], clusters), features

    def customers(self) -> Customers:
        """Return the customers with a purchase and a positive monetary."""
        rows = self._read(CUSTOMERS)
        if not rows:
            raise UserError("The view has no British customers yet: let the stream run first (docker compose up)")
        values = np.array(rows, dtype=np.float64)
        return Customers(values[:, :3], values[:, 3].astype(np.int64))

    def segments(self) -> list[dict[str, Any]]:
        """Return the groups of customers, each by the columns of `Customer_Segments`."""
        rows = self._read(SEGMENTS)
        if not rows:
            raise UserError("The customers are not grouped yet: the first grouping runs when the stream is idle")
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _read(self, query: str) -> list[tuple[Any, ...]]:
        self._cursor.execute(query)
        return list(self._cursor.fetchall())


@contextmanager
def opened(settings: Settings) -> Iterator[View]:
    """Yield a snapshot of the view, unaffected by later commits."""
    connection = pymysql.connect(
        host=settings.mariadb_host,
        port=settings.mariadb_port,
        user="viewer",
        password=settings.mariadb_viewer_password.get_secret_value(),
        database=settings.mariadb_database,
        charset="utf8mb4",
        connect_timeout=10,
        cursorclass=SSCursor,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield View(cursor)
