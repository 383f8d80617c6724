"""SIGTERM: at once before the stream, with what is under way brought home while it runs."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("producer")


def exit_at_once() -> None:
    """Let SIGTERM end the process with code 0 wherever it stands, as nothing is half done before the stream."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


@contextmanager
def noticed() -> Iterator[threading.Event]:
    """Let SIGTERM set the event meanwhile."""
    stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGTERM, before)


def awaited() -> None:
    """Return when SIGTERM comes."""
    with noticed() as stop:
        stop.wait()
