"""Rows per second."""

import time
from collections.abc import Callable

FLAT_OUT = 500
"""Lines of a chunk when there is no limit: few enough for a quick stop, many enough to cost nothing."""


def chunk_size(rows_per_second: int) -> int:
    """Return how many lines to send at a time: ten chunks a second, a single line where the rate is below that."""
    return min(FLAT_OUT, max(1, rows_per_second // 10)) if rows_per_second else FLAT_OUT


class Pace:
    """Holds the stream to a rate, counted from its start so that small delays do not add up; 0 is no limit."""

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
        # What was missed in a long halt is not made up for: the rate is a limit.
        self._due = max(self._due, now - 1.0) + rows / self._rate
