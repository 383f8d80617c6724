"""Runs of the producer, and checks of where their lines are."""

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import count as numbers
from pathlib import Path
from typing import NamedTuple

from harness.sample import Line, first
from harness.stack import REPORTS, ROOT, Offsets, Stack, wait_until, where

LINES, BRITISH, OTHER = 20_000, 18_208, 1_792


class Workbook(NamedTuple):
    """A folder with one workbook, and how many lines that has."""

    folder: Path
    lines: int


SAMPLE = Workbook(ROOT / "data", LINES)
NUMBERS = numbers(2)  # of further runs; counted here because a database restored from a copy forgets some


@cache
def made(count: int) -> Workbook:
    """Return a workbook of this many lines, the sample's repeated, in reports/."""
    return written(f"workbook-{count}", first(count))


def written(name: str, lines: Iterable[tuple[object, ...]]) -> Workbook:
    """Write a workbook, a csv file in a folder of that name, replacing an earlier one."""
    folder, rows = REPORTS / name, [*lines]
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Line._fields)
        writer.writerows(rows)
    return Workbook(folder, len(rows))


def short() -> Workbook:
    """Return the workbook of most fault tests: a few micro-batches."""
    return made(5_000)


@dataclass(frozen=True)
class Run:
    """A run of a workbook through the stack: its number, the topic's end offsets before it, its lines."""

    stack: Stack
    number: int
    begins: Offsets
    lines: int = LINES

    def rows(self) -> list[int]:
        """Return the workbook's rows that are in the tables, one for each line."""
        return [row for (row,) in self.stack.sql(
            f"SELECT source_row FROM British_Online_Retail WHERE {where(self.begins)}"  # noqa: S608 - own numbers
            f" UNION ALL SELECT source_row FROM Other_Online_Retail WHERE {where(self.begins)}"
        )]  # fmt: skip

    @property
    def sales(self) -> dict[int, list[Line]]:
        """The sales of the run, as the oracle takes them."""
        return {self.number: first(self.lines)}

    def sent(self) -> int:
        """Return how many messages the topic received since its start."""
        return sum(self.stack.end_offsets().values()) - sum(self.begins.values())

    def rejects(self) -> int:
        """Return how many messages were rejected since its start."""
        ((count,),) = self.stack.sql(f"SELECT COUNT(*) FROM Rejected_Online_Retail WHERE {where(self.begins)}")  # noqa: S608
        return int(count)

    def wait_for(self, lines: int, seconds: float = 120) -> None:
        """Wait until at least this many lines have arrived."""

        def check() -> None:
            assert len(self.rows()) >= lines

        wait_until(check, seconds)

    def assert_each_line_arrived_once(self, seconds: float = 180, *, rejects: int = 0) -> None:
        """Wait for the last line; then each of the workbook's rows must be in a table once, and counts reconcile."""
        self.wait_for(self.lines, seconds)
        wait_until(lambda: assert_caught_up(self.stack), seconds)
        assert Counter(self.rows()) == Counter(range(1, self.lines + 1))
        assert {difference for (difference,) in self.stack.sql("SELECT difference FROM Reconciliation")} == {0}
        assert self.rejects() == rejects


def begin(stack: Stack, rows_per_second: int, workbook: Workbook = SAMPLE) -> Run:
    """Start the producer on a further run of a workbook."""
    run = further(stack, workbook.lines)
    send(run, rows_per_second, workbook)
    return run


def further(stack: Stack, lines: int = 0) -> Run:
    """Return a further run, before anything of it is sent."""
    stack.compose("stop", "producer")  # after a failed test it may still be sending another
    return Run(stack, next(NUMBERS), stack.end_offsets(), lines)


def send(run: Run, rows_per_second: int, workbook: Workbook = SAMPLE) -> None:
    """Let the producer send a run, or what is left of it, at this rate."""
    rate, folder = str(rows_per_second), str(workbook.folder)
    run.stack.up("producer", RUN=str(run.number), ROWS_PER_SECOND=rate, DATA_DIR=folder)


def stream(run: Run, workbook: Workbook) -> str:
    """Let the producer send what is missing of a workbook, wait for its end, and return its log."""
    began = dt.datetime.now(dt.UTC).isoformat()
    run.stack.compose("rm", "--stop", "--force", "producer")  # an earlier container may still show exit code 0
    send(run, 0, workbook)
    wait_until(lambda: assert_succeeded(run.stack))
    return run.stack.logs("producer", since=began)


def assert_sent(run: Run, messages: int) -> None:
    """Raise unless this many messages of a run are in the topic."""
    assert run.sent() >= messages


def assert_caught_up(stack: Stack) -> None:
    """Raise unless every message of the topic is in the view."""
    assert stack.lag() == 0


def assert_succeeded(stack: Stack, service: str = "producer") -> None:
    """Raise unless the service has ended with exit code 0."""
    state = stack.state(service)
    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


def assert_healthy(stack: Stack, service: str = "processor") -> None:
    """Raise unless each container of the service is healthy."""
    assert {container["State"]["Health"]["Status"] for container in stack.containers(service)} == {"healthy"}
