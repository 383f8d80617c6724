"""The outcome of each fault: a row of the table that the ring `faults` prints at its end."""

import datetime as dt
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.sample import Line
from harness.stack import REPORTS, Stack, wait_until
from harness.streaming import Run, assert_caught_up
from harness.verdict import verdict

TABLE = REPORTS / "faults.md"
HEADER = ("fault", "times", "rows compared", "lost", "doubled", "seconds until caught up")


class Outcome(NamedTuple):
    """How often a fault struck, and what the oracle found after it."""

    fault: str
    times: int
    compared: int
    lost: int
    doubled: int
    seconds: float

    def cells(self) -> tuple[str, ...]:
        """Return the row, formatted."""
        counts = (f"{number:,}" for number in self[1:5])
        return (self.fault, *counts, f"{self.seconds:.1f}")


OUTCOMES: list[Outcome] = []
"""Those of this run, in order."""


@dataclass
class Fault:
    """A fault that a test injects into a stack, counted each time."""

    stack: Stack
    name: str
    times: int = 0
    _begins: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat())
    _since: float = field(default_factory=time.monotonic)

    def struck(self) -> None:
        """Count the fault and start the clock."""
        self.times += 1
        self.ended()

    def ended(self) -> None:
        """Restart the clock at the end of a lasting fault."""
        self._since = time.monotonic()

    def assert_logged(self, service: str, text: str, seconds: float = 180) -> None:
        """Wait until the service has logged this since the start of the test."""

        def check() -> None:
            assert text in self.stack.logs(service, since=self._begins)

        wait_until(check, seconds)

    def assert_survived(self, run: Run, seconds: float = 180, *, rejects: int = 0) -> None:
        """Wait for the run's last line; then every message must be in a table once."""
        run.assert_each_line_arrived_once(seconds, rejects=rejects)
        self.assert_nothing_lost_or_doubled(sales=run.sales)

    def assert_nothing_lost_or_doubled(
        self, seconds: float = 180, *, sales: Mapping[int, Collection[Line]] | None = None, has_grown: bool = False
    ) -> None:
        """Wait until every message is read, run the oracle and record the outcome."""
        wait_until(lambda: assert_caught_up(self.stack), seconds)
        took = time.monotonic() - self._since
        found = verdict(self.stack, sales, has_grown=has_grown)
        note(Outcome(self.name, self.times, found.compared, found.lost, found.doubled, took))
        assert self.times > 0
        assert list(found.wrong) == []


def note(outcome: Outcome) -> None:
    """Add a row to the table and to its copy in reports/, which an interrupted run leaves behind."""
    OUTCOMES.append(outcome)
    TABLE.write_text("\n".join(table()) + "\n", encoding="utf-8")


def table() -> Iterator[str]:
    """Yield the lines of the table, as Markdown, aligned for a terminal."""
    rows = [HEADER, *(outcome.cells() for outcome in OUTCOMES)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"| {row[0]:<{widths[0]}} | {' | '.join(map(str.rjust, row[1:], widths[1:]))} |" for row in rows]
    yield lines[0]
    yield f"| {'-' * widths[0]} | {' | '.join('-' * (width - 1) + ':' for width in widths[1:])} |"
    yield from lines[1:]
