"""The stack stops and starts: nothing is sent or written twice."""

import time

from harness.stack import Stack, wait_until
from harness.streaming import assert_healthy, assert_succeeded, begin

COUNTS = "SELECT lines_read, british, other, rejected FROM Reconciliation WHERE kafka_partition = 'all'"
BATCHES = "SELECT last_batch, generation FROM Stream_State"
# Most of it for Spark's start, beside other rings; streaming the sample again would leave lines in the topic.
QUICK = 90  # seconds


def test_down_and_up_again_sends_and_writes_nothing(stack: Stack) -> None:
    """After down and up no message and no line is added, and the producer logs why."""
    before = stack.end_offsets(), stack.sql(COUNTS), stack.sql(BATCHES)
    stack.down(volumes=False)
    stack.up()
    began = time.monotonic()
    wait_until(lambda: assert_succeeded(stack), QUICK)
    wait_until(lambda: assert_healthy(stack), QUICK)
    assert time.monotonic() - began < QUICK
    assert "sample.xlsx: 20,000 lines, all streamed before: nothing to stream; RUN=" in stack.logs("producer")
    assert (stack.end_offsets(), stack.sql(COUNTS), stack.sql(BATCHES)) == before


def test_a_further_run_streams_every_line_again(stack: Stack) -> None:
    """With the next RUN the same workbook is streamed once more, and every line is new."""
    run = begin(stack, rows_per_second=0)
    run.assert_each_line_arrived_once()
    wait_until(lambda: assert_succeeded(stack))
    assert f"RUN={run.number}" in stack.container("producer")["Config"]["Env"]
