"""Containers removed, volumes restored from older copies: only the servers' volumes matter, and both are checked."""

from collections.abc import Iterator

import pytest
from outcomes import Fault
from stack import NAME, Stack, docker, wait_until
from streaming import assert_healthy, begin, send, short
from volumes import Copies

RATE = 1_000
MID_STREAM = 2_000
REFUSAL = "the topic is an older copy. Restore a newer one"


def remove(stack: Stack, *services: str) -> None:
    """Remove containers as they stand."""
    docker("rm", "--force", *(container["Id"] for container in stack.containers(*services)))


def test_the_processors_container_removed_in_mid_stream(stack: Stack) -> None:
    """A new container of the processor goes on where the database ends: its own held nothing."""
    fault = Fault(stack, "processor's container removed")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    remove(stack, "processor")
    fault.struck()
    stack.up("processor")
    fault.assert_survived(run)


@pytest.mark.thorough
def test_all_removed_but_the_servers_volumes(stack: Stack) -> None:
    """All containers and the producer's volume are removed in mid-stream: the next start goes on."""
    fault = Fault(stack, "all but the servers' volumes removed")
    run = begin(stack, RATE // 2, short())
    run.wait_for(MID_STREAM // 2)
    remove(stack)
    docker("volume", "rm", f"{NAME}_producer")
    fault.struck()
    stack.compose("up", "--detach", "--no-build", "--scale", "producer=0")
    send(run, RATE, short())
    fault.assert_survived(run)
    assert sum(stack.end_offsets().values()) - sum(run.begins.values()) == run.lines
    wait_until(lambda: assert_healthy(stack))


@pytest.fixture
def mariadbs(stack: Stack) -> Iterator[Copies]:
    """Copies of MariaDB's volume."""
    copies = Copies(stack, "mariadb")
    yield copies
    copies.remove()


@pytest.fixture
def kafkas(stack: Stack) -> Iterator[Copies]:
    """Copies of Kafka's volume."""
    copies = Copies(stack, "kafka")
    yield copies
    copies.remove()


@pytest.mark.thorough
def test_an_older_copy_of_mariadbs_volume_catches_up(stack: Stack, mariadbs: Copies) -> None:
    """MariaDB forgets a run behind the processor's back: it notices with the next batch, and reads the run again."""
    fault = Fault(stack, "MariaDB restored from an older copy")
    older = mariadbs.take()
    forgotten = begin(stack, 0, short())
    forgotten.assert_each_line_arrived_once()
    mariadbs.restore(older)
    fault.struck()
    assert forgotten.rows() == []
    run = begin(stack, RATE, short())
    fault.assert_said("processor", "gave up: partition")
    run.wait_for(run.lines)
    fault.assert_nothing_lost_or_doubled()
    assert len(forgotten.rows()) == forgotten.lines + run.lines


@pytest.mark.thorough
def test_an_older_copy_of_kafkas_volume_is_refused_at_the_start(stack: Stack, kafkas: Copies) -> None:
    """The topic lacks what the view holds: the processor says so and waits; with the newer copy back it goes on."""
    fault = Fault(stack, "Kafka restored from an older copy, at the start")
    older = kafkas.take()
    begin(stack, 0, short()).assert_each_line_arrived_once()
    newer = kafkas.take()
    stack.compose("stop", "processor")
    kafkas.restore(older)
    fault.struck()
    stack.compose("start", "processor")
    fault.assert_said("processor", REFUSAL)
    kafkas.restore(newer)
    fault.ended()
    stack.compose("restart", "processor")
    run = begin(stack, RATE, short())
    fault.assert_survived(run)


@pytest.mark.thorough
def test_an_older_copy_of_kafkas_volume_is_refused_in_mid_run(stack: Stack, kafkas: Copies) -> None:
    """The topic is exchanged under a running processor and filled again: no line of it gets into the view."""
    fault = Fault(stack, "Kafka restored from an older copy, in mid-run")
    older = kafkas.take()
    known = begin(stack, 0, short())
    known.assert_each_line_arrived_once()
    newer = kafkas.take()
    before = stack.sql("SELECT * FROM Stream_Progress")
    kafkas.restore(older)
    fault.struck()
    begin(stack, 0, short())
    fault.assert_said("processor", "Restore the right one")
    assert stack.sql("SELECT * FROM Stream_Progress") == before
    kafkas.restore(newer)
    fault.ended()
    stack.compose("restart", "processor")
    run = begin(stack, RATE, short())
    fault.assert_survived(run)
