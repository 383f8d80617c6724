"""db-init on empty and filled volumes, twice at once, and on volumes of older versions."""

import datetime as dt
import shutil
from decimal import Decimal
from pathlib import Path

import pymysql
import pytest

from harness import mariadb_alone
from harness.mariadb_alone import run_db_init
from harness.stack import REPORTS, ROOT, Stack, wait_until
from oracle.summaries import differences

FILES = sorted((ROOT / "services/db-init/migrations").glob("*.sql"))
MIGRATIONS = len(FILES)
OLDER = REPORTS / "older-migrations"  # the only place of the checkout that tests may write to
COLUMNS = """
    SELECT table_name, ordinal_position, column_name, column_type, is_nullable, column_comment
    FROM information_schema.columns WHERE table_schema = 'kappa-view' ORDER BY 1, 2
"""

TYPES = """
    SELECT
        table_name, ordinal_position, column_name, column_type, is_nullable, column_default, collation_name, column_key
    FROM information_schema.columns WHERE table_schema = 'kappa-view' ORDER BY 1, 2
"""

UNCOMMENTED = """
    SELECT table_name, column_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'kappa-view' AND table_type = 'BASE TABLE' AND column_comment = ''
"""


def run_twice_at_once(stack: Stack) -> None:
    """Start db-init twice and wait for both, which must end with exit code 0."""
    runs = [stack.start("run", "--rm", "--no-deps", "-T", "db-init") for _ in range(2)]
    outcomes = [(run.communicate(timeout=120)[1], run.returncode) for run in runs]
    assert [code for _, code in outcomes] == [0, 0], outcomes


def applied(stack: Stack, user: str = "viewer") -> int:
    """Return how many migrations the database has."""
    ((count,),) = stack.sql("SELECT COUNT(*) FROM Schema_Migrations", user=user)
    return int(count)


@pytest.fixture
def empty(mariadb: Stack) -> Stack:
    """An empty MariaDB."""
    mariadb_alone.empty(mariadb)
    return mariadb


def test_twice_at_once_on_an_empty_volume(empty: Stack, stack: Stack) -> None:
    """Two at once create one schema, the same as on any other volume."""
    run_twice_at_once(empty)
    assert applied(empty) == MIGRATIONS
    assert empty.sql(COLUMNS) == stack.sql(COLUMNS)


def test_twice_at_once_on_a_filled_volume(stack: Stack) -> None:
    """Two at once change neither schema nor lines."""
    before = stack.sql(COLUMNS), stack.sql("SELECT COUNT(*) FROM British_Online_Retail")
    run_twice_at_once(stack)
    assert applied(stack) == MIGRATIONS
    assert (stack.sql(COLUMNS), stack.sql("SELECT COUNT(*) FROM British_Online_Retail")) == before


def test_every_column_has_a_comment(stack: Stack) -> None:
    """Adminer shows it beside the column."""
    assert stack.sql(UNCOMMENTED) == []


# Rows as older versions wrote them, by the migration that they need.
ROWS = {
    1: (
        """INSERT INTO British_Online_Retail VALUES
           ('536365', '85123a', 'MUG, "NEW"', -6, '2010-12-01 08:26:00', 2.550, '17850', 'United Kingdom', 3, 1, 0, 0),
           ('536365', '85123A', NULL, 1, '2010-12-01 08:26:00', 0.001, NULL, 'United Kingdom', 0, 2, 0, 1)""",
        """INSERT INTO Other_Online_Retail VALUES
           ('536370', 'POST', 'POSTAGE ', 3, '2010-12-01 08:45:00', 18.000, '12583', 'France', 3, 1, 0)""",
        "INSERT INTO Rejected_Online_Retail VALUES ('Quantity is missing', x'FF00', '2010-12-01 08:45:00.123', 1, 1)",
    ),
    5: (
        "INSERT INTO Stream_Progress VALUES (0, 0, 2, 1291191960000, 4294967295), (1, 0, 2, NULL, NULL)",
        "UPDATE Stream_State SET topic = 'online-retail', topic_id = 'x', last_batch = 1, generation = 1",
        "INSERT INTO Batch_Log VALUES (1, '2010-12-01 08:46:00.001', 4, 2, 1, 1, 1, 2.5, 1.6, 7, 0.5, 0.9)",
        "INSERT INTO Model_Centres VALUES (1, 0, 0.5, -0.25, 2)",
    ),
}


def of_version(number: int) -> Path:
    """Return a folder with only the migrations up to a number, as in an older version of the image."""
    shutil.rmtree(OLDER, ignore_errors=True)
    OLDER.mkdir()
    for file in FILES[:number]:
        shutil.copy(file, OLDER)
    return OLDER


def structure(stack: Stack) -> dict[str, str]:
    """Return the CREATE statement of each table and view, by its name."""
    query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'kappa-view'"
    return {
        name: stack.sql(f"SHOW CREATE TABLE `{name}`", user="root")[0][1] for (name,) in stack.sql(query, user="root")
    }


def rows(stack: Stack, columns: dict[str, str]) -> dict[str, list[tuple[object, ...]]]:
    """Return the tables' rows in the given columns, by table, without Schema_Migrations, which grows."""
    return {
        table: stack.sql(f"SELECT {names} FROM {table} ORDER BY {names}", user="root")  # noqa: S608 - own names
        for table, names in columns.items()
        if table != "Schema_Migrations"
    }


def columns_by_table(stack: Stack) -> dict[str, str]:
    """Return the names of each table's columns, separated by commas."""
    return dict(stack.sql(
        "SELECT table_name, GROUP_CONCAT(column_name ORDER BY ordinal_position) FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'kappa-view' AND table_type = 'BASE TABLE' GROUP BY table_name", user="root",
    ))  # fmt: skip


@pytest.mark.parametrize("version", sorted(ROWS))
def test_an_older_volume_is_migrated(empty: Stack, stack: Stack, version: int) -> None:
    """A volume of an older version gets the schema of a new one, and its rows stay as they were."""
    run_db_init(empty, volume=f"{of_version(version)}:/app/migrations:ro")
    assert applied(empty, user="root") == version
    for statement in (statement for number in ROWS if number <= version for statement in ROWS[number]):
        empty.sql(statement, user="root")
    columns = columns_by_table(empty)
    before = rows(empty, columns)
    assert sum(map(len, before.values())) >= 4
    run_db_init(empty)
    assert structure(empty) == structure(stack)
    assert rows(empty, columns) == before
    shutil.rmtree(OLDER)


def test_a_row_of_an_older_version_has_no_repetitions(empty: Stack) -> None:
    """A column that came later is 0 in older rows: repetitions were not counted."""
    run_db_init(empty, volume=f"{of_version(5)}:/app/migrations:ro")
    for statement in ROWS[5]:
        empty.sql(statement, user="root")
    run_db_init(empty)
    assert empty.sql("SELECT batch, rejected, repeated FROM Batch_Log") == [(1, 1, 0)]


def test_customers_of_an_older_version_are_counted(empty: Stack) -> None:
    """Existing lines are added up once, and an older processor, which keeps no customers, can no longer commit."""
    run_db_init(empty, volume=f"{of_version(5)}:/app/migrations:ro")
    for statement in (*ROWS[1], *ROWS[5]):
        empty.sql(statement, user="root")
    run_db_init(empty)
    morning = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time, as the lines have it
    assert empty.sql("SELECT * FROM Customer_Sales") == [("17850", morning, morning, 1, Decimal("-15.300"))]
    assert differences(empty.sql) == {}
    assert empty.sql("SELECT newest_sale FROM Stream_State") == [(morning.replace(minute=45),)]
    with pytest.raises(pymysql.err.OperationalError, match="Field 'customers' doesn't have a default value"):
        empty.sql("INSERT INTO Batch_Log (batch, committed_at, lines_read, british, other, rejected, seconds,"
                  " lines_per_second, lag, latency_p50, latency_p99) VALUES (2, NOW(), 1, 1, 0, 0, 1, 1, 0, 1, 1)",
                  user="root")  # fmt: skip


# Customer 1 has a purchase and two later cancellations, c and C; 2 has only a cancellation with a small c.
SMALL_CANCELLATIONS = (
    """INSERT INTO British_Online_Retail VALUES
       ('536365', 'A', NULL, 2, '2010-12-01 08:26:00', 2.000, '1', 'United Kingdom', 0, 1, 0, 0),
       ('c536379', 'A', NULL, -1, '2010-12-02 09:00:00', 2.000, '1', 'United Kingdom', 0, 2, 0, 1),
       ('C536380', 'A', NULL, -1, '2010-12-03 09:00:00', 2.000, '1', 'United Kingdom', 0, 3, 0, 2),
       ('c536381', 'A', NULL, -1, '2010-12-01 09:00:00', 3.000, '2', 'United Kingdom', 0, 4, 0, 3)""",
    """INSERT INTO Customer_Sales VALUES
       ('1', '2010-12-01 08:26:00', '2010-12-02 09:00:00', 2, 0.000),
       ('2', '2010-12-01 09:00:00', '2010-12-01 09:00:00', 1, -3.000)""",
    "INSERT INTO Customer_Invoices VALUES ('1', '536365'), ('1', 'c536379'), ('2', 'c536381')",
    "UPDATE Grouping_State SET version = 1, batch = 1",
)


def test_cancellations_with_a_small_c_of_an_older_version_are_not_purchases(empty: Stack) -> None:
    """Their customers are corrected and grouped again."""
    run_db_init(empty, volume=f"{of_version(14)}:/app/migrations:ro")
    for statement in SMALL_CANCELLATIONS:
        empty.sql(statement, user="root")
    run_db_init(empty)
    assert differences(empty.sql) == {}
    morning = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time, as the lines have it
    assert empty.sql("SELECT * FROM Customer_Sales ORDER BY 1") == [
        ("1", morning, morning, 1, Decimal("0.000")),
        ("2", None, None, 0, Decimal("-3.000")),
    ]
    assert empty.sql("SELECT version, batch FROM Grouping_State") == [(1, 0)]


# Lines as of the version before the summaries: exact duplicates, returns, gifts, remarks, an invoice in two partitions.
BEFORE_SUMMARIES = (
    """INSERT INTO British_Online_Retail VALUES
       ('1', 'A', 'LAMP', 2, '2010-12-01 08:59:59', 2.000, '1', 'United Kingdom', 0, 1, 0, 0),
       ('1', 'A', 'LAMP', 2, '2010-12-01 08:59:59', 2.000, '1', 'United Kingdom', 0, 2, 0, 1),
       ('1', 'a', NULL, 1, '2010-12-01 09:00:00', 0.001, '1', 'United Kingdom', 1, 3, 1, 0),
       ('C2', 'A', 'damaged', -3, '2010-12-02 09:00:00', 2.000, '1', 'United Kingdom', 0, 4, 0, 2),
       ('3', 'A', 'LAMP, RED', 1, '2010-12-02 09:00:00', 2.000, NULL, 'United Kingdom', 0, 5, 1, 1),
       ('3', 'A', 'LAMP, BLUE', 1, '2010-12-02 09:00:00', 2.000, NULL, 'United Kingdom', 0, 6, 1, 2),
       ('4', 'A', 'found', 5, '2010-12-03 09:00:00', 0.000, '2', 'United Kingdom', 2, 7, 1, 3)""",
    """INSERT INTO Other_Online_Retail VALUES
       ('5', 'A', 'LAMP', 3, '2010-12-01 08:45:00', 18.000, '12583', 'France', 8, 0, 3)""",
    """INSERT INTO Rejected_Online_Retail VALUES
       ('Quantity is missing', x'FF00', '2010-12-01 08:45:00.123', 1, 4),
       ('already received', NULL, '2010-12-01 08:45:00.123', 1, 5)""",
    "INSERT INTO Stream_Progress VALUES (0, 0, 4, 1291191960000, 1), (1, 0, 6, 1291191960000, 1)",
    "UPDATE Stream_State SET topic = 'online-retail', topic_id = 'x', last_batch = 1, generation = 1",
    """INSERT INTO Customer_Sales VALUES
       ('1', '2010-12-01 08:59:59', '2010-12-01 09:00:00', 1, 2.001),
       ('2', '2010-12-03 09:00:00', '2010-12-03 09:00:00', 1, 0)""",
    "INSERT INTO Customer_Invoices VALUES ('1', '1'), ('2', '4')",
)


@pytest.fixture
def before_summaries(empty: Stack) -> Stack:
    """A volume of the version before the summaries."""
    run_db_init(empty, volume=f"{of_version(17)}:/app/migrations:ro")
    for statement in BEFORE_SUMMARIES:
        empty.sql(statement, user="root")
    return empty


def test_summaries_of_an_older_version_are_filled(before_summaries: Stack) -> None:
    """From its lines, and an older processor, which writes none, can no longer commit."""
    run_db_init(before_summaries)
    assert differences(before_summaries.sql) == {}
    assert before_summaries.sql("SELECT Description FROM Product_Sales WHERE StockCode = 'A' AND british = 1") == [
        ("LAMP, RED",)
    ]
    with pytest.raises(pymysql.err.OperationalError, match="Field 'turnover' doesn't have a default value"):
        before_summaries.sql("INSERT INTO Batch_Log (batch, committed_at, lines_read, british, customers, other,"
                             " rejected, seconds, lines_per_second, lag, latency_p50, latency_p99)"
                             " VALUES (2, NOW(), 1, 1, 1, 0, 0, 1, 1, 0, 1, 1)", user="root")  # fmt: skip


def test_a_fill_of_the_summaries_that_is_killed_runs_again(before_summaries: Stack) -> None:
    """MariaDB, killed in the fill's last statement, comes back with empty summaries; db-init fills them then."""
    with before_summaries.connect("root") as connection, connection.cursor() as cursor:
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT next_offset FROM Stream_Progress FOR UPDATE")
        run = before_summaries.start("run", "--rm", "--no-deps", "-T", "db-init")
        wait_until(lambda: assert_waiting(before_summaries))
        before_summaries.compose("kill", "mariadb")
        run.communicate(timeout=60)
    before_summaries.up("mariadb")
    wait_until(lambda: mariadb_alone.assert_healthy(before_summaries))
    assert before_summaries.sql("SELECT COUNT(*) FROM Hourly_Sales") == [(0,)]
    run_db_init(before_summaries)
    assert differences(before_summaries.sql) == {}


def assert_waiting(stack: Stack) -> None:
    """Raise unless db-init waits in the last statement of the fill."""
    query = "SELECT info FROM information_schema.processlist WHERE info LIKE '%%Stream_Progress%%british%%'"
    assert len(stack.sql(query, user="root")) > 1  # this query is one of them


def test_new_comments_change_no_column(empty: Stack) -> None:
    """Types, defaults, collations and keys stay the same."""
    run_db_init(empty, volume=f"{of_version(16)}:/app/migrations:ro")
    before = empty.sql(TYPES)
    run_db_init(empty, volume=f"{of_version(17)}:/app/migrations:ro")
    assert empty.sql(TYPES) == before


def test_a_migration_that_was_killed_before_its_end_runs_again(empty: Stack) -> None:
    """The newest ones can run twice, as after a kill between their last statement and their record."""
    run_db_init(empty)
    before = structure(empty)
    empty.sql("DELETE FROM Schema_Migrations WHERE number > 15", user="root")
    run_db_init(empty)
    assert applied(empty) == MIGRATIONS
    assert structure(empty) == before


def test_a_volume_of_a_newer_version_is_left_alone(empty: Stack) -> None:
    """An older db-init refuses a newer schema, with the remedy."""
    run_db_init(empty)
    before = structure(empty)
    refused = run_db_init(empty, volume=f"{of_version(5)}:/app/migrations:ro", check=False)
    assert refused.returncode == 78
    assert "it is older than the database. Start the newer version of the stack" in refused.stderr
    assert structure(empty) == before
