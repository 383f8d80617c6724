"""Within a micro-batch: the processor crashes, repeats a batch or alters a line; MariaDB stops or refuses."""

from collections.abc import Iterator
from threading import Thread

import pytest

from harness.outcomes import Fault
from harness.sabotage import batch_held, order, wait_until_carried_out
from harness.stack import Stack, kill, wait_until
from harness.streaming import begin, short

RATE = 1_000  # rows per second: several micro-batches before and after the fault
MID_STREAM = 2_000

STATE = "SELECT last_batch FROM Stream_State WHERE id = 1 FOR UPDATE"
PROGRESS = "SELECT next_offset FROM Stream_Progress FOR UPDATE"
WAITING = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("before the load", marks=pytest.mark.thorough),
        pytest.param("between the tables", marks=pytest.mark.thorough),
        "before the commit",
        "right after the commit",
    ],
)
def test_killed_within_a_batch(stack_with_faults: Stack, place: str) -> None:
    """SIGKILL at this place: the processor restarts, and the batch's lines are in the tables once."""
    stack = stack_with_faults
    fault = Fault(stack, f"processor killed {place}")
    before = stack.container("processor")["RestartCount"]
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    order(f"killed {place}")
    wait_until_carried_out()
    fault.struck()
    fault.assert_survived(run)
    assert stack.container("processor")["RestartCount"] == before + 1


def test_a_batch_handed_over_twice_is_written_once(stack_with_faults: Stack) -> None:
    """A batch that comes a second time writes nothing and moves no centre."""
    stack = stack_with_faults
    fault = Fault(stack, "batch handed over twice")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    order("handed over twice")
    wait_until_carried_out()
    fault.struck()
    fault.assert_survived(run)

    def assert_logged() -> None:
        assert "lines that was already committed" in stack.logs("processor")

    wait_until(assert_logged)


def test_a_batch_that_mariadb_would_alter_is_rolled_back(stack_with_faults: Stack) -> None:
    """A truncated text ends the processor with an error; after the restart every text is complete."""
    stack = stack_with_faults
    fault = Fault(stack, "a load that alters lines")
    before = stack.container("processor")["RestartCount"]
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    order("given a text too long for its column")
    wait_until_carried_out()
    fault.struck()
    fault.assert_survived(run)
    assert stack.container("processor")["RestartCount"] == before + 1
    assert "Data truncated for column 'Description'" in stack.logs("processor")


@pytest.mark.thorough
def test_mariadb_restarted_within_a_batch(stack_with_faults: Stack) -> None:
    """MariaDB stops and starts while a transaction is open: the batch is rolled back and retried."""
    stack = stack_with_faults
    fault = Fault(stack, "MariaDB restarted within a batch")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with batch_held():
        stack.compose("restart", "mariadb")
        fault.struck()
    fault.assert_survived(run)


@pytest.mark.thorough
def test_mariadb_killed_within_a_batch(stack_with_faults: Stack) -> None:
    """SIGKILL of MariaDB while a transaction is open: its recovery leaves nothing of the batch."""
    stack = stack_with_faults
    fault = Fault(stack, "MariaDB killed within a batch")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with batch_held():
        kill(stack.container("mariadb"))
        fault.struck()
    fault.assert_survived(run)


@pytest.fixture
def ballast(stack_with_faults: Stack) -> Iterator[tuple[str, str]]:
    """Statements that make a transaction heavier than the processor's: a deadlock kills the lighter one."""
    stack_with_faults.sql("CREATE DATABASE ballast", user="root")
    stack_with_faults.sql("CREATE TABLE ballast.rows (n INT PRIMARY KEY)", user="root")
    # InnoDB spares a transaction that wrote to tables without transactions, as the processor's does.
    stack_with_faults.sql("CREATE TABLE ballast.spared (n INT) ENGINE = Aria", user="root")
    yield "INSERT INTO ballast.spared VALUES (1)", "INSERT INTO ballast.rows SELECT seq FROM seq_1_to_100000"
    stack_with_faults.sql("DROP DATABASE ballast", user="root")


def test_a_deadlock(stack_with_faults: Stack, ballast: tuple[str, str]) -> None:
    """The processor is the victim of a deadlock: MariaDB rolls back the whole batch, which is retried."""
    stack = stack_with_faults
    fault = Fault(stack, "deadlock")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with stack.connect("root") as connection, connection.cursor() as cursor:
        connection.begin()
        for statement in ballast:
            cursor.execute(statement)
        with batch_held():
            cursor.execute(PROGRESS)
            asking = Thread(target=cursor.execute, args=(STATE,))
            asking.start()
            wait_until(lambda: assert_waiting(stack))
        fault.struck()
        asking.join()
        connection.rollback()
    fault.ended()
    fault.assert_logged("processor", "Deadlock found when trying to get lock")
    fault.assert_survived(run)


def assert_waiting(stack: Stack) -> None:
    """Raise unless a transaction waits for a lock."""
    assert stack.sql(WAITING, user="root") == [(1,)]
