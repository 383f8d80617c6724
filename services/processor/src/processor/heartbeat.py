"""A file that is touched while all is well; run as a program it is the container's health check."""

import sys
import time
from pathlib import Path

FILE = Path("/tmp/heartbeat")  # noqa: S108 - the container's own, in memory
MAX_AGE = 60  # seconds: Spark starts in ten, on a busy machine in more


def beat() -> None:
    """Say that all is well now."""
    FILE.touch()


def stop() -> None:
    """Say that nothing is well from now on."""
    FILE.unlink(missing_ok=True)


def check() -> int:
    """Return 0 where the last beat is recent, else 1."""
    try:
        age = time.time() - FILE.stat().st_mtime
    except FileNotFoundError:
        sys.stderr.write("no heartbeat: the log says why\n")
        return 1
    sys.stderr.write(f"last heartbeat {age:.0f} s ago\n")
    return int(age > MAX_AGE)


if __name__ == "__main__":
    sys.exit(check())
