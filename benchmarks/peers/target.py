"""Servers, topic, tables and columns of the peers."""

import os

KAFKA, TOPIC, PARTITIONS = "kafka:9092", "online-retail", 4
DATABASE = "kappa-view"
UNITED_KINGDOM = "United Kingdom"
# Of both tables; the peers write 0 as the prediction of the British one.
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
    "source_row", "kafka_partition", "kafka_offset",
)  # fmt: skip
# `rewriteBatchedStatements` sends a batch as one INSERT; without it the driver sends each row alone.
JDBC = "jdbc:mysql://mariadb:3306/kappa-view?rewriteBatchedStatements=true&sslMode=DISABLED&allowPublicKeyRetrieval=true&sessionVariables=unique_checks=0"
BATCH = 10_000  # rows of an INSERT


def password() -> str:
    """Return root's password."""
    return os.environ["MARIADB_ROOT_PASSWORD"]
