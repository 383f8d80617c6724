"""How the services' programs end: at a user's error, and at SIGTERM."""

import logging
import os
import signal
import sys
import threading

from common import heartbeat
from common.errors import EXIT_CODE, UserError


def exit_at_sigterm() -> None:
    """Let SIGTERM end the process with code 0 wherever it stands, for as long as nothing is half done."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def stop_requested() -> threading.Event:
    """Return an event that SIGTERM, or Ctrl-C, sets from now on."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def report(log: logging.Logger, error: UserError) -> int:
    """Log a user's error; return its exit code."""
    log.error("%s", error)
    return EXIT_CODE


def report_and_hold(log: logging.Logger, error: UserError) -> int:
    """Log a user's error; return its exit code, with ON_USER_ERROR=hold not before SIGTERM and unhealthy meanwhile.

    A restart would only repeat the error, and `docker compose ps` shows it so.
    """
    code = report(log, error)
    heartbeat.stop()
    if os.environ.get("ON_USER_ERROR") == "hold":
        stop_requested().wait()
    return code
