"""Containers removed, volumes restored from older copies: only the servers' volumes hold state."""

from collections.abc import Iterator

import pytest

from harness.outcomes import Fault
from harness.stack import NAME, Stack, docker, wait_until
from harness.streaming import assert_healthy, assert_succeeded, begin, send, short
from harness.volumes import Copies

pytestmark = pytest.mark.thorough

RATE = 1_000
MID_STREAM = 2_000
PROGRESS = "SELECT * FROM Stream_Progress"


def remove(stack: Stack, *services: str) -> None:
    """Remove containers without stopping them first."""
    docker("rm", "--force", *(container["Id"] for container in stack.containers(*services)))


def test_the_processors_container_removed_in_mid_stream(stack: Stack) -> None:
    """A new container of the processor continues where the database ends: the old one held no state."""
    fault = Fault(stack, "processor's container removed")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    remove(stack, "processor")
    fault.struck()
    stack.up("processor")
    fault.assert_survived(run)


def test_all_removed_but_the_servers_volumes(stack: Stack) -> None:
    """All containers and the producer's volume are removed in mid-stream: the next start continues."""
    fault = Fault(stack, "all but the servers' volumes removed")
    run = begin(stack, RATE // 2, short())
    run.wait_for(MID_STREAM // 2)
    remove(stack)
    docker("volume", "rm", f"{NAME}_producer")
    fault.struck()
    stack.compose("up", "--detach", "--no-build", "--scale", "producer=0")
    send(run, RATE, short())
    fault.assert_survived(run)
    assert run.sent() == run.lines
    wait_until(lambda: assert_healthy(stack), seconds=120)


@pytest.fixture
def copies(stack: Stack) -> Iterator[Copies]:
    """Copies of the servers' volumes, removed at the end."""
    copies = Copies(stack)
    yield copies
    copies.remove()


def test_an_older_copy_of_mariadbs_volume_catches_up(stack: Stack, copies: Copies) -> None:
    """MariaDB loses a run unnoticed: the processor detects it with the next batch and reads the run again."""
    fault = Fault(stack, "MariaDB restored from an older copy")
    older = copies.take("mariadb")
    forgotten = begin(stack, 0, short())
    forgotten.assert_each_line_arrived_once()
    copies.restore("mariadb", older)
    fault.struck()
    assert forgotten.rows() == []
    run = begin(stack, RATE, short())
    fault.assert_logged("processor", "exiting: partition")
    run.wait_for(run.lines, seconds=180)
    fault.assert_nothing_lost_or_doubled()
    assert len(forgotten.rows()) == forgotten.lines + run.lines


def test_an_older_copy_of_kafkas_volume_is_refused(stack: Stack, copies: Copies) -> None:
    """Replaced while the processor runs or before its start: refused until the newer volume is back."""
    fault = Fault(stack, "Kafka restored from an older copy")
    older = copies.take("kafka")
    begin(stack, 0, short()).assert_each_line_arrived_once()
    newer = copies.take("kafka")
    before = stack.sql(PROGRESS)
    with stack.frozen("processor"):
        copies.restore("kafka", older)
        begin(stack, 0)
        wait_until(lambda: assert_succeeded(stack))
        fault.struck()
    fault.assert_logged("processor", "is not the one in the view: the topic is another copy")
    copies.restore("kafka", older)
    fault.struck()
    stack.compose("restart", "processor")
    fault.assert_logged("processor", "the topic is an older copy. Restore a newer one")
    assert stack.sql(PROGRESS) == before
    copies.restore("kafka", newer)
    fault.ended()
    stack.compose("restart", "processor")
    fault.assert_survived(begin(stack, RATE, short()))
