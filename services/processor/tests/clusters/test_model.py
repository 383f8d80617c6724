"""StreamingKMeans on columns against MLlib's own, and the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pyspark.mllib.clustering import StreamingKMeansModel

from processor.clusters import kmeans
from processor.clusters.model import ColumnarStreamingKMeansModel, seed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CENTRES = [[0.0, 0.0], [5.0, 5.0], [-4.0, 6.0]]


def cloud(number: int, *, points: int = 300) -> np.ndarray:
    """Return points around the three centres, different for each number."""
    random = np.random.default_rng(number)
    return np.array(CENTRES)[random.integers(0, 3, points)] + random.normal(size=(points, 2))


@pytest.mark.parametrize(
    ("decay", "time_unit"),
    [(1.0, "batches"), (0.5, "batches"), (0.0, "batches"), (1.0, "points"), (0.999, "points")],
)
def test_update_equals_mllib(spark: SparkSession, decay: float, time_unit: str) -> None:
    """Centres and weights after several batches are those of MLlib's StreamingKMeansModel fed the same batches."""
    ours = ColumnarStreamingKMeansModel(CENTRES, [0.0, 0.0, 0.0])
    oracle = StreamingKMeansModel(CENTRES, [0.0, 0.0, 0.0])
    for number in range(4):
        points = cloud(number)
        ours = ours.updated(points, decay, time_unit)
        oracle.update(spark.sparkContext.parallelize(points.tolist()), decay, time_unit)
        centres, weights = ours.arrays()
        np.testing.assert_allclose(centres, oracle.centers, rtol=1e-9)
        np.testing.assert_allclose(weights, oracle.clusterWeights, rtol=1e-9)


def test_a_dying_cluster_is_split_as_mllib_does(spark: SparkSession) -> None:
    """A cluster that gets no points takes half of the heaviest one's weight, beside its centre, as in MLlib."""
    far = [*CENTRES[:2], [1e6, 1e6]]
    points = cloud(0)
    ours = ColumnarStreamingKMeansModel(far, [0.0, 0.0, 0.0]).updated(points, 1.0, "batches")
    oracle = StreamingKMeansModel(far, [0.0, 0.0, 0.0])
    oracle.update(spark.sparkContext.parallelize(points.tolist()), 1.0, "batches")
    centres, weights = ours.arrays()
    np.testing.assert_allclose(centres, oracle.centers, rtol=1e-9)
    np.testing.assert_allclose(weights, oracle.clusterWeights, rtol=1e-9)
    assert abs(centres[2]).max() < 10


def test_labels_equal_mllib() -> None:
    """Each point's label is that of MLlib's `predict`."""
    model = ColumnarStreamingKMeansModel(CENTRES, [1.0, 1.0, 1.0])
    points = cloud(7)
    assert model.labels(points).tolist() == [model.predict(point) for point in points]


def test_weights_add_up_to_the_points() -> None:
    """With a decay of 1 the weights of a seeded model are the points it was fed."""
    model = seed(cloud(0), 3)
    for number in range(3):
        model = model.updated(cloud(number), 1.0, "batches")
    assert model.arrays()[1].sum() == 900


def test_seed_finds_separate_groups() -> None:
    """The seed has a centre in each of three groups, whatever their order."""
    centres, _ = seed(cloud(1), 3).arrays()
    assert sorted(kmeans.nearest(np.array(CENTRES), centres).tolist()) == [0, 1, 2]


def test_seed_is_the_same_each_time() -> None:
    """The same sample gives the same centres, since predictions must be reproducible."""
    first, second = seed(cloud(1), 5).arrays()[0], seed(cloud(1), 5).arrays()[0]
    assert first.tolist() == second.tolist()


@pytest.mark.parametrize("points", [[[1.0, 2.0]], [[1.0, 2.0]] * 50, [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]])
def test_a_sample_smaller_than_k_seeds_k_centres(points: list[list[float]]) -> None:
    """A sample with fewer distinct points than clusters still gives k centres that can be updated."""
    model = seed(np.array(points), 5).updated(np.array(points), 1.0, "batches")
    centres, weights = model.arrays()
    assert centres.shape == (5, 2)
    assert np.isfinite(centres).all()
    assert weights.sum() == pytest.approx(len(points))
