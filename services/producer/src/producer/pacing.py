"""Limits the rows per second."""

import time
from collections.abc import Callable

UNLIMITED_CHUNK = 500
"""Lines of a chunk without a limit: few enough for a quick stop, many enough for a negligible overhead."""


def chunk_size(rows_per_second: int) -> int:
    """Return how many lines to send at a time: ten chunks a second, a single line below ten lines a second."""
    return min(UNLIMITED_CHUNK, max(1, rows_per_second // 10)) if rows_per_second else UNLIMITED_CHUNK


class Pace:
    """Limits the rate, measured from the start: small delays do not add up; 0 is no limit."""

    def __init__(
        self,
        rows_per_second: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._rate, self._clock, self._sleep = rows_per_second, clock, sleep
        self._due = clock()

    def wait(self, rows: int) -> None:
        """Sleep until the next `rows` lines are due: up to a second at one line per second."""
        if not self._rate:
            return
        now = self._clock()
        if self._due > now:
            self._sleep(self._due - now)
        # After a long pause the stream does not catch up: the rate is a limit.
        self._due = max(self._due, now - 1.0) + rows / self._rate
