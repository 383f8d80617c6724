"""The processor dies, or repeats itself, at chosen places of a micro-batch."""

import pytest
from outcomes import Fault
from sabotage import order, wait_until_carried_out
from stack import Stack, wait_until
from streaming import begin, short

RATE = 1_000  # rows per second: several micro-batches before and after the one that is struck
MID_STREAM = 2_000


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
    """SIGKILL at this place: the processor restarts, and the batch's lines stand in the tables once."""
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

    def assert_said() -> None:
        assert "lines had been committed before" in stack.logs("processor")

    wait_until(assert_said)


def test_a_batch_that_mariadb_would_alter_is_rolled_back(stack_with_faults: Stack) -> None:
    """What the load would cut off ends the processor with a sentence; after the restart every text is whole."""
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
    assert "Data too long for column 'Description'" in stack.logs("processor")
