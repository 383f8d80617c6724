"""How programs end: separate processes, as they run in a container."""

import re
import signal
import subprocess
import sys

import pytest

from common import heartbeat
from common.errors import EXIT_CODE

FAILING = """
import logging
import sys
from common import heartbeat, logs, program
from common.errors import UserError
logs.to_stderr({"noisy": logging.ERROR})
program.exit_at_sigterm()
heartbeat.beat()
logging.getLogger("noisy").warning("noise")
sys.exit(program.report_and_hold(logging.getLogger("service"), UserError("CLUSTERS='abc': 2 to 100")))
"""
WAITING = """
import sys, time
from common import program
program.exit_at_sigterm()
print("ready", file=sys.stderr, flush=True)
time.sleep(60)
"""
PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ERROR   service: CLUSTERS='abc': 2 to 100\n"


def started(program: str) -> subprocess.Popen[str]:
    """Start a program in a separate process."""
    return subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("value", [None, "", "exit"])
def test_a_user_error_ends_the_program(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged in one line, without a traceback, and has its own exit code."""
    if value is not None:
        monkeypatch.setenv("ON_USER_ERROR", value)
    with started(FAILING) as process:
        _, errors = process.communicate(timeout=30)
    assert process.returncode == EXIT_CODE
    assert re.fullmatch(PATTERN, errors)


def test_a_user_error_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ON_USER_ERROR=hold the program stays up, without a heartbeat, and ends with the code at SIGTERM."""
    monkeypatch.setenv("ON_USER_ERROR", "hold")
    with started(FAILING) as process:
        assert process.stderr is not None
        assert re.fullmatch(PATTERN, process.stderr.readline())
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        assert not heartbeat.FILE.exists()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == EXIT_CODE


def test_sigterm_ends_a_program_at_once() -> None:
    """Without unfinished work the program exits with 0."""
    with started(WAITING) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
