"""MariaDB holds a lock too long, or its disk is full."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.outcomes import Fault
from harness.stack import NAME, ROOT, Stack, docker, wait_until
from harness.streaming import assert_healthy, begin, made, send, short
from harness.volumes import IMAGE, copied

RATE = 1_000
MID_STREAM = 2_000
STATE = "SELECT last_batch FROM Stream_State WHERE id = 1 FOR UPDATE"


@pytest.mark.thorough
def test_a_lock_held_longer_than_the_wait_time(stack: Stack) -> None:
    """Another client holds the stream's lock: the batch fails as a whole, is retried, and is committed afterwards."""
    fault = Fault(stack, "lock held longer than its wait time")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with stack.connect("root") as connection, connection.cursor() as cursor:
        connection.begin()
        cursor.execute(STATE)
        fault.struck()
        fault.assert_logged("processor", "Lock wait timeout exceeded")
        connection.rollback()
    fault.ended()
    fault.assert_survived(run)


DISK = f"{NAME}_small"
BALLAST = "dd if=/dev/zero of=/disk/ballast bs=1M 2> /dev/null; test -s /disk/ballast"


@pytest.fixture
def small_disk(stack: Stack) -> Iterator[str]:
    """The shared stack's MariaDB on a disk of 1 GB, moved back at the end; yields the container that holds the disk."""
    docker("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1g", DISK)
    # A file system in memory disappears when its last mount does.
    holder = docker("run", "--detach", "--volume", f"{DISK}:/disk", "--entrypoint", "sleep", IMAGE, "900").strip()
    changed = replace(stack, files=(*stack.files, ROOT / "integration_tests/faults/small_disk.yaml"))
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
    """No batch fits on the disk: none is committed in part, and the stream continues once there is space."""
    fault = Fault(stack, "MariaDB's disk full")
    run = begin(stack, 4 * RATE, made(40_000))  # more than fits into the space that MariaDB has already allocated
    run.wait_for(MID_STREAM)
    docker("exec", small_disk, "bash", "-c", BALLAST)
    fault.struck()
    fault.assert_logged("processor", "MariaDB's disk is full")
    docker("exec", small_disk, "rm", "/disk/ballast")
    fault.ended()
    send(run, 0, made(40_000))
    fault.assert_survived(run)
