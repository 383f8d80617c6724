"""SIGTERM while the stream runs: what is under way is brought home first."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("producer")

GRACE = 15
"""Seconds for what is under way; the engine kills after 30 s."""


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
    log.warning("stopped before Kafka acknowledged the last lines; the next start sends what is missing")
    os._exit(0)  # closing the clients would wait for Kafka again
