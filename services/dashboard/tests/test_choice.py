"""The recommended number of groups, and its measures."""

import numpy as np
import pytest

from dashboard.analysis.choice import Candidate, candidates, customer_features, line_features, recommended

CENTRES = np.array([[0.0, 0.0], [12.0, 0.0], [0.0, 12.0], [12.0, 12.0]])


def cloud(points: int) -> np.ndarray:
    """Return points around the four centres."""
    random = np.random.default_rng(1)
    return CENTRES[random.integers(0, 4, points)] + random.normal(size=(points, 2))


def test_recommends_the_number_of_clouds() -> None:
    """For four separate clouds, four groups are recommended and have the highest silhouette."""
    found = candidates(cloud(800), np.ones(800))
    assert [one.groups for one in found] == [2, 3, 4, 5, 6, 7, 8]
    assert recommended(found) == 4
    assert max(found, key=lambda one: one.silhouette).groups == 4
    assert found[2].smallest == pytest.approx(0.25, abs=0.04)


def test_a_weight_is_a_number_of_equal_points() -> None:
    """A point of weight 3 counts as three points, in the inertia and in the smallest share."""
    points = cloud(200)
    once, thrice = candidates(points, np.full(200, 3.0))[2], candidates(np.repeat(points, 3, axis=0), np.ones(600))[2]
    assert once.inertia == pytest.approx(thrice.inertia)
    assert once.smallest == pytest.approx(thrice.smallest)


def test_a_number_with_a_tiny_group_is_not_recommended() -> None:
    """A few outliers are not a group."""
    found = [
        Candidate(2, 100, 0.5, 0.3),
        Candidate(3, 20, 0.5, 0.001),
        Candidate(4, 15, 0.5, 0.1),
        Candidate(5, 10, 0.5, 0.1),
    ]
    assert recommended(found) == 4
    assert recommended([one._replace(smallest=0.001) for one in found]) is None


def test_few_different_points_allow_few_groups() -> None:
    """With two distinct points there is no number to choose from."""
    points = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    assert candidates(points, np.ones(10)) == []
    assert recommended([]) is None


def test_features_are_those_of_the_stream() -> None:
    """sign(x)·log1p(|x|) of a line, standardised log1p of a customer, raw values if the model uses them."""
    values = np.array([[-3.0, 0.5]])
    np.testing.assert_allclose(line_features(values, "log"), [[-np.log(4), np.log(1.5)]])
    assert np.array_equal(line_features(values, "raw"), values)
    points = customer_features(np.array([[1.0, 1.0, 10.0], [9.0, 5.0, 900.0], [3.0, 2.0, 50.0]]))
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(points.std(axis=0), 1)
