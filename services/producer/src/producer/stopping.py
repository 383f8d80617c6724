"""SIGTERM: at once before and after the stream, with what is under way brought home while it runs."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("producer")

GRACE = 15
"""Seconds for what is under way; the engine kills after 30 s."""


def exit_at_once() -> None:
    """Let SIGTERM end the process with code 0 wherever it stands, as nothing is half done before the stream."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


@contextmanager
def noticed() -> Iterator[threading.Event]:
    """Let SIGTERM set the event meanwhile; where nobody has come to an end GRACE seconds later, leave with code 0."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        stop.set()
        signal.alarm(GRACE)

    before = signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGALRM, _leave)
    try:
        yield stop
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGTERM, before)


def _leave(*_: object) -> None:
    log.warning("Kafka has not acknowledged the last lines: stopped; the next start sends what is missing.")
    os._exit(0)  # closing the clients would wait for Kafka again


def awaited() -> None:
    """Return when SIGTERM comes."""
    with noticed() as stop:
        stop.wait()
