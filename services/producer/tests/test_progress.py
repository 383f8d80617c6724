"""The progress that is shown while lines are sent."""

import json
import logging
from functools import partial
from pathlib import Path

import pytest

from producer import remaining
from producer.progress import Progress, describe


@pytest.mark.parametrize(
    ("sent", "seconds", "line"),
    [
        (500, 5.0, "500 of 2,000 rows (25%), 100 rows/s, 15 s left"),
        (0, 0.0, "0 of 2,000 rows (0%), 0 rows/s, time left unknown"),
    ],
)
def test_line(sent: int, seconds: float, line: str) -> None:
    """A line has the sent rows, rows per second, and the time left at that rate."""
    assert describe(sent, 2_000, seconds) == line


def test_a_line_every_few_seconds(caplog: pytest.LogCaptureFixture) -> None:
    """Without a terminal a line is logged every five seconds."""
    caplog.set_level(logging.INFO)
    clock = iter(range(100))
    with Progress(1_000, clock=lambda: next(clock)) as progress:
        for _ in range(10):
            progress.show(1)
    assert 1 <= len(caplog.records) <= 3


def test_the_rows_that_are_left_are_reported_every_second(tmp_path: Path) -> None:
    """At the start, while lines are sent, and at the end, also of a stop in between."""
    clock = iter(range(100))
    left: list[int] = []
    with Progress(10, left.append, clock=lambda: next(clock)) as progress:
        for _ in range(3):
            progress.show(2)
    assert left == [10, 8, 6, 4, 4]
    with Progress(7, partial(remaining.write, tmp_path, "a.csv")):
        assert json.loads((tmp_path / remaining.NAME).read_text())["rows"] == 7
    assert [path.name for path in tmp_path.iterdir()] == [remaining.NAME]
