"""Draws customers from four groups that differ in recency, frequency and monetary value."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Overlap = Literal["low", "high"]
Array = NDArray[np.int64]

# Standard deviation of log recency, frequency and monetary value within a group.
SPREADS: dict[Overlap, float] = {"low": 0.25, "high": 0.50}
DAYS = 373  # 2010-12-01 to 2011-12-09, the real data's time
_OLDEST = 360  # days since the last purchase, at most


class Group(NamedTuple):
    """A planted group: its medians, and how its customers buy.

    recency in days, frequency in invoices, monetary in pounds; `lines` per invoice (mean); `span`: most days from first
    to last purchase; `kinds`: the shares of gifts, trinkets, wholesale packs and furniture in its lines.
    """

    name: str
    share: float
    recency: float
    frequency: float
    monetary: float
    lines: float
    span: int
    kinds: tuple[float, float, float, float]


GROUPS = (
    Group("champions", 0.15, 3.0, 18.0, 7_500.0, 4.0, 365, (0.40, 0.20, 0.35, 0.05)),
    Group("loyal", 0.25, 24.0, 6.5, 1_600.0, 5.0, 300, (0.60, 0.25, 0.12, 0.03)),
    Group("new", 0.25, 8.0, 1.2, 260.0, 9.0, 20, (0.73, 0.25, 0.01, 0.01)),
    Group("lost", 0.35, 210.0, 1.3, 260.0, 9.0, 60, (0.73, 0.25, 0.01, 0.01)),
)


class Customers(NamedTuple):
    """Drawn customers, one element each: index in `GROUPS`, day of the last purchase, invoices, pounds spent."""

    group: Array
    last_day: Array
    invoices: Array
    pounds: NDArray[np.float64]


def medians(name: str) -> NDArray[np.float64]:
    """Return one attribute of every group, in the order of `GROUPS`."""
    return np.array([getattr(group, name) for group in GROUPS], dtype=np.float64)


def draw(rng: np.random.Generator, count: int, overlap: Overlap) -> Customers:
    """Draw `count` customers, each value log-normal around its group's median."""
    group = rng.choice(len(GROUPS), count, p=medians("share"))
    recency, frequency, monetary = np.exp(SPREADS[overlap] * rng.standard_normal((3, count)))
    return Customers(
        group=group,
        last_day=DAYS - np.minimum(np.rint(medians("recency")[group] * recency), _OLDEST).astype(np.int64),
        invoices=np.maximum(np.rint(medians("frequency")[group] * frequency), 1).astype(np.int64),
        pounds=medians("monetary")[group] * monetary,
    )
