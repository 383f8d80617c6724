"""The heartbeat, as the health check sees it."""

import subprocess
import sys
from pathlib import Path

import pytest

from common import heartbeat

CHECK = [sys.executable, "-m", "common.heartbeat"]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the heartbeat, still missing."""
    monkeypatch.setattr(heartbeat, "FILE", tmp_path / "heartbeat")
    return tmp_path / "heartbeat"


@pytest.mark.parametrize(("age", "expected"), [(0.0, None), (29.9, None), (31.0, "the last heartbeat is 31 s old")])
def test_an_old_heartbeat_is_a_stuck_program(file: Path, age: float, expected: str | None) -> None:
    """A heartbeat older than the limit is a problem."""
    heartbeat.beat()
    found = heartbeat.problem(file, file.stat().st_mtime + age, limit=30)
    assert found is None if expected is None else found is not None and found.startswith(expected)


def test_no_heartbeat(file: Path) -> None:
    """Before the first beat, and after `stop`, the program is unhealthy."""
    assert heartbeat.problem(file, 0.0, limit=30) == "no heartbeat: see the log for the reason"
    heartbeat.beat()
    heartbeat.stop()
    assert heartbeat.problem(file, 0.0, limit=30) == "no heartbeat: see the log for the reason"


def test_a_thread_beats_meanwhile(file: Path) -> None:
    """Within `beating` there is a heartbeat, whatever the program does."""
    with heartbeat.beating(0.01):
        while not file.exists():
            pass
        file.unlink()
        while not file.exists():
            pass


def test_the_health_check_is_a_program() -> None:
    """It exits 1 and prints the reason without a recent heartbeat, else 0."""
    heartbeat.stop()
    done = subprocess.run([*CHECK, "30"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "no heartbeat: see the log for the reason\n")
    heartbeat.beat()
    assert subprocess.run([*CHECK, "30"], check=False).returncode == 0
    assert subprocess.run([*CHECK, "-1"], check=False).returncode == 1
    heartbeat.stop()
