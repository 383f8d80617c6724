"""The counts and sums of a running stack, and whether they reconcile.

From the top of the checkout:

    docker compose -f integration_tests/compose.yaml run --rm verify

MARIADB_PORT and MARIADB_VIEWER_PASSWORD must be those of the stack. Exits with code 1 if facts contradict each other.
"""

import os
import sys
from decimal import Decimal
from typing import Any, NamedTuple

import pymysql
from pymysql.cursors import Cursor

from oracle.summaries import SUMMARIES, unlike

BOTH = """(
    SELECT StockCode, Quantity * UnitPrice AS amount FROM British_Online_Retail
    UNION ALL SELECT StockCode, Quantity * UnitPrice FROM Other_Online_Retail
) AS line"""


class Facts(NamedTuple):
    """Figures of the tables; sums of Quantity * UnitPrice in pounds."""

    lines_read: int
    british: int
    other: int
    rejected: int
    turnover_british: Decimal
    turnover: Decimal
    stock_codes: int
    clusters: int
    predictions: str
    weights: float
    differences: int
    customers: int
    unlike: int
    batches: int


QUERIES = {
    "lines_read": "SELECT COALESCE(SUM(next_offset - first_offset), 0) FROM Stream_Progress",
    "british": "SELECT COUNT(*) FROM British_Online_Retail",
    "other": "SELECT COUNT(*) FROM Other_Online_Retail",
    "rejected": "SELECT COUNT(*) FROM Rejected_Online_Retail",
    "turnover_british": "SELECT COALESCE(SUM(Quantity * UnitPrice), 0) FROM British_Online_Retail",
    "turnover": "SELECT COALESCE(SUM(amount), 0) FROM " + BOTH,  # noqa: S608 - words of this file
    "stock_codes": "SELECT COUNT(DISTINCT StockCode) FROM " + BOTH,  # noqa: S608 - words of this file
    "clusters": "SELECT COALESCE(MAX(clusters), 0) FROM Model_Generations",
    "predictions": "SELECT CONCAT_WS(' to ', MIN(prediction), MAX(prediction)) FROM British_Online_Retail",
    "weights": "SELECT COALESCE(SUM(weight), 0) FROM Model_Centres JOIN Stream_State USING (generation)",
    "differences": "SELECT COUNT(*) FROM Reconciliation WHERE difference <> 0",
    "customers": "SELECT COUNT(*) FROM Customer_Sales",
    "unlike": "SELECT " + " + ".join(f"(SELECT COUNT(*) FROM ({unlike(table)}) AS `{table}`)" for table in SUMMARIES),  # noqa: S608
    "batches": "SELECT COUNT(*) FROM Batch_Log",
}
NAMES = {
    "lines_read": "lines read from the topic",
    "british": "British lines",
    "other": "lines of other countries",
    "rejected": "rejected messages",
    "turnover_british": "sum of Quantity * UnitPrice, British",
    "turnover": "sum of Quantity * UnitPrice, all",
    "stock_codes": "StockCodes, letter case kept",
    "clusters": "clusters of the model (k)",
    "predictions": "predictions",
    "weights": "weights of the newest model",
    "differences": "partitions with a difference",
    "customers": "British customers",
    "unlike": "rows of summaries unlike the lines",
    "batches": "micro-batches",
}


def main() -> int:
    """Print the facts and their contradictions; return the exit code."""
    facts = ask()
    for name, value in facts._asdict().items():
        print(f"{NAMES[name]:<40} {shown(value):>16}")
    wrong = contradictions(facts)
    for finding in wrong:
        print(f"WRONG: {finding}")
    return int(bool(wrong))


def ask() -> Facts:
    """Read the facts in one snapshot, unaffected by micro-batches meanwhile."""
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        return Facts(**{name: answer(cursor, query) for name, query in QUERIES.items()})


def connect() -> "pymysql.Connection[Cursor]":
    """Open the database as the read-only user."""
    return pymysql.connect(
        host="127.0.0.1",
        port=int(os.environ.get("MARIADB_PORT", "3306")),
        user="viewer",
        password=os.environ.get("MARIADB_VIEWER_PASSWORD", "example"),
        database="kappa-view",
    )


def answer(cursor: Cursor, query: str) -> Any:
    """Return the only value of a query."""
    cursor.execute(query)
    ((value,),) = cursor.fetchall()
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def shown(value: object) -> str:
    """Return a fact, formatted."""
    return f"{value:,}" if isinstance(value, int | float | Decimal) else str(value)


def contradictions(facts: Facts) -> list[str]:
    """Return a text for each pair of facts that cannot both be true."""
    checks = {
        "lines read are not British + other + rejected":
            facts.lines_read == facts.british + facts.other + facts.rejected,
        "Reconciliation shows a difference": facts.differences == 0,
        "summaries are not what the lines add up to": facts.unlike == 0,
    }  # fmt: skip
    return [finding for finding, holds in checks.items() if not holds]


if __name__ == "__main__":
    sys.exit(main())
