"""The oracle's verdict on a running stack that has caught up.

From the top of the checkout:

    docker compose -f integration_tests/compose.yaml run --rm oracle

KAFKA_PORT, MARIADB_PORT, MARIADB_VIEWER_PASSWORD and DECAY or HALF_LIFE must be those of the stack. Exits with code 1
if anything is wrong.
"""

import os
import sys

import pymysql

from oracle import Verdict, judge


def main() -> int:
    """Print the verdict; return the exit code."""
    decay = 0.0 if os.environ.get("HALF_LIFE") else float(os.environ.get("DECAY", "1"))
    with pymysql.connect(
        host="127.0.0.1",
        port=int(os.environ.get("MARIADB_PORT", "3306")),
        user="viewer",
        password=os.environ.get("MARIADB_VIEWER_PASSWORD", "example"),
        database="kappa-view",
    ) as connection:
        verdict = judge(f"localhost:{os.environ.get('KAFKA_PORT', '29092')}", connection, decay=decay)
    print(shown(verdict))
    return int(bool(verdict.wrong))


def shown(verdict: Verdict) -> str:
    """Return the verdict, formatted."""
    lines = [
        f"messages compared, all fields {verdict.compared:>12,}",
        f"lost                          {verdict.lost:>12,}",
        f"doubled                       {verdict.doubled:>12,}",
        f"SHA-256 by the topic          {verdict.checksum}",
        f"SHA-256 by the tables         {verdict.view_checksum}",
        *(f"WRONG: {finding}" for finding in verdict.wrong),
        *([] if verdict.wrong else ["nothing is wrong"]),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
