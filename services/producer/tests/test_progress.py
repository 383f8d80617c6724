"""What a person sees while lines are sent, and what the health check says."""

import logging
from pathlib import Path

import pytest

from producer import heartbeat
from producer.progress import Progress, describe


@pytest.mark.parametrize(
    ("sent", "seconds", "line"),
    [
        (500, 5.0, "500 of 2,000 rows (25%), 100 rows/s, 15 s left"),
        (0, 0.0, "0 of 2,000 rows (0%), 0 rows/s, time left unknown"),
    ],
)
def test_line(sent: int, seconds: float, line: str) -> None:
    """A line has the rows that are sent, rows per second, and the time that is left at that rate."""
    assert describe(sent, 2_000, seconds) == line


def test_a_line_every_few_seconds(caplog: pytest.LogCaptureFixture) -> None:
    """Without a terminal a line is logged every five seconds, not more often."""
    caplog.set_level(logging.INFO)
    clock = iter(range(100))
    with Progress(1_000, clock=lambda: next(clock)) as progress:
        for _ in range(10):
            progress.show(1)
    assert 1 <= len(caplog.records) <= 3


@pytest.mark.parametrize(("age", "sentence"), [(0.0, None), (29.9, None), (31.0, "the last heartbeat is 31 s old")])
def test_heartbeat(tmp_path: Path, age: float, sentence: str | None) -> None:
    """A heartbeat older than 30 s is a stuck producer."""
    file = tmp_path / "heartbeat"
    file.touch()
    found = heartbeat.complaint(file, file.stat().st_mtime + age)
    assert found is None if sentence is None else found is not None and found.startswith(sentence)


def test_no_heartbeat(tmp_path: Path) -> None:
    """Without the file the producer is not at work."""
    assert heartbeat.complaint(tmp_path / "none", 0.0) is not None
