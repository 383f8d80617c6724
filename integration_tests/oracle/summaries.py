"""The summaries, each as SQL makes it from the lines: rows that differ, on either side.

One statement sees one moment. The lines themselves are compared with the topic.
"""

from collections.abc import Callable, Sequence
from typing import Any

LINES = """
    sale AS (
        SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, Country, 1 AS british
        FROM British_Online_Retail
        UNION ALL
        SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, Country, 0
        FROM Other_Online_Retail
    )
"""
SUMS = """
    COUNT(*), SUM(Quantity), SUM(Quantity * UnitPrice), SUM(Quantity < 0), SUM(IF(Quantity < 0, -Quantity, 0)),
    SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0))
"""
SUMMED = "sales_lines, pieces, turnover, returned_lines, returned_pieces, returned"
HOURS = f"""
    SELECT DATE(InvoiceDate), HOUR(InvoiceDate), Country, {SUMS} FROM sale
    GROUP BY DATE(InvoiceDate), HOUR(InvoiceDate), Country
"""  # noqa: S608 - words of this file
# The greatest of time and description together is the newest description, the last by text of several.
NEWEST = "MAX(IF(Description IS NOT NULL AND Quantity > 0 AND UnitPrice > 0, CONCAT(InvoiceDate, Description), NULL))"
PRODUCTS = f"""
    SELECT StockCode, british, {SUMS}, CAST(LEFT({NEWEST}, 19) AS DATETIME), SUBSTRING({NEWEST}, 20)
    FROM sale GROUP BY StockCode, british
"""  # noqa: S608 - words of this file
VALUES = """
    SELECT prediction, Quantity, UnitPrice, COUNT(*), SUM(LEFT(InvoiceNo, 1) IN ('C', 'c'))
    FROM British_Online_Retail GROUP BY prediction, Quantity, UnitPrice
"""
CUSTOMERS = """
    SELECT
        CustomerID,
        MIN(IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceDate)),
        MAX(IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceDate)),
        COUNT(DISTINCT IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceNo)),
        SUM(Quantity * UnitPrice)
    FROM British_Online_Retail WHERE CustomerID IS NOT NULL GROUP BY CustomerID
"""
INVOICES = """
    SELECT
        CustomerID, InvoiceNo, kafka_partition, LEFT(InvoiceNo, 1) IN ('C', 'c'), COUNT(*), SUM(Quantity * UnitPrice),
        MIN(InvoiceDate), MAX(InvoiceDate), MIN(kafka_offset), MAX(kafka_offset)
    FROM British_Online_Retail WHERE CustomerID IS NOT NULL GROUP BY CustomerID, InvoiceNo, kafka_partition
"""
COUNTS = """
    SELECT
        kafka_partition,
        (SELECT COUNT(*) FROM British_Online_Retail AS line WHERE line.kafka_partition = read.kafka_partition),
        (SELECT COUNT(*) FROM Other_Online_Retail AS line WHERE line.kafka_partition = read.kafka_partition),
        (SELECT COUNT(*) FROM Rejected_Online_Retail AS line WHERE line.kafka_partition = read.kafka_partition),
        (SELECT COUNT(*) FROM Rejected_Online_Retail AS line
         WHERE line.kafka_partition = read.kafka_partition AND reason LIKE 'already received%')
    FROM Stream_Progress AS `read`
"""
# Each table with its columns, and those columns made from the lines.
SUMMARIES = {
    "Hourly_Sales": (f"day, hour, Country, {SUMMED}", HOURS),
    "Product_Sales": (f"StockCode, british, {SUMMED}, described_at, Description", PRODUCTS),
    "Cluster_Values": ("cluster, Quantity, UnitPrice, sales_lines, cancellations", VALUES),
    "Customer_Sales": ("CustomerID, first_purchase, last_purchase, frequency, monetary", CUSTOMERS),
    "Customer_Invoices": (
        """CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover, first_sale, last_sale,
        first_offset, last_offset""",
        INVOICES,
    ),
    "Stream_Progress": ("kafka_partition, british, other, rejected, repeated", COUNTS),
}


def unlike(table: str) -> str:
    """Return the statement for the rows of a summary that are not what the lines add up to, on either side."""
    columns, made = SUMMARIES[table]
    return f"""
        WITH
        {LINES},
        kept AS (SELECT {columns} FROM {table}),
        made AS ({made})
        (SELECT 'stored', kept.* FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM made) AS kept)
        UNION ALL
        (SELECT 'by the lines', made.* FROM (SELECT * FROM made EXCEPT ALL SELECT * FROM kept) AS made)
    """  # noqa: S608 - words of this file


def differences(read: Callable[[str], Sequence[tuple[Any, ...]]]) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Return the rows of `unlike`, by table; tables without any are left out."""
    return {table: rows for table in SUMMARIES if (rows := read(unlike(table)))}
