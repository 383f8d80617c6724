"""The soak's evaluation of its samples."""

import pytest

from soak.plan import Plan
from soak.samples import Samples, drift, has_grown, peaks, recoveries


def seconds(*numbers: int, begin: int = 0) -> list[tuple[float, int]]:
    """Return a sample for each second."""
    return [(float(at), number) for at, number in enumerate(numbers, start=begin)]


@pytest.mark.parametrize(
    ("windows", "change"),
    [([900, 100, 105, 94], -0.06), ([100, 100, 109, 111], 0.11), ([1, 100, 100, 100], 0.0), ([1, 0, 0, 0], 0.0)],
)
def test_drift(windows: list[int], change: float) -> None:
    """The largest difference from the second window counts, up or down; the first is for warming up."""
    assert drift(windows) == pytest.approx(change)


MIB = 2**20


@pytest.mark.parametrize(
    ("windows", "grown"),
    [
        ([9, 1_000, 1_100, 900], False),
        ([1_000, 1_000, 1_101], True),
        ([1_000, 1_000, 500, 1_000], False),
        ([13, 13, 20], False),
        ([13, 13, 22], True),
    ],
)
def test_growth(windows: list[int], grown: bool) -> None:
    """A tenth is allowed, the few MiB of a health check in any case, and any fall."""
    assert has_grown([window * MIB for window in windows]) is grown


def test_peaks() -> None:
    """Each window has its own peak; samples after the last one are left out."""
    assert peaks(seconds(1, 5, 2, 3, 1, 1, 99), windows=3, seconds=2) == [5, 3, 1]


@pytest.mark.parametrize(
    ("fact", "sent", "read", "took"),
    [
        ("nothing happens", [100 * n for n in range(40)], [100 * n - 50 for n in range(40)], 6),
        ("reading stops for 10 s", [100 * n for n in range(40)],
         [100 * min(n, 10) if n < 21 else 100 * n - 200 for n in range(40)], 11),
        ("sending stops for 10 s", [100 * (min(n, 10) if n < 21 else n - 10) for n in range(40)],
         [100 * (min(n, 10) if n < 22 else n - 12) for n in range(40)], 13),
        ("reading stops for good", [100 * n for n in range(40)], [100 * min(n, 10) for n in range(40)], None),
        ("sending stops for good", [100 * min(n, 10) for n in range(40)], [100 * min(n, 10) for n in range(40)], None),
        ("reading never catches up", [100 * n for n in range(40)], [100 * n - 900 for n in range(40)], None),
    ],
)  # fmt: skip
def test_recovery(fact: str, sent: list[int], read: list[int], took: float | None) -> None:
    """A kill after 10 s: until lines arrive again and no message older than 5 s waits."""
    samples = Samples({}, seconds(*sent), seconds(*read))
    (recovery,) = recoveries(samples, [(10.0, "processor")])
    assert recovery.seconds == took, fact


def test_lag_while_a_server_is_down() -> None:
    """There are no samples while a server is down: the last one before counts."""
    samples = Samples({}, seconds(0, 100, 200, 300), [(0.0, 0), (3.0, 50)])
    (recovery,) = recoveries(samples, [(0.5, "mariadb")])
    assert recovery.lag == 250


def test_kills() -> None:
    """The services in turn, and time for the last one to recover."""
    assert Plan(minutes=5, pause=60).kills == ["processor", "producer", "kafka", "mariadb"]
