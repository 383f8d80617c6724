"""Rows per second."""

import pytest

from producer.pacing import Pace, chunk_size


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds that were slept."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.now += seconds


@pytest.mark.parametrize(("rate", "size"), [(0, 500), (1, 1), (19, 1), (200, 20), (5_000, 500), (1_000_000, 500)])
def test_chunk(rate: int, size: int) -> None:
    """About ten chunks a second, so that a slow stream flows evenly and a fast one is not slowed down."""
    assert chunk_size(rate) == size


@pytest.mark.parametrize(("rate", "seconds"), [(0, 0.0), (1, 99.0), (10, 9.9), (100, 0.9), (1_000_000, 0.0)])
def test_rate(rate: int, seconds: float) -> None:
    """A hundred lines take as long as the rate says, less the last chunk's share."""
    clock = Clock()
    pace, size = Pace(rate, clock, clock.sleep), chunk_size(rate)
    for begin in range(0, 100, size):
        pace.wait(min(size, 100 - begin))
    assert clock.now == pytest.approx(seconds, abs=0.001)


def test_a_halt_is_not_made_up_for() -> None:
    """After a minute without Kafka the rate is kept: at most a second's lines follow at once."""
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    pace.wait(1)
    clock.now += 60
    begin = clock.now
    for _ in range(31):
        pace.wait(1)
    assert clock.now - begin == pytest.approx(2.0)
