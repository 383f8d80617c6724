"""Crashes and stops in mid-stream: everything comes back by itself, and every line arrives once."""

from collections.abc import Iterator

import pytest
from stack import Stack, kill, wait_until
from streaming import assert_ended_well, assert_healthy, begin

RATE = 2_500  # rows per second: the sample takes eight seconds, long enough to be interrupted
MID_STREAM = 5_000  # lines that have arrived by then


def assert_restarted(stack: Stack, service: str) -> None:
    """Raise unless the service's container has been restarted by the engine."""
    assert sum(container["RestartCount"] for container in stack.containers(service)) >= 1


def test_a_killed_producer_goes_on_where_the_topic_ends(stack: Stack) -> None:
    """SIGKILL of the producer in mid-stream: it restarts, no row is missing or doubled, none is even sent twice."""
    run = begin(stack, RATE)
    run.wait_for(MID_STREAM)
    kill(stack.container("producer"))
    run.assert_each_line_arrived_once()
    assert_restarted(stack, "producer")
    wait_until(lambda: assert_ended_well(stack))


def test_a_killed_processor_goes_on_where_the_database_ends(stack: Stack) -> None:
    """SIGKILL of the processor in mid-stream: it restarts, no row is missing or doubled."""
    before = stack.container("processor")["RestartCount"]
    run = begin(stack, RATE)
    run.wait_for(MID_STREAM)
    kill(stack.container("processor"))
    run.assert_each_line_arrived_once()
    assert stack.container("processor")["RestartCount"] == before + 1
    wait_until(lambda: assert_healthy(stack))


def test_a_stopped_processor_ends_with_code_0(stack: Stack) -> None:
    """SIGTERM of the processor in mid-stream: it ends with exit code 0, and the next start goes on."""
    run = begin(stack, RATE)
    run.wait_for(MID_STREAM)
    stack.compose("stop", "processor")
    assert_ended_well(stack, "processor")
    stack.up("processor")
    run.assert_each_line_arrived_once()


@pytest.fixture
def twin_processors(stack: Stack) -> Iterator[Stack]:
    """A second processor beside the first, started by accident."""
    scale(stack, 2)
    yield stack
    scale(stack, 1)


def scale(stack: Stack, count: int) -> None:
    """Run so many processors and wait until they are healthy."""
    alone = ("--no-build", "--no-deps", "--no-recreate")
    stack.compose("up", "--detach", *alone, "--scale", f"processor={count}", "processor")
    wait_until(lambda: assert_healthy(stack))


def test_two_processors_double_nothing(twin_processors: Stack) -> None:
    """Of two processors at once one is killed in mid-stream; the other goes on, no row is missing or doubled."""
    run = begin(twin_processors, RATE)
    run.wait_for(MID_STREAM)
    survivor, victim = twin_processors.containers("processor")
    kill(victim)
    run.assert_each_line_arrived_once()
    after = {container["Id"]: container["RestartCount"] for container in twin_processors.containers("processor")}
    assert after == {survivor["Id"]: survivor["RestartCount"], victim["Id"]: victim["RestartCount"] + 1}
