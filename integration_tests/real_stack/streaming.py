"""The sample, streamed: what a run of the producer is, and what must have become of its lines."""

from collections import Counter
from dataclasses import dataclass

from stack import Offsets, Stack, wait_until, where

LINES, BRITISH, OTHER = 20_000, 18_208, 1_792


@dataclass(frozen=True)
class Run:
    """A run of the sample through the stack: its number, and where the topic ended before it."""

    stack: Stack
    number: int
    begins: Offsets

    def rows(self) -> list[int]:
        """Return the workbook's rows that have arrived from it, one for each line in a table."""
        return [row for (row,) in self.stack.sql(
            f"SELECT source_row FROM British_Online_Retail WHERE {where(self.begins)}"  # noqa: S608 - own numbers
            f" UNION ALL SELECT source_row FROM Other_Online_Retail WHERE {where(self.begins)}"
        )]  # fmt: skip

    def wait_for(self, lines: int, seconds: float = 60) -> None:
        """Wait until at least so many lines have arrived."""

        def check() -> None:
            assert len(self.rows()) >= lines

        wait_until(check, seconds)

    def assert_each_line_arrived_once(self, seconds: float = 90) -> None:
        """Wait for the last line; then each of the sample's rows stands in a table once, and the books are even."""
        self.wait_for(LINES, seconds)
        assert Counter(self.rows()) == Counter(range(1, LINES + 1))
        assert {difference for (difference,) in self.stack.sql("SELECT difference FROM Reconciliation")} == {0}
        rejected = f"SELECT * FROM Rejected_Online_Retail WHERE {where(self.begins)}"  # noqa: S608
        assert self.stack.sql(rejected) == []


def begin(stack: Stack, rows_per_second: int) -> Run:
    """Start the producer on a further run of the sample; what runs beside it stays as it is."""
    ((number,),) = stack.sql("SELECT MAX(run) + 1 FROM Stream_Sources")
    run = Run(stack, int(number), stack.end_offsets())
    stack.up("producer", RUN=str(number), ROWS_PER_SECOND=str(rows_per_second))
    return run


def assert_ended_well(stack: Stack, service: str = "producer") -> None:
    """Raise unless the service has ended with exit code 0."""
    state = stack.state(service)
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


def assert_healthy(stack: Stack, service: str = "processor") -> None:
    """Raise unless each container of the service is healthy."""
    assert {container["State"]["Health"]["Status"] for container in stack.containers(service)} == {"healthy"}
