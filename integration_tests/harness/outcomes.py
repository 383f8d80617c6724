"""What each fault did to the stack: a row of the table that a run of the faults ends with."""

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
    """A fault that struck so many times, and what the oracle found after it."""

    fault: str
    times: int
    compared: int
    lost: int
    doubled: int
    seconds: float

    def cells(self) -> tuple[str, ...]:
        """Return the row as a person reads it."""
        counts = (f"{number:,}" for number in self[1:5])
        return (self.fault, *counts, f"{self.seconds:.1f}")


OUTCOMES: list[Outcome] = []
"""Those of this run, in their order."""


@dataclass
class Fault:
    """A fault that a test injects into a stack, counted each time."""

    stack: Stack
    name: str
    times: int = 0
    _begins: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat())
    _since: float = field(default_factory=time.monotonic)

    def struck(self) -> None:
        """Count it and start the clock."""
        self.times += 1
        self.ended()

    def ended(self) -> None:
        """Restart the clock where a fault that lasted ends."""
        self._since = time.monotonic()

    def assert_said(self, service: str, text: str, seconds: float = 180) -> None:
        """Wait until the service has said this since the test began."""

        def check() -> None:
            assert text in self.stack.logs(service, since=self._begins)

        wait_until(check, seconds)

    def assert_survived(self, run: Run, seconds: float = 180, *, rejects: int = 0) -> None:
        """Wait for the run's last line, which then stands in a table once, as does every other message."""
        run.assert_each_line_arrived_once(seconds, rejects=rejects)
        self.assert_nothing_lost_or_doubled(sales=run.sales)

    def assert_nothing_lost_or_doubled(
        self, seconds: float = 180, *, sales: Mapping[int, Collection[Line]] | None = None, has_grown: bool = False
    ) -> None:
        """Wait until no message is left unread, ask the oracle and note the outcome."""
        wait_until(lambda: assert_caught_up(self.stack), seconds)
        took = time.monotonic() - self._since
        found = verdict(self.stack, sales, has_grown=has_grown)
        note(Outcome(self.name, self.times, found.compared, found.lost, found.doubled, took))
        assert self.times > 0
        assert list(found.wrong) == []


def note(outcome: Outcome) -> None:
    """Add a row to the table, also to the one in reports/: a run that is broken off leaves what it found."""
    OUTCOMES.append(outcome)
    TABLE.write_text("\n".join(table()) + "\n", encoding="utf-8")


def table() -> Iterator[str]:
    """Yield the lines of the table, as Markdown that is aligned for a terminal too."""
    rows = [HEADER, *(outcome.cells() for outcome in OUTCOMES)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"| {row[0]:<{widths[0]}} | {' | '.join(map(str.rjust, row[1:], widths[1:]))} |" for row in rows]
    yield lines[0]
    yield f"| {'-' * widths[0]} | {' | '.join('-' * (width - 1) + ':' for width in widths[1:])} |"
    yield from lines[1:]
