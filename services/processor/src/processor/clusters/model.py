"""StreamingKMeans on columns: MLlib's model and update rule, without the trip through an RDD.

The rule is that of Spark MLlib's `StreamingKMeansModel.update` (streaming k-means with forgetfulness): with c a
centre, n its weight, x the mean and m the number of the batch's points nearest to it, and a the discount,

    n' = a n + m        c' = c + (x - c) m / n'

A cluster whose weight falls below 1e-8 of the heaviest is dying and takes half of that one's place.
"""

import numpy as np
from pyspark.mllib.clustering import StreamingKMeansModel

from processor.clusters import kmeans
from processor.clusters.kmeans import Floats, Labels

DYING = 1e-8  # share of the heaviest weight, as in MLlib
SPLIT = 1e-14  # relative distance of the halves of a split cluster, as in MLlib
STARTS = 8  # of Lloyd's algorithm on the sample; the best one seeds the stream
LLOYD_STEPS = 50
SAMPLE = 50_000  # points that they look at: more take long, within a transaction, and change little


class ColumnarStreamingKMeansModel(StreamingKMeansModel):
    """MLlib's StreamingKMeansModel that also takes its points as an array of shape (points, dimensions)."""

    def updated(self, points: Floats, decay: float, time_unit: str) -> "ColumnarStreamingKMeansModel":
        """Return the model after a batch of points; it equals the parent's `update` with an RDD of them.

        `decay` is what remains of the old weights per time unit: per batch ('batches') or per point ('points').
        """
        centres, weights = self.arrays()
        sums, counts = kmeans.sums_and_counts(points, self.labels(points), len(centres))
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
        return self.assigned(points)[0]

    def assigned(self, points: Floats) -> tuple[Labels, Floats]:
        """Return the labels of points, and the squared distance of each from its centre."""
        return kmeans.assigned(points, self.arrays()[0])

    def arrays(self) -> tuple[Floats, Floats]:
        """Return copies of the centres, shape (clusters, dimensions), and of their weights, shape (clusters,)."""
        return np.array(self.centers, dtype=np.float64), np.array(self.clusterWeights, dtype=np.float64)


def seed(sample: Floats, clusters: int, random_state: int = 0) -> ColumnarStreamingKMeansModel:
    """Return a model of weight 0 with centres from a sample: k-means++ with Lloyd's steps, the best of several starts.

    The same stream gives the same clusters: `random_state` decides every draw. A sample with fewer
    distinct points than clusters gives the last ones next to the first; the update rule separates them later.
    """
    distinct, counts = np.unique(sample[:: max(1, len(sample) // SAMPLE)], axis=0, return_counts=True)
    weights = counts.astype(np.float64)
    if len(distinct) < clusters:
        steps = np.arange(clusters, dtype=np.float64)[:, np.newaxis] // len(distinct)
        centres = np.resize(distinct, (clusters, sample.shape[1])) + steps * SPLIT
    else:
        centres = kmeans.fit(distinct, clusters, weights=weights, starts=STARTS, steps=LLOYD_STEPS, seed=random_state)
    return ColumnarStreamingKMeansModel(list(centres), np.zeros(clusters))


def _split_dying(centres: Floats, weights: Floats) -> None:
    heaviest, lightest = int(weights.argmax()), int(weights.argmin())
    if weights[lightest] >= DYING * weights[heaviest]:
        return
    weights[[heaviest, lightest]] = (weights[heaviest] + weights[lightest]) / 2
    offset = SPLIT * np.maximum(np.abs(centres[heaviest]), 1.0)
    centres[lightest] = centres[heaviest] - offset
    centres[heaviest] += offset
