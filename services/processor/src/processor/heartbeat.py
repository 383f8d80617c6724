"""A file that is touched while all is well; run as a program it is the container's health check."""

import sys
import time
from pathlib import Path

FILE = Path("/tmp/heartbeat")  # noqa: S108 - the container's own, in memory
MAX_AGE = 30  # seconds


def beat() -> None:
    """Say that all is well now."""
    FILE.touch()


def stop() -> None:
    """Say that nothing is well from now on."""
    FILE.unlink(missing_ok=True)


def check() -> int:
    """Return 0 where the last beat is recent, else 1."""
    age = time.time() - FILE.stat().st_mtime if FILE.exists() else None
    if age is None or age > MAX_AGE:
        sys.stderr.write(f"no heartbeat for {MAX_AGE} s\n" if age is None else f"last heartbeat {age:.0f} s ago\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(check())
