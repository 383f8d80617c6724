"""MariaDB restarts, keeps the processor waiting, turns it down, and has no room left."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import pytest
from outcomes import Fault
from sabotage import batch_held
from stack import NAME, ROOT, Stack, docker, kill, wait_until
from streaming import assert_healthy, begin, made, send, short
from volumes import IMAGE, copied

RATE = 1_000
MID_STREAM = 2_000

STATE = "SELECT last_batch FROM Stream_State WHERE id = 1 FOR UPDATE"
PROGRESS = "SELECT next_offset FROM Stream_Progress FOR UPDATE"
WAITING = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"


@pytest.mark.thorough
def test_restarted_within_a_batch(stack_with_faults: Stack) -> None:
    """MariaDB stops and starts while a transaction is open: the batch is rolled back and taken again."""
    stack = stack_with_faults
    fault = Fault(stack, "MariaDB restarted within a batch")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with batch_held():
        stack.compose("restart", "mariadb")
        fault.struck()
    fault.assert_survived(run)


@pytest.mark.thorough
def test_killed_within_a_batch(stack_with_faults: Stack) -> None:
    """SIGKILL of MariaDB while a transaction is open: its recovery leaves nothing of the batch."""
    stack = stack_with_faults
    fault = Fault(stack, "MariaDB killed within a batch")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with batch_held():
        kill(stack.container("mariadb"))
        fault.struck()
    fault.assert_survived(run)


@pytest.mark.thorough
def test_a_lock_held_longer_than_the_wait_time(stack: Stack) -> None:
    """Someone holds the lock of the stream: the batch fails as a whole, is taken again, and goes in afterwards."""
    fault = Fault(stack, "lock held longer than its wait time")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with stack.connect("root") as connection, connection.cursor() as cursor:
        connection.begin()
        cursor.execute(STATE)
        fault.struck()
        fault.assert_said("processor", "Lock wait timeout exceeded")
        connection.rollback()
    fault.ended()
    fault.assert_survived(run)


@pytest.fixture
def ballast(stack_with_faults: Stack) -> Iterator[str]:
    """A statement that makes a transaction heavier than the processor's: of two in a deadlock the lighter one dies."""
    stack_with_faults.sql("CREATE DATABASE ballast", user="root")
    stack_with_faults.sql("CREATE TABLE ballast.rows (n INT PRIMARY KEY)", user="root")
    yield "INSERT INTO ballast.rows SELECT seq FROM seq_1_to_100000"
    stack_with_faults.sql("DROP DATABASE ballast", user="root")


def test_a_deadlock(stack_with_faults: Stack, ballast: str) -> None:
    """The processor is the victim of a deadlock: MariaDB rolls all of the batch back, and it is taken again."""
    stack = stack_with_faults
    fault = Fault(stack, "deadlock")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with stack.connect("root") as connection, connection.cursor() as cursor:
        connection.begin()
        cursor.execute(ballast)
        with batch_held():
            cursor.execute(PROGRESS)
            asking = Thread(target=cursor.execute, args=(STATE,))
            asking.start()
            wait_until(lambda: assert_waiting(stack))
        fault.struck()
        asking.join()
        connection.rollback()
    fault.ended()
    fault.assert_said("processor", "Deadlock found when trying to get lock")
    fault.assert_survived(run)


def assert_waiting(stack: Stack) -> None:
    """Raise unless a transaction waits for a lock."""
    assert stack.sql(WAITING, user="root") == [(1,)]


DISK = f"{NAME}_small"
BALLAST = "dd if=/dev/zero of=/disk/ballast bs=1M 2> /dev/null; test -s /disk/ballast"


@pytest.fixture
def small_disk(stack: Stack) -> Iterator[str]:
    """The shared stack's MariaDB on a disk of a gigabyte: the container that holds it. Moved back at the end."""
    docker("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1g", DISK)
    # A file system in memory is gone as soon as nobody has it mounted.
    holder = docker("run", "--detach", "--volume", f"{DISK}:/disk", "--entrypoint", "sleep", IMAGE, "900").strip()
    changed = replace(stack, files=(*stack.files, ROOT / "integration_tests/real_stack/faults/small_disk.yaml"))
    move(stack, changed, f"{NAME}_mariadb", DISK)
    yield holder
    docker("exec", holder, "rm", "--force", "/disk/ballast")
    move(changed, stack, DISK, f"{NAME}_mariadb")
    docker("rm", "--force", holder)
    docker("volume", "rm", DISK)


def move(here: Stack, there: Stack, source: str, target: str) -> None:
    """Stop MariaDB, copy its files, start it there."""
    here.compose("stop", "mariadb")
    copied(source, target)
    there.up("mariadb")
    wait_until(lambda: assert_healthy(there, "mariadb"))


@pytest.mark.thorough
def test_the_disk_is_full(stack: Stack, small_disk: str) -> None:
    """MariaDB has no room left for a batch: none is committed by halves, and the stream goes on once there is."""
    fault = Fault(stack, "MariaDB's disk full")
    run = begin(stack, 4 * RATE, made(60_000))  # more than fits into what MariaDB has of the disk already
    run.wait_for(MID_STREAM)
    docker("exec", small_disk, "bash", "-c", BALLAST)
    fault.struck()
    fault.assert_said("processor", "MariaDB's disk is full")
    docker("exec", small_disk, "rm", "/disk/ballast")
    fault.ended()
    send(run, 0, made(60_000))
    fault.assert_survived(run)
