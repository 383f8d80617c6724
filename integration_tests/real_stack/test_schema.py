"""db-init on empty and filled volumes, also twice at once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from stack import NAME, ROOT, Stack, wait_until

MIGRATIONS = len(list((ROOT / "services/db-init/migrations").glob("*.sql")))
COLUMNS = """
    SELECT table_name, ordinal_position, column_name, column_type, is_nullable, column_comment
    FROM information_schema.columns WHERE table_schema = 'kappa-view' ORDER BY 1, 2
"""

SILENT = """
    SELECT table_name, column_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'kappa-view' AND table_type = 'BASE TABLE' AND column_comment = ''
"""


def run_twice_at_once(stack: Stack) -> None:
    """Start db-init twice and wait for both, which must end with exit code 0."""
    runs = [stack.start("run", "--rm", "--no-deps", "-T", "db-init") for _ in range(2)]
    outcomes = [(run.communicate(timeout=120)[1], run.returncode) for run in runs]
    assert [code for _, code in outcomes] == [0, 0], outcomes


def applied(stack: Stack) -> int:
    """Return how many migrations the database has seen."""
    ((count,),) = stack.sql("SELECT COUNT(*) FROM Schema_Migrations")
    return int(count)


@pytest.fixture
def empty(stack: Stack) -> Iterator[Stack]:
    """A MariaDB alone, on a volume of its own that holds nothing."""
    alone = replace(stack, name=f"{NAME}-empty", mariadb_port=stack.mariadb_port + 1)
    alone.up("mariadb")

    def assert_healthy() -> None:
        assert alone.state("mariadb")["Health"]["Status"] == "healthy"

    wait_until(assert_healthy)
    yield alone
    alone.down()


def test_twice_at_once_on_an_empty_volume(empty: Stack, stack: Stack) -> None:
    """Two at once make one schema, the same as on any other volume."""
    run_twice_at_once(empty)
    assert applied(empty) == MIGRATIONS
    assert empty.sql(COLUMNS) == stack.sql(COLUMNS)


def test_twice_at_once_on_a_filled_volume(stack: Stack) -> None:
    """Two at once leave schema and lines as they are."""
    before = stack.sql(COLUMNS), stack.sql("SELECT COUNT(*) FROM British_Online_Retail")
    run_twice_at_once(stack)
    assert applied(stack) == MIGRATIONS
    assert (stack.sql(COLUMNS), stack.sql("SELECT COUNT(*) FROM British_Online_Retail")) == before


def test_every_column_says_what_it_holds(stack: Stack) -> None:
    """Adminer shows a comment beside each column of each table."""
    assert stack.sql(SILENT) == []
