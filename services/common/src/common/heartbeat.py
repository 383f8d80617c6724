"""A file that is touched while the program is healthy; run as a program, this is the container's health check.

    python -m common.heartbeat SECONDS

exits with 1 where the file is missing or older than SECONDS.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = Path("/tmp/heartbeat")  # noqa: S108 - the container's own, in memory


def beat() -> None:
    """Report the program as healthy now."""
    FILE.touch()


def stop() -> None:
    """Let the health check fail from now on."""
    FILE.unlink(missing_ok=True)


@contextmanager
def beating(seconds: float = 5.0) -> Iterator[None]:
    """Beat from a thread during calls that take long and cannot be interrupted."""
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


def problem(file: Path, now: float, limit: float) -> str | None:
    """Return what is wrong with the heartbeat, or None; `now` in seconds since the epoch, `limit` in seconds."""
    try:
        age = now - file.stat().st_mtime
    except FileNotFoundError:
        return "no heartbeat: see the log for the reason"
    return f"the last heartbeat is {age:.0f} s old: the program is stuck" if age > limit else None


if __name__ == "__main__":
    sys.exit(problem(FILE, time.time(), limit=float(sys.argv[1])))
