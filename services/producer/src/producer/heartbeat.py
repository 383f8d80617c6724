"""A file whose age says whether the producer is alive: the container's health check."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = Path("/tmp/heartbeat")  # noqa: S108 - a tmpfs of the container's own
LIMIT = 30.0
"""Seconds without a beat after which the producer counts as stuck."""


def beat() -> None:
    """Say that the producer is alive."""
    FILE.touch()


def stop() -> None:
    """Say that it is not: the health check fails from now on."""
    FILE.unlink(missing_ok=True)


@contextmanager
def beating(seconds: float = 5.0) -> Iterator[None]:
    """Beat from a thread meanwhile: reading a sheet is a single call of some seconds that nothing can interrupt."""
    over = threading.Event()

    def tick() -> None:
        beat()
        while not over.wait(seconds):
            beat()

    thread = threading.Thread(target=tick, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def complaint(file: Path, now: float) -> str | None:
    """Return what is wrong with the heartbeat, or None; `now` in seconds since the epoch."""
    try:
        age = now - file.stat().st_mtime
    except FileNotFoundError:
        return "no heartbeat: the producer is not at work; its log says why"
    return f"the last heartbeat is {age:.0f} s old: the producer is stuck" if age > LIMIT else None


if __name__ == "__main__":
    sys.exit(complaint(FILE, time.time()))
