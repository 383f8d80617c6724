"""Samples, and what follows from them: peaks of memory, lag, seconds until caught up."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

type Series = list[tuple[float, int]]
"""Seconds since the start, and a number."""

FRESH = 5.0
"""Seconds that a message may be in transit: while lines stream, the lag is never 0 for long."""
TOLERANCE = 0.10
NOISE = 8 * 2**20
"""Bytes that a peak may always grow by: a health check is a short-lived program of some MiB."""


@dataclass(frozen=True)
class Samples:
    """Bytes that each container holds; messages in the topic, and in the view."""

    memory: dict[str, Series]
    sent: Series
    read: Series


@dataclass(frozen=True)
class Recovery:
    """A kill: when, of what, the largest lag after it, and the seconds until no message waited; None: never."""

    at: float
    service: str
    lag: int
    seconds: float | None


def latest(series: Series, at: float) -> int | None:
    """Return the last number at or before a time."""
    place = bisect_right(series, at, key=lambda sample: sample[0])
    return series[place - 1][1] if place else None


def peaks(series: Series, windows: int, seconds: float) -> list[int]:
    """Return the highest number in each window of this many seconds."""
    return [
        max((value for at, value in series if number * seconds <= at < (number + 1) * seconds), default=0)
        for number in range(windows)
    ]


def drift(peaks: Sequence[int]) -> float:
    """Return the largest deviation, as a share, from the second window: the first one is for warming up."""
    _, first, *later = peaks
    return max((peak / first - 1 for peak in later), key=abs) if first else 0.0


def has_grown(peaks: Sequence[int]) -> bool:
    """Return whether a later window's peak is too much above the second's.

    It may fall: a producer that restarts later has fewer rows to hold.
    """
    _, first, *later = peaks
    return any(peak - first > max(first * TOLERANCE, NOISE) for peak in later)


def recoveries(samples: Samples, kills: Sequence[tuple[float, str]]) -> list[Recovery]:
    """Return the recovery from each kill, until the next one or the end."""
    end = samples.read[-1][0] if samples.read else 0.0
    times = [*(at for at, _ in kills), end + 1]
    spans = zip(kills, pairwise(times), strict=True)
    return [Recovery(at, name, largest_lag(samples, *span), caught_up(samples, *span)) for (at, name), span in spans]


def largest_lag(samples: Samples, begin: float, end: float) -> int:
    """Return the most messages that waited between two times."""
    reads = [(at, read) for at, read in samples.read if begin <= at < end]
    return max(((latest(samples.sent, at) or 0) - read for at, read in reads), default=0)


def caught_up(samples: Samples, begin: float, end: float) -> float | None:
    """Return the seconds from a kill until lines arrive again and all but those of the last FRESH seconds are read."""
    before = latest(samples.sent, begin) or 0
    for at, read in samples.read:
        if begin + FRESH < at < end and (latest(samples.sent, at) or 0) > before:
            came = latest(samples.sent, at - FRESH) or 0
            if read >= came and read > before:
                return at - begin
    return None
