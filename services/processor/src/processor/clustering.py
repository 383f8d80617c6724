"""StreamingKMeans on columns: MLlib's model and update rule, without the trip through an RDD.

The rule is that of Spark MLlib's `StreamingKMeansModel.update` (streaming k-means with forgetfulness): with c a
centre, n its weight, x the mean and m the number of the batch's points nearest to it, and a the discount,

    n' = a n + m        c' = c + (x - c) m / n'

A cluster whose weight falls below 1e-8 of the heaviest is dying and takes half of that one's place.
"""

import numpy as np
import numpy.typing as npt
from pyspark.mllib.clustering import StreamingKMeansModel

from processor.features import Floats

Labels = npt.NDArray[np.intp]

DYING = 1e-8  # share of the heaviest weight, as in MLlib
SPLIT = 1e-14  # relative distance of the halves of a split cluster, as in MLlib
STARTS = 8  # of Lloyd's algorithm on the sample; the best one seeds the stream
LLOYD_STEPS = 50
SAMPLE = 50_000  # points that they look at: more take long, within a transaction, and change little
CHUNK = 50_000  # points whose distances are in memory at a time


class ColumnarStreamingKMeansModel(StreamingKMeansModel):
    """MLlib's StreamingKMeansModel that also takes its points as an array of shape (points, dimensions)."""

    def updated(self, points: Floats, decay: float, time_unit: str) -> "ColumnarStreamingKMeansModel":
        """Return the model after a batch of points; it equals the parent's `update` with an RDD of them.

        `decay` is what stays of the old weights per time unit: per batch ('batches') or per point ('points').
        """
        centres, weights = self.arrays()
        sums, counts = _sums_and_counts(points, self.labels(points), len(centres))
        weights *= decay if time_unit == "batches" else decay ** counts.sum()
        new_weights = weights + counts
        fed = counts > 0
        share = counts[fed] / np.maximum(new_weights[fed], 1e-16)
        means = sums[fed] / counts[fed, np.newaxis]
        centres[fed] += (means - centres[fed]) * share[:, np.newaxis]
        _split_dying(centres, new_weights)
        return ColumnarStreamingKMeansModel(list(centres), new_weights)

    def labels(self, points: Floats) -> Labels:
        """Return the number of the nearest centre of each point; of two equally near the lower."""
        return nearest(points, self.arrays()[0])

    def arrays(self) -> tuple[Floats, Floats]:
        """Return copies of the centres, shape (clusters, dimensions), and of their weights, shape (clusters,)."""
        return np.array(self.centers, dtype=np.float64), np.array(self.clusterWeights, dtype=np.float64)


def seed(sample: Floats, clusters: int) -> ColumnarStreamingKMeansModel:
    """Return a model of weight 0 with centres from a sample: k-means++ with Lloyd's steps, the best of several starts.

    The generator is seeded with a constant, so that the same stream gives the same groups. A sample with fewer
    distinct points than clusters gives the last ones next to the first; the update rule parts them later.
    """
    random = np.random.default_rng(0)
    distinct, counts = np.unique(sample[:: max(1, len(sample) // SAMPLE)], axis=0, return_counts=True)
    weights = counts.astype(np.float64)
    if len(distinct) < clusters:
        steps = np.arange(clusters, dtype=np.float64)[:, np.newaxis] // len(distinct)
        centres = np.resize(distinct, (clusters, sample.shape[1])) + steps * SPLIT
    else:
        starts = [_lloyd(distinct, weights, _plus_plus(distinct, weights, clusters, random)) for _ in range(STARTS)]
        centres = min(starts, key=lambda start: _inertia(distinct, weights, start))
    return ColumnarStreamingKMeansModel(list(centres), np.zeros(clusters))


def nearest(points: Floats, centres: Floats) -> Labels:
    """Return the index of the nearest centre of each point."""
    labels = np.empty(len(points), dtype=np.intp)
    for start in range(0, len(points), CHUNK):
        labels[start : start + CHUNK] = _squared_distances(points[start : start + CHUNK], centres).argmin(axis=1)
    return labels


def _squared_distances(points: Floats, centres: Floats) -> Floats:
    distances = np.zeros((len(points), len(centres)))
    for dimension in range(points.shape[1]):  # few dimensions, many points: the differences never fill a third axis
        distances += np.subtract.outer(points[:, dimension], centres[:, dimension]) ** 2
    return distances


def _sums_and_counts(
    points: Floats, labels: Labels, clusters: int, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    weighted = points if weights is None else points * weights[:, np.newaxis]
    sums = [np.bincount(labels, weights=column, minlength=clusters) for column in weighted.T]
    return np.column_stack(sums), np.bincount(labels, weights=weights, minlength=clusters).astype(np.float64)


def _split_dying(centres: Floats, weights: Floats) -> None:
    heaviest, lightest = int(weights.argmax()), int(weights.argmin())
    if weights[lightest] >= DYING * weights[heaviest]:
        return
    weights[[heaviest, lightest]] = (weights[heaviest] + weights[lightest]) / 2
    offset = SPLIT * np.maximum(np.abs(centres[heaviest]), 1.0)
    centres[lightest] = centres[heaviest] - offset
    centres[heaviest] += offset


def _plus_plus(points: Floats, weights: Floats, clusters: int, random: np.random.Generator) -> Floats:
    chosen = [points[random.choice(len(points), p=weights / weights.sum())]]
    while len(chosen) < clusters:
        far = _squared_distances(points, np.array(chosen)).min(axis=1) * weights
        chosen.append(points[random.choice(len(points), p=far / far.sum())])
    return np.array(chosen)


def _lloyd(points: Floats, weights: Floats, centres: Floats) -> Floats:
    for _ in range(LLOYD_STEPS):
        sums, counts = _sums_and_counts(points, nearest(points, centres), len(centres), weights)
        moved = np.where(counts[:, np.newaxis] > 0, sums / np.maximum(counts, 1.0)[:, np.newaxis], centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _inertia(points: Floats, weights: Floats, centres: Floats) -> float:
    return float((_squared_distances(points, centres).min(axis=1) * weights).sum())
