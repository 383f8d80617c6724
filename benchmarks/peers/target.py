"""Where the peers read and write, and what."""

import os

KAFKA, TOPIC, PARTITIONS = "kafka:9092", "online-retail", 4
DATABASE = "kappa-view"
UNITED_KINGDOM = "United Kingdom"
# Both tables have them; the British one has a prediction too, for which the peers write 0.
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
    "source_row", "kafka_partition", "kafka_offset",
)  # fmt: skip
# `rewriteBatchedStatements` makes one INSERT of many rows out of a batch, without which the driver sends each alone.
JDBC = "jdbc:mysql://mariadb:3306/kappa-view?rewriteBatchedStatements=true&sslMode=DISABLED&allowPublicKeyRetrieval=true&sessionVariables=unique_checks=0"
BATCH = 10_000  # rows of an INSERT


def password() -> str:
    """Return root's password, as the stack has it."""
    return os.environ["MARIADB_ROOT_PASSWORD"]
