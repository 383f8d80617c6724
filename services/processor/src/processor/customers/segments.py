"""Groups of customers: k-means on recency, frequency and monetary value, and the name of each group.

The groups depend on the customers alone: the same customers give the same groups. Only the numbers, and a name at the
edge of its range, depend on the grouping before.
"""

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from processor.clusters import kmeans
from processor.clusters.kmeans import Floats, Labels

STARTS = 10  # of Lloyd's algorithm; the best one counts
SAMPLE = 50_000  # customers in each start; the last steps use all customers
LLOYD_STEPS = 300
NONE = -1  # the segment of a customer who is in none


class Range(NamedTuple):
    """Centres that a name fits: standardised recency from `newest` to `oldest` and value from `least` to `most`."""

    newest: float
    oldest: float
    least: float
    most: float

    def holds(self, recency: float, value: float, margin: float = 0.0) -> bool:
        """Return whether a centre is in the range, or not farther from it than a margin."""
        return (
            self.newest - margin <= recency < self.oldest + margin and self.least - margin <= value < self.most + margin
        )


EVER = float("inf")
# Standard deviations from the mean of all customers; value is the mean of frequency and monetary.
NAMES: Mapping[str, tuple[Range, ...]] = {
    "champions": (Range(-EVER, -0.5, 1.25, EVER),),
    "loyal": (Range(-EVER, -0.5, 0.35, 1.25), Range(-0.5, 0.25, 0.35, EVER)),
    "promising": (Range(-EVER, -0.5, -0.25, 0.35),),
    "new": (Range(-EVER, -0.5, -EVER, -0.25),),
    "regular": (Range(-0.5, 0.25, -0.25, 0.35),),
    "occasional": (Range(-0.5, 0.25, -EVER, -0.25),),
    "at risk": (Range(0.25, EVER, -0.25, EVER),),
    "lost": (Range(0.25, EVER, -EVER, -0.25),),
}
MARGIN = 0.1  # a group keeps its name this far out of its range


class Segments(NamedTuple):
    """Groups of customers: the number of each customer's, shape (customers,), and the name of each number."""

    labels: Labels
    names: dict[int, str]


def features(recency: Floats, frequency: Floats, monetary: Floats) -> Floats:
    """Return log1p of the three, each with mean 0 and standard deviation 1, as an array of shape (customers, 3).

    A feature that is equal for all customers does not distinguish them: it becomes 0.
    """
    logarithms = np.log1p(np.column_stack([recency, frequency, monetary]))
    differs = np.ptp(logarithms, axis=0) > 0  # their deviation may be a rounding error instead of 0
    scaled: Floats = (logarithms - logarithms.mean(axis=0)) / np.where(differs, logarithms.std(axis=0), 1.0)
    return np.where(differs, scaled, 0.0)


def fit(points: Floats, clusters: int) -> Floats:
    """Return the centres of k-means, shape (clusters, 3): the best of several starts, the same for the same points."""
    sample = _sample(points)
    centres = kmeans.fit(sample, clusters, starts=STARTS, steps=LLOYD_STEPS, seed=0)
    return centres if len(sample) == len(points) else kmeans.lloyd(points, centres, None, LLOYD_STEPS)


def segment(points: Floats, before: Labels, names: Mapping[int, str], clusters: int) -> Segments | None:
    """Group customers; None where fewer kinds of them are found than there are to be groups.

    `before` has the number of each customer's group so far (`NONE` where there is none) and `names` the name of each:
    each new group gets number and name of the old one that it shares most customers with.
    """
    if len(points) < clusters or len(np.unique(_sample(points), axis=0)) < clusters:
        return None
    centres = fit(points, clusters)
    labels = kmeans.nearest(points, centres)
    if len(np.unique(labels)) < clusters:
        return None
    numbers = matched(labels, before, clusters) if names else _ranks(centres)
    by_number = centres[np.argsort(numbers)]
    return Segments(numbers[labels], _named(by_number, names))


def matched(labels: Labels, before: Labels, clusters: int) -> Labels:
    """Return the number of each new group, shape (clusters,): most customers keep theirs."""
    known = before >= 0
    shared = np.zeros((clusters, clusters))
    np.add.at(shared, (labels[known], before[known]), 1)
    rows = range(clusters)
    return np.array(max(itertools.permutations(rows), key=lambda numbers: sum(map(shared.item, rows, numbers))))


def _sample(points: Floats) -> Floats:
    return points[:: max(1, -(-len(points) // SAMPLE))]


def _ranks(centres: Floats) -> Labels:
    """Number groups, best customers first: recent, frequent and large purchases."""
    return np.argsort(np.argsort(centres @ [1.0, -1.0, -1.0], kind="stable"), kind="stable")


def _named(centres: Floats, before: Mapping[int, str]) -> dict[int, str]:
    """Return the name of each group; of groups with the same name, all but the most valuable get a number."""
    values = centres[:, 1:].mean(axis=1)
    names: dict[int, str] = {}
    for number in map(int, np.argsort(-values, kind="stable")):
        name = _name(centres[number, 0], values[number], before.get(number, "").rstrip(" 0123456789"))
        taken = sum(other.rstrip(" 0123456789") == name for other in names.values())
        names[number] = f"{name} {taken + 1}" if taken else name
    return dict(sorted(names.items()))


def _name(recency: float, value: float, before: str) -> str:
    if any(area.holds(recency, value, MARGIN) for area in NAMES.get(before, ())):
        return before
    return next(name for name, areas in NAMES.items() if any(area.holds(recency, value) for area in areas))
