"""Processes killed and stopped from outside: all of them restart, and every line arrives once."""

import os
import random
import time

import pytest

from harness.outcomes import Fault
from harness.stack import Stack, kill, wait_until
from harness.streaming import assert_healthy, assert_sent, assert_succeeded, begin, send, short

RATE = 1_000  # rows per second: the short workbook takes five seconds, long enough to be interrupted
MID_STREAM = 2_000  # lines that have arrived by then

TARGETS = ("processor", "producer", "kafka", "mariadb")
KILLS_OF_EACH = 5
SLOW = 110  # rows per second: the sample takes three minutes, longer than the kills
PAUSES = (1.5, 5.0)  # seconds between two kills


def test_a_killed_producer_resumes_where_the_topic_ends(stack: Stack) -> None:
    """SIGKILL of the producer in mid-stream: it restarts, no row is missing, none is sent twice."""
    fault = Fault(stack, "producer killed")
    run = begin(stack, RATE, short())
    wait_until(lambda: assert_sent(run, MID_STREAM))  # the processor may still be starting
    kill(stack.container("producer"))
    fault.struck()
    fault.assert_survived(run)
    assert stack.container("producer")["RestartCount"] >= 1
    wait_until(lambda: assert_succeeded(stack))


def test_a_killed_processor_resumes_where_the_database_ends(stack: Stack) -> None:
    """SIGKILL of the processor in mid-stream: it restarts, no row is missing or stored twice."""
    fault = Fault(stack, "processor killed")
    before = stack.container("processor")["RestartCount"]
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    kill(stack.container("processor"))
    fault.struck()
    fault.assert_survived(run)
    assert stack.container("processor")["RestartCount"] == before + 1
    wait_until(lambda: assert_healthy(stack), seconds=120)


def test_stopped_in_mid_stream_both_end_with_code_0(stack: Stack) -> None:
    """SIGTERM of producer and processor in mid-stream: exit code 0, and the next start continues."""
    fault = Fault(stack, "producer and processor stopped")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    stack.compose("stop", "producer", "processor")
    fault.struck()
    assert_succeeded(stack, "producer")
    assert_succeeded(stack, "processor")
    assert len(run.rows()) < run.lines
    send(run, RATE, short())
    stack.up("processor")
    fault.assert_survived(run)


@pytest.mark.thorough
def test_random_kills_of_everything(stack: Stack) -> None:
    """Twenty kills in random order at random times while lines stream; FAULT_SEED repeats an order."""
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"FAULT_SEED={seed}")  # for the report of a failure; the table has it too
    dice = random.Random(seed)  # noqa: S311 - a test that can be repeated
    fault = Fault(stack, f"random kills (FAULT_SEED={seed})")
    run = begin(stack, SLOW)
    for service in dice.sample(TARGETS * KILLS_OF_EACH, len(TARGETS) * KILLS_OF_EACH):
        time.sleep(dice.uniform(*PAUSES))
        wait_until(lambda service=service: kill(stack.container(service)))  # type: ignore[misc]
        fault.struck()
    assert len(wait_until(run.rows)) < run.lines  # MariaDB may still be down
    send(run, rows_per_second=0)
    fault.assert_survived(run)
    wait_until(lambda: assert_healthy(stack), seconds=120)
