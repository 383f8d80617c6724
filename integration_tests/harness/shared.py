"""The stack that the tests share."""

from dataclasses import dataclass

from harness.stack import PARTITIONS, Offsets, Stack, wait_until
from harness.streaming import LINES, Run, assert_ended_well, assert_healthy

# Many small micro-batches, so that the model has many generations and a crash finds one at work.
SETTINGS = {"MAX_ROWS_PER_BATCH": "2000", "SEED_LINES": "1000", "SEED_SECONDS": "60"}


@dataclass
class Shared:
    """The stack that the tests share; a test that ruins it says so, and the next one gets a new one."""

    stack: Stack
    sample_ends: Offsets | None = None

    def ready(self) -> Stack:
        """Return the stack, started and with the sample's first run in it."""
        if self.sample_ends is None:
            self.stack.down()
            self.stack.up()
            Run(self.stack, 1, dict.fromkeys(range(PARTITIONS), 0)).wait_for(LINES, seconds=120)
            wait_until(lambda: assert_ended_well(self.stack))
            wait_until(lambda: assert_healthy(self.stack))
            self.sample_ends = self.stack.end_offsets()
        return self.stack

    def spend(self) -> None:
        """Let the next test that asks have a new stack."""
        self.sample_ends = None
