"""k-means on arrays: the centres, the same each time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.cluster import KMeans

from processor.clusters import kmeans

CENTRES = np.array([[0.0, 0.0, 0.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]])


def cloud(points: int = 2_000, seed: int = 1) -> np.ndarray:
    """Return points around the four centres."""
    random = np.random.default_rng(seed)
    return CENTRES[random.integers(0, 4, points)] + random.normal(size=(points, 3))


def fitted(points: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return four centres in sorted order."""
    found = kmeans.fit(points, 4, weights=weights, starts=5, steps=100, seed=0)
    return found[np.lexsort(found.T)]


def test_finds_the_centres_of_separate_clouds() -> None:
    """Each centre is where a cloud is."""
    np.testing.assert_allclose(fitted(cloud()), CENTRES[np.lexsort(CENTRES.T)], atol=0.2)


def test_the_same_points_give_the_same_centres() -> None:
    """To the last bit."""
    assert np.array_equal(fitted(cloud()), fitted(cloud()))


def test_the_centres_are_as_good_as_those_of_scikit_learn() -> None:
    """The sum of squared distances is the same, also with more centres than clouds, and with weights."""
    points = cloud(500)
    weights = 1.0 + np.arange(500) % 7
    found = kmeans.fit(points, 6, weights=weights, starts=10, steps=300, seed=0)
    reference = KMeans(6, n_init=10, random_state=0).fit(points, sample_weight=weights)
    assert kmeans.inertia(points, found, weights) <= 1.02 * reference.inertia_


def test_a_weight_is_a_number_of_equal_points() -> None:
    """A point of weight 3 counts as three."""
    points = cloud(200)
    repeats = np.arange(200) % 3 + 1
    apart = kmeans.inertia(np.repeat(points, repeats, axis=0), CENTRES)
    np.testing.assert_allclose(kmeans.inertia(points, CENTRES, repeats.astype(float)), apart)
    np.testing.assert_allclose(fitted(points, repeats.astype(float)), fitted(np.repeat(points, repeats, axis=0)))


@given(arrays.arrays(float, (7, 3), elements=st.floats(-1e6, 1e6)))
def test_each_point_belongs_to_its_nearest_centre(points: np.ndarray) -> None:
    """The distances, computed one by one, agree; also beyond one chunk."""
    distances = ((points[:, np.newaxis] - CENTRES) ** 2).sum(axis=2)
    labels, squares = kmeans.assigned(points, CENTRES)
    np.testing.assert_allclose(squares, distances.min(axis=1))
    np.testing.assert_allclose(distances[np.arange(7), labels], distances.min(axis=1))


def test_chunks_make_no_difference() -> None:
    """Points beyond the first chunk get what they would get alone."""
    points = cloud(kmeans.CHUNK + 10)
    assert np.array_equal(kmeans.nearest(points, CENTRES)[-10:], kmeans.nearest(points[-10:], CENTRES))
