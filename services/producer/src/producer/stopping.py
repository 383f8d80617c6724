"""Handles SIGTERM while lines are sent: what is in flight is acknowledged first."""

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger("producer")

GRACE = 15
"""Seconds for what is in flight; Docker kills the container after 30 s."""


@contextmanager
def sigterm_event() -> Iterator[threading.Event]:
    """Yield an event that SIGTERM sets; if the block has not ended GRACE seconds later, exit with code 0."""
    stop = threading.Event()

    def handle(*_: object) -> None:
        stop.set()
        signal.alarm(GRACE)

    before = signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGALRM, _exit)
    try:
        yield stop
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGTERM, before)


def _exit(*_: object) -> None:
    log.warning("stopped before Kafka acknowledged the last lines; the next start sends what is missing")
    os._exit(0)  # closing the clients would wait for Kafka again
