"""How the services' programs end: with a user error, and at SIGTERM."""

import logging
import os
import signal
import sys
import threading

from common import heartbeat
from common.errors import EXIT_CODE, UserError


def exit_at_sigterm() -> None:
    """Let SIGTERM end the process with code 0 at any point; for phases without unfinished work."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def stop_requested() -> threading.Event:
    """Return an event that SIGTERM, or Ctrl-C, sets from now on."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def report(log: logging.Logger, error: UserError) -> int:
    """Log a user error; return its exit code."""
    log.error("%s", error)
    return EXIT_CODE


def report_and_hold(log: logging.Logger, error: UserError) -> int:
    """Log a user error; return its exit code. With ON_USER_ERROR=hold, wait for SIGTERM first, unhealthy.

    A restart would only repeat the error; `docker compose ps` shows the container as unhealthy.
    """
    code = report(log, error)
    heartbeat.stop()
    if os.environ.get("ON_USER_ERROR") == "hold":
        stop_requested().wait()
    return code
