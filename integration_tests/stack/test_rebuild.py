"""The view rebuilt from the topic, with a customer erased before."""

import subprocess
from collections.abc import Iterator

import pytest

from harness.commands import run_script
from harness.mariadb_alone import run_db_init
from harness.shared import Shared
from harness.stack import Stack, wait_until
from harness.streaming import LINES, Run, assert_healthy
from harness.verdict import verdict

COMMAND = ("python", "-m", "db_init.rebuild")
# Everything of a line but its prediction: with other micro-batches the model at that line is another.
CONTENT = """
    SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', InvoiceNo, StockCode, COALESCE(Description, '-'), Quantity, InvoiceDate,
        UnitPrice, COALESCE(CustomerID, '-'), Country, source_row, kafka_partition, kafka_offset))) FROM {}
"""
TABLES = ("British_Online_Retail", "Other_Online_Retail")


def contents(stack: Stack) -> list[tuple[object, ...]]:
    """Return the number of lines and a checksum of each line table."""
    return [row for table in TABLES for row in stack.sql(CONTENT.format(table))]


def customer(stack: Stack) -> str:
    """Return the customer with the most British lines."""
    ((name, _),) = stack.sql(
        "SELECT CustomerID, COUNT(*) FROM British_Online_Retail WHERE CustomerID IS NOT NULL"
        " GROUP BY CustomerID ORDER BY 2 DESC LIMIT 1"
    )
    return str(name)


@pytest.fixture(scope="module")
def streamed(shared: Shared) -> Iterator[Stack]:
    """The shared stack; its processor's settings are restored at the end. An erased customer stays erased."""
    yield shared.ready()
    shared.stack.up("processor")


def test_a_running_processor_is_not_disturbed(streamed: Stack) -> None:
    """While a processor is connected the command refuses and deletes nothing."""
    before = contents(streamed)
    done = run_db_init(streamed, *COMMAND, check=False)
    assert (done.returncode, "A processor is connected to MariaDB: stop it first" in done.stderr) == (78, True)
    assert contents(streamed) == before


def test_the_view_is_the_same_again(streamed: Stack) -> None:
    """One command empties the view and fills it from the topic; an erased customer does not come back."""
    erased = customer(streamed)
    run_db_init(streamed, "python", "-m", "db_init.erase", erased)
    before = contents(streamed)
    assert "0 lost or doubled" in run_script(streamed, "rebuild").stdout
    assert contents(streamed) == before
    assert streamed.sql("SELECT * FROM British_Online_Retail WHERE CustomerID = %s", erased) == []
    assert verdict(streamed).wrong == ()


def groups(stack: Stack) -> set[tuple[str, ...]]:
    """Return the customers of each group, once the newest micro-batch is grouped."""
    rows = stack.sql("SELECT 1 FROM Grouping_State JOIN Stream_State ON batch = last_batch AND last_batch > 0")
    assert rows, "the newest micro-batch is not grouped yet"
    found: dict[int, list[str]] = {}
    for customer, segment in stack.sql("SELECT CustomerID, segment FROM British_Customers WHERE segment IS NOT NULL"):
        found.setdefault(segment, []).append(customer)
    return {tuple(sorted(customers)) for customers in found.values()}


def test_other_micro_batches_give_the_same_groups(streamed: Stack) -> None:
    """The groups depend on the customers, not on how their lines arrived."""
    before, batches = wait_until(lambda: groups(streamed)), streamed.sql("SELECT COUNT(*) FROM Batch_Log")
    streamed.up("processor", MAX_ROWS_PER_BATCH="7000")
    wait_until(lambda: assert_healthy(streamed))
    run_script(streamed, "rebuild")
    after = wait_until(lambda: groups(streamed))
    assert streamed.sql("SELECT COUNT(*) FROM Batch_Log") != batches
    assert len(before) == 4
    assert after == before


def test_an_interrupted_rebuild_is_completed(streamed: Stack) -> None:
    """The processor refuses a view that a killed command left half empty; run again, the command completes."""
    before = contents(streamed)
    streamed.compose("stop", "processor")
    kill_between_two_tables(streamed)
    streamed.compose("start", "processor")

    def assert_refused() -> None:
        assert "The view in MariaDB has 0 partitions" in streamed.logs("processor")

    wait_until(assert_refused, seconds=60)
    run_script(streamed, "rebuild")
    Run(streamed, 1, {0: 0, 1: 0, 2: 0, 3: 0}).wait_for(LINES)
    wait_until(lambda: assert_healthy(streamed))
    assert contents(streamed) == before


def kill_between_two_tables(stack: Stack) -> None:
    """Kill the command while it waits for a reader of the second table; the first one is empty then."""
    with stack.connect() as reader, reader.cursor() as cursor:
        cursor.execute("START TRANSACTION")
        cursor.execute("SELECT COUNT(*) FROM Other_Online_Retail")
        name = f"{stack.name}-rebuild-killed"
        command = stack.start("run", "--rm", "--no-deps", "-T", "--name", name, "db-init", *COMMAND)

        def assert_first_is_empty() -> None:
            assert stack.sql("SELECT COUNT(*) FROM British_Online_Retail") == [(0,)]

        wait_until(assert_first_is_empty)
        subprocess.run(["docker", "kill", name], check=True, capture_output=True)
        command.communicate(timeout=60)
        wait_until(lambda: assert_gone(stack))


def assert_gone(stack: Stack) -> None:
    """Raise while the killed command's statement is still waiting."""
    waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'TRUNCATE%'"
    assert stack.sql(waiting, user="root") == [(0,)]
