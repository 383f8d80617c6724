"""The stack that the tests share."""

from dataclasses import dataclass

from harness.stack import PARTITIONS, Offsets, Stack, wait_until
from harness.streaming import LINES, Run, assert_healthy, assert_succeeded

# Many small micro-batches: the model gets many generations, and a crash hits a batch at work.
SETTINGS = {"MAX_ROWS_PER_BATCH": "2000", "SEED_LINES": "1000", "SEED_SECONDS": "60"}


@dataclass
class Shared:
    """The stack that the tests share; after a test that ruins it the next one gets a new stack."""

    stack: Stack
    sample_ends: Offsets | None = None

    def ready(self) -> Stack:
        """Return the stack, started and with the sample's first run in it."""
        if self.sample_ends is None:
            self.stack.down()
            self.stack.up()
            Run(self.stack, 1, dict.fromkeys(range(PARTITIONS), 0)).wait_for(LINES, seconds=120)
            wait_until(lambda: assert_succeeded(self.stack))
            wait_until(lambda: assert_healthy(self.stack))
            self.sample_ends = self.stack.end_offsets()
        return self.stack

    def spend(self) -> None:
        """Give the next test a new stack."""
        self.sample_ends = None
