"""The progress of the stream: a bar on a terminal, otherwise a log line every few seconds; a report every second."""

import logging
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tqdm import tqdm

REPORT_SECONDS = 1.0

log = logging.getLogger("producer")


def describe(sent: int, total: int, seconds: float) -> str:
    """Return the log line: rows sent, of how many, rate and time left."""
    rate = sent / seconds if seconds > 0 else 0.0
    left = f"{(total - sent) / rate:,.0f} s left" if rate else "time left unknown"
    return f"{sent:,} of {total:,} rows ({sent / total:.0%}), {rate:,.0f} rows/s, {left}"


class Progress:
    """Counts and shows how many of `total` lines are sent, and reports how many are left."""

    def __init__(
        self,
        total: int,
        report: Callable[[int], None] = lambda _: None,
        *,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._report, self._every, self._clock = total, report, every, clock
        self._start = self._shown = self._reported = clock()
        # With `disable=None` tqdm shows the bar only on a terminal.
        self._bar = tqdm(total=total, unit=" rows", unit_scale=True, disable=None, file=sys.stderr)
        self.sent = 0

    def __enter__(self) -> Self:
        self._report(self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()
        self._report(self._total - self.sent)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._start

    def show(self, sent: int) -> None:
        """Count `sent` more lines."""
        self.sent += sent
        now = self._clock()
        if now - self._reported >= REPORT_SECONDS:
            self._reported = now
            self._report(self._total - self.sent)
        if not self._bar.disable:
            self._bar.update(sent)
        elif now - self._shown >= self._every:
            self._shown = now
            log.info(describe(self.sent, self._total, self.seconds))
