"""Empty the view, for the processor to rebuild it from the topic.

    python -m db_init.rebuild

What does not come from the topic is kept: users, migrations, erased customers. Each TRUNCATE commits, so the order
makes an interruption safe: the progress is deleted first, and without it no processor starts; the topic's name is
deleted last, and without it the next processor starts at the topic's first message.
"""

import logging
import sys

from pymysql.cursors import Cursor
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from common.errors import UserError
from db_init import migrate, program
from db_init.database import locked_state, opened, run_statements
from db_init.settings import Settings

# All that the processor writes, except the row of Stream_State and the progress.
EMPTY = """
    TRUNCATE British_Online_Retail;
    TRUNCATE Other_Online_Retail;
    TRUNCATE Rejected_Online_Retail;
    TRUNCATE Resent_Messages;
    TRUNCATE Stream_Sources;
    TRUNCATE Batch_Log;
    TRUNCATE Batch_Offsets;
    TRUNCATE Model_Generations;
    TRUNCATE Model_Centres;
    TRUNCATE Hourly_Sales;
    TRUNCATE Product_Sales;
    TRUNCATE Cluster_Values;
    TRUNCATE Customer_Sales;
    TRUNCATE Customer_Invoices;
    TRUNCATE Segment_Members;
    TRUNCATE Segment_Products;
    TRUNCATE Cluster_Products;
    TRUNCATE Segment_History;
    TRUNCATE Customer_Moves;
    UPDATE Grouping_State SET version = 0, batch = 0, as_of = NULL, segments = 0;
"""

log = logging.getLogger("db-init")


def main() -> int:
    """Empty the view; return the exit code."""
    return program.run(rebuild)


def rebuild(chosen: Settings) -> None:
    """Empty every table that the processor fills; raise a `UserError` while a processor is connected."""
    with opened(chosen) as cursor:
        migrate.migrate(cursor, migrate.read())
        refuse_while_connected(cursor)
        lines = delete_progress(cursor)
        run_statements(cursor, EMPTY)
        cursor.execute(
            "UPDATE Stream_State SET topic = NULL, topic_id = NULL, last_batch = 0, newest_sale = NULL WHERE id = 1"
        )
    log.info("the view is empty: start the processor to read %s messages again", f"{lines:,}")


@retry(retry=retry_if_exception_type(UserError), wait=wait_fixed(0.5), stop=stop_after_delay(10), reraise=True)
def refuse_while_connected(cursor: Cursor) -> None:
    """Raise a `UserError` while a processor is connected: its next micro-batch would be written to an empty view.

    A killed processor keeps its connection until MariaDB has rolled back its micro-batch.
    """
    cursor.execute("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'processor'")
    if cursor.fetchone() != (0,):
        raise UserError("A processor is connected to MariaDB: stop it first (docker compose stop processor)")


def delete_progress(cursor: Cursor) -> int:
    """Delete the progress under the stream's lock and return the number of messages that the view had.

    From then on, until the view is empty, a processor refuses to start and a running one detects a gap.
    """
    with locked_state(cursor):
        cursor.execute("SELECT COALESCE(SUM(next_offset - first_offset), 0) FROM Stream_Progress")
        ((lines,),) = cursor.fetchall()
        cursor.execute("DELETE FROM Stream_Progress")
        cursor.execute("UPDATE Stream_State SET generation = NULL WHERE id = 1")
    return int(lines)


if __name__ == "__main__":
    sys.exit(main())
