"""Groups of customers: members, numbers and names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linear_sum_assignment

from processor.customers import segments
from processor.customers.segments import MARGIN, NAMES, NONE, Segments, features, matched, segment

# Median days since the last purchase, invoices and pounds of four distinct groups.
GROUPS = {"champions": (3, 18, 7_500), "loyal": (24, 6.5, 1_600), "new": (8, 1.2, 260), "lost": (210, 1.3, 260)}
standardised = st.floats(-6, 6)


def shop(customers: int = 800, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of customers of the four groups, and the group of each."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 4, customers)
    medians = np.array(list(GROUPS.values()))[truth]
    return features(*(medians * random.lognormal(0, 0.25, medians.shape)).T), truth


def first(points: np.ndarray, clusters: int = 4) -> Segments:
    """Return the groups of customers who were in none."""
    found = segment(points, np.full(len(points), NONE), {}, clusters)
    assert found is not None
    return found


def test_finds_groups_that_stand_apart_and_names_them() -> None:
    """The numbers follow the value of the customers; the names are those of the field."""
    points, truth = shop()
    found = first(points)
    names = np.array(list(found.names.values()))[found.labels]
    assert np.mean(names == np.array(list(GROUPS))[truth]) > 0.99
    assert list(found.names.values()) == ["champions", "loyal", "new", "lost"]


def test_the_same_customers_in_another_order_are_in_the_same_groups() -> None:
    """Nothing depends on the order in which MariaDB returns them but the start of the search."""
    points, _ = shop()
    order = np.random.default_rng(0).permutation(len(points))
    assert np.mean(first(points).labels[order] == first(points[order]).labels) > 0.99


def test_of_many_customers_a_sample_starts_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last steps use all customers: the groups are those of a search on all of them."""
    points, _ = shop()
    everyone = first(points)
    monkeypatch.setattr(segments, "SAMPLE", 100)
    assert np.array_equal(first(points).labels, everyone.labels)


@given(st.permutations(range(4)))
def test_numbers_stay_with_the_customers(numbers: list[int]) -> None:
    """Whatever the numbers were, a new grouping of the same customers gives them again, and the names with them."""
    points, _ = shop(120)
    now = first(points)
    before = np.array(numbers)[now.labels]
    names = {numbers[old]: name for old, name in now.names.items()}
    again = segment(points, before, names, 4)
    assert again is not None
    assert np.array_equal(again.labels, before)
    assert again.names == names


def test_customers_who_are_new_leave_the_numbers_alone() -> None:
    """A fit to more customers keeps the numbers that the earlier customers have."""
    points, truth = shop()
    before = np.where(np.arange(len(points)) < 400, 3 - first(points).labels, NONE)
    names = {3 - number: name for number, name in first(points).names.items()}
    again = segment(points, before, names, 4)
    assert again is not None
    assert np.mean(again.labels[:400] == before[:400]) == 1
    assert len(set(zip(again.labels.tolist(), truth.tolist(), strict=True))) == 4


@given(arrays.arrays(np.intp, (2, 60), elements=st.integers(0, 5)))
def test_no_other_numbers_keep_more_customers(groups: np.ndarray) -> None:
    """As many customers keep their number as in scipy's solution of the assignment problem."""
    labels, before = groups
    shared = np.zeros((6, 6))
    np.add.at(shared, (labels, before), 1)
    most = shared[linear_sum_assignment(shared, maximize=True)].sum()
    assert np.sum(matched(labels, before, 6)[labels] == before) == most


@given(standardised, standardised)
def test_each_centre_has_one_name(recency: float, value: float) -> None:
    """The ranges of the names fill the plane and do not overlap."""
    assert sum(area.holds(recency, value) for areas in NAMES.values() for area in areas) == 1


@pytest.mark.parametrize(("recency", "kept"), [(0.25 + MARGIN / 2, True), (0.25 + 2 * MARGIN, False)])
def test_a_name_stays_a_little_beyond_its_range(recency: float, *, kept: bool) -> None:
    """A centre at the edge does not rename its group each day."""
    assert any(area.holds(recency, 0.6, MARGIN) for area in NAMES["loyal"]) is kept


def test_groups_of_one_name_are_told_apart() -> None:
    """Six groups among four kinds of customers: no two have the same name."""
    found = first(shop()[0], clusters=8)
    assert len(set(found.names.values())) == 8


def test_too_few_different_customers_are_not_grouped() -> None:
    """Two kinds of customers cannot form four groups."""
    points = np.repeat([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], 10, axis=0)
    assert segment(points, np.full(20, NONE), {}, 4) is None
    assert segment(np.empty((0, 3)), np.empty(0, int), {}, 4) is None


def test_what_all_have_in_common_is_no_difference() -> None:
    """One invoice each: an equal frequency has no effect, and nothing is divided by zero."""
    points = features(np.arange(1_000.0), np.ones(1_000), np.arange(1.0, 1_001))
    assert not points[:, 1].any()
    np.testing.assert_allclose(points.std(axis=0), [1, 0, 1])
