"""k-means on arrays: Lloyd's algorithm from k-means++ starts, for points with and without weights."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]

CHUNK = 10_000  # points whose distances are in memory at a time: few, as they fit the CPU's cache


def fit(points: Floats, clusters: int, *, weights: Floats | None = None, starts: int, steps: int, seed: int) -> Floats:
    """Return centres of shape (clusters, dimensions): the best of several starts, each of at most `steps` steps.

    `points` has the shape (points, dimensions), with at least as many distinct ones as clusters; `weights` has the
    shape (points,) and is 1 where it is left out. The same arguments give the same centres.
    """
    random = np.random.default_rng(seed)
    weights = np.ones(len(points)) if weights is None else weights
    found = [lloyd(points, _plus_plus(points, weights, clusters, random), weights, steps) for _ in range(starts)]
    return min(found, key=lambda centres: inertia(points, centres, weights))


def lloyd(points: Floats, centres: Floats, weights: Floats | None, steps: int) -> Floats:
    """Move centres to the means of the points nearest to them, at most `steps` times; return the last ones."""
    for _ in range(steps):
        sums, counts = sums_and_counts(points, nearest(points, centres), len(centres), weights)
        moved = np.where(counts[:, np.newaxis] > 0, sums / np.maximum(counts, 1e-300)[:, np.newaxis], centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def nearest(points: Floats, centres: Floats) -> Labels:
    """Return the index of the nearest centre of each point; of two equally near the lower."""
    return assigned(points, centres)[0]


def inertia(points: Floats, centres: Floats, weights: Floats | None = None) -> float:
    """Return the sum of the squared distances of points from their nearest centres, times their weights."""
    distances = assigned(points, centres)[1]
    return float(distances.sum() if weights is None else distances @ weights)


def assigned(points: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """Return the index of each point's nearest centre and the squared distance from it, both of shape (points,)."""
    labels, squares = np.empty(len(points), dtype=np.intp), np.empty(len(points))
    for start in range(0, len(points), CHUNK):
        chunk = slice(start, start + CHUNK)
        distances = _squared_distances(points[chunk], centres)
        labels[chunk], squares[chunk] = distances.argmin(axis=0), distances.min(axis=0)
    return labels, squares


def sums_and_counts(
    points: Floats, labels: Labels, clusters: int, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return the sum of each cluster's points, shape (clusters, dimensions), and how many they are, both weighted."""
    weighted = points if weights is None else points * weights[:, np.newaxis]
    sums = [np.bincount(labels, weights=column, minlength=clusters) for column in weighted.T]
    return np.column_stack(sums), np.bincount(labels, weights=weights, minlength=clusters).astype(np.float64)


def _squared_distances(points: Floats, centres: Floats) -> Floats:
    """Return them in the shape (clusters, points): numpy is faster along the longer axis."""
    distances = np.zeros((len(centres), len(points)))
    for dimension in range(points.shape[1]):  # few dimensions, many points: the differences never fill a third axis
        distances += np.subtract.outer(centres[:, dimension], points[:, dimension]) ** 2
    return distances


def _plus_plus(points: Floats, weights: Floats, clusters: int, random: np.random.Generator) -> Floats:
    chosen = [points[random.choice(len(points), p=weights / weights.sum())]]
    while len(chosen) < clusters:
        far = assigned(points, np.array(chosen))[1] * weights
        chosen.append(points[random.choice(len(points), p=far / far.sum())])
    return np.array(chosen)
