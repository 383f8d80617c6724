"""How far the stream is: a bar on a terminal, a line every few seconds elsewhere."""

import logging
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tqdm import tqdm

log = logging.getLogger("producer")


def describe(row: int, total: int, sent: int, seconds: float) -> str:
    """Return the line of a log: row and total of the source, rows sent and seconds of this session."""
    rate = sent / seconds if seconds > 0 else 0.0
    left = f"{(total - row) / rate:,.0f} s left" if rate else "time left unknown"
    return f"{row:,} of {total:,} rows ({row / total:.0%}), {rate:,.0f} rows/s, {left}"


class Progress:
    """Shows the row that was reached, of `total`."""

    def __init__(self, total: int, *, every: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._every, self._clock = total, every, clock
        self._begin = self._shown = clock()
        # `disable=None` is tqdm's own test for a terminal.
        self._bar = tqdm(total=total, unit=" rows", unit_scale=True, disable=None, file=sys.stderr)
        self.sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    @property
    def seconds(self) -> float:
        """Seconds since the stream began."""
        return self._clock() - self._begin

    def show(self, row: int, sent: int) -> None:
        """Count `sent` lines more, up to `row`."""
        self.sent += sent
        if not self._bar.disable:
            self._bar.update(row - self._bar.n)
        elif self._clock() - self._shown >= self._every:
            self._shown = self._clock()
            log.info(describe(row, self._total, self.sent, self.seconds))
