"""Kafka down, or frozen, while lines stream."""

import time

import pytest

from harness.outcomes import Fault
from harness.stack import Stack
from harness.streaming import begin, short

RATE = 500
MID_STREAM = 1_000

pytestmark = pytest.mark.thorough


def test_kafka_gone_for_a_minute(stack: Stack) -> None:
    """Kafka is stopped for 60 s: the producer waits, the processor waits or restarts, and both continue."""
    fault = Fault(stack, "Kafka gone for 60 s")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    stack.compose("stop", "kafka")
    fault.struck()
    time.sleep(60)
    stack.compose("start", "kafka")
    fault.ended()
    fault.assert_survived(run)
    assert stack.container("producer")["RestartCount"] == 0


def test_kafka_silent_for_a_while(stack: Stack) -> None:
    """Kafka's process is frozen for 30 s, its connections open: the stream continues."""
    fault = Fault(stack, "Kafka frozen for 30 s")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with stack.frozen("kafka"):
        fault.struck()
        time.sleep(30)
    fault.ended()
    fault.assert_survived(run)
