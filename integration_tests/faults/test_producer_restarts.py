"""The producer is killed, loses its volume, or finds more partitions, while it sends a file that shares lines."""

from collections.abc import Collection

import pytest

from harness.commands import run_script
from harness.outcomes import Fault
from harness.sample import Line, first, sales
from harness.stack import NAME, TOPIC, Stack, docker, kill, wait_until
from harness.streaming import (
    Run,
    Workbook,
    assert_healthy,
    assert_sent,
    assert_succeeded,
    further,
    send,
    stream,
    written,
)

RATE = 400  # rows per second: restarts take a second or two
BEFORE, LINES = 2_000, 5_000  # of the file that was streamed first, and of both together
SHARED = 1_000


def begin_second(stack: Stack) -> tuple[Run, Workbook, Collection[Line]]:
    """Stream a file, start another one that shares lines with it; return the run, the second file, and all sales."""
    run, lines = further(stack), first(LINES)
    before, after = lines[:BEFORE], lines[BEFORE - SHARED :]
    stream(run, written("before", before))
    second = written("second", after)
    send(run, RATE, second)
    return run, second, sales(before, after)


def assert_each_sale_once(fault: Fault, run: Run, expected: Collection[Line], *, has_grown: bool = False) -> None:
    """Wait for the end; then each sale must have been sent and stored once."""
    wait_until(lambda: assert_succeeded(run.stack))
    assert run.sent() == len(expected)
    fault.assert_nothing_lost_or_doubled(sales={run.number: expected}, has_grown=has_grown)


def test_killed_at_five_places(stack: Stack) -> None:
    """SIGKILL at five places of the second file: no sale is missing, none is sent twice."""
    fault = Fault(stack, "producer killed in a second file")
    run, _, expected = begin_second(stack)
    reached = BEFORE
    for more in (1, 300, 300, 300, 300):  # each time it has restarted and sent some
        wait_until(lambda least=reached + more: assert_sent(run, least))  # type: ignore[misc]
        kill(stack.container("producer"))
        fault.struck()
        reached = run.sent()
    assert_each_sale_once(fault, run, expected)
    assert stack.container("producer")["RestartCount"] == 5


def test_its_volume_is_removed(stack: Stack) -> None:
    """Without its volume the producer reads the topic and sends the missing sales."""
    fault = Fault(stack, "the producer's volume removed")
    run, second, expected = begin_second(stack)
    wait_until(lambda: assert_sent(run, BEFORE + 1_000))
    kill(stack.container("producer"))
    stack.compose("rm", "--stop", "--force", "producer", "dashboard")  # both have it
    docker("volume", "rm", f"{NAME}_producer")
    fault.struck()
    stack.up("dashboard")
    send(run, 0, second)
    assert_each_sale_once(fault, run, expected)


@pytest.mark.parametrize("is_killed", [pytest.param(False, marks=pytest.mark.thorough), True])
def test_more_partitions_in_mid_stream(spent: Stack, is_killed: bool) -> None:
    """Four partitions become eight: the producer continues, the processor refuses, and its remedy works."""
    fault = Fault(spent, f"eight partitions instead of four{', producer killed' * is_killed}")
    run, _, expected = begin_second(spent)
    wait_until(lambda: assert_sent(run, BEFORE + 500))
    tool = ("/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "kafka:9092")
    spent.compose("exec", "-T", "kafka", *tool, "--alter", "--topic", TOPIC, "--partitions", "8")
    fault.struck()
    if is_killed:
        kill(spent.container("producer"))
    fault.assert_logged("processor", "The view in MariaDB has 4 partitions, the topic 8")
    wait_until(lambda: assert_succeeded(spent))
    # The topic holds all that the tests before have sent, and of rejects more than the limit.
    spent.up("processor", MAX_ROWS_PER_BATCH="50000", MAX_REJECTED_PERCENT="100")
    run_script(spent, "rebuild")
    wait_until(lambda: assert_healthy(spent), seconds=120)
    fault.ended()
    assert_each_sale_once(fault, run, expected, has_grown=True)
