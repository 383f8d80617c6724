"""The limit of rows per second."""

import pytest

from producer.pacing import Pace, chunk_size


class Clock:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds that were slept."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.now += seconds


@pytest.mark.parametrize(("rate", "size"), [(0, 500), (1, 1), (19, 1), (200, 20), (5_000, 500), (1_000_000, 500)])
def test_chunk(rate: int, size: int) -> None:
    """About ten chunks a second: a slow stream is even, and a fast one is not slowed down."""
    assert chunk_size(rate) == size


@pytest.mark.parametrize(("rate", "seconds"), [(0, 0.0), (1, 99.0), (10, 9.9), (100, 0.9), (1_000_000, 0.0)])
def test_rate(rate: int, seconds: float) -> None:
    """A hundred lines take the time that the rate implies, minus the last chunk's share."""
    clock = Clock()
    pace, size = Pace(rate, clock, clock.sleep), chunk_size(rate)
    for first in range(0, 100, size):
        pace.wait(min(size, 100 - first))
    assert clock.now == pytest.approx(seconds, abs=0.001)


def test_no_catching_up_after_a_pause() -> None:
    """After a minute without Kafka the limit holds: at most a second's lines follow at once."""
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    pace.wait(1)
    clock.now += 60
    start = clock.now
    for _ in range(31):
        pace.wait(1)
    assert clock.now - start == pytest.approx(2.0)
