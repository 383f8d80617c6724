"""Chooses the number of groups: k-means for each number, and the knee of the inertia."""

from collections.abc import Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from dashboard.analysis.view import Floats
from dashboard.choices import Candidate

RANGE = range(2, 9)
STARTS = 10
SAMPLE = 10_000  # points for the silhouette, which compares all pairs
SMALLEST = 0.01  # share of the smallest group; smaller ones are outliers


def line_features(values: Floats, kind: str) -> Floats:
    """Return Quantity and UnitPrice as the model's features: raw, or sign(x)·log1p(|x|)."""
    return np.copysign(np.log1p(np.abs(values)), values) if kind == "log" else values


def customer_features(rfm: Floats) -> Floats:
    """Return log1p of recency, frequency and monetary, each with mean 0 and standard deviation 1."""
    scaled: Floats = StandardScaler().fit_transform(np.log1p(rfm))
    return scaled


def candidates(points: Floats, weights: Floats) -> list[Candidate]:
    """Run k-means for each number of groups below the number of distinct points."""
    distinct = len(np.unique(points, axis=0))
    chosen = np.random.default_rng(0).choice(len(points), size=SAMPLE, p=weights / weights.sum())
    use_all = len(points) <= SAMPLE and bool((weights == 1).all())
    chosen = np.arange(len(points)) if use_all else chosen
    return [_candidate(points, weights, groups, chosen) for groups in RANGE if groups < distinct]


def _candidate(
    points: Floats, weights: Floats, groups: int, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Candidate:
    model = KMeans(groups, n_init=STARTS, random_state=0).fit(points, sample_weight=weights)
    sizes = np.bincount(model.labels_, weights=weights, minlength=groups)
    labels = model.labels_[chosen]
    silhouette = float(silhouette_score(points[chosen], labels)) if len(set(labels.tolist())) > 1 else None
    return Candidate(groups, float(model.inertia_), silhouette, float(sizes.min() / sizes.sum()))


def recommended(found: Sequence[Candidate]) -> int | None:
    """Return the number of groups at the knee of the inertia, except numbers with a tiny group; None if all have one.

    The knee is the number whose inertia is farthest below the straight line from the first to the last: before it a
    further group reduces the inertia a lot, after it little (Satopää et al., Finding a "Kneedle" in a Haystack, 2011).
    """
    if len(found) < 3:  # noqa: PLR2004 - a line and a point below it
        return found[0].groups if found else None
    groups, inertia = np.array([(one.groups, one.inertia) for one in found], dtype=float).T
    line = inertia[0] + (inertia[-1] - inertia[0]) * (groups - groups[0]) / (groups[-1] - groups[0])
    below = [(gap, one.groups) for gap, one in zip(line - inertia, found, strict=True) if one.smallest >= SMALLEST]
    return max(below)[1] if below else None
