"""Ranges of the primary key that hold a customer's lines."""

import itertools
import random

import pytest

from dashboard.pages import _places
from dashboard.pages._places import Place, Range, ends, merged, newest, portions, within
from dashboard.statements import Statement


def drawn(seed: int) -> list[Range]:
    """Return up to nine ranges that often touch or overlap."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    firsts = [(chance.randrange(3), chance.randrange(60)) for _ in range(chance.randrange(10))]
    return [Range(partition, first, first + chance.randrange(10)) for partition, first in firsts]


def offsets(ranges: list[Range]) -> list[tuple[int, int]]:
    """Return the keys in ranges."""
    return [(one.kafka_partition, offset) for one in ranges for offset in range(one.first, one.last + 1)]


@pytest.mark.parametrize("seed", range(100))
def test_merged_ranges_hold_the_same(seed: int) -> None:
    """Each offset once, in order, and no two ranges touch."""
    ranges = drawn(seed)
    found = merged(ranges)
    assert offsets(found) == sorted(set(offsets(ranges)))
    assert all(left[0] != right[0] or left.last + 1 < right.first for left, right in itertools.pairwise(found))


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("widest", [1, 5, 12])
def test_portions_hold_the_same(seed: int, widest: int) -> None:
    """No offset is lost or doubled, and none of the portions is wider than a statement may be."""
    ranges = drawn(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_places, "WIDEST", widest)
        found = list(portions(merged(ranges)))
    assert [key for portion in found for key in offsets(portion)] == offsets(merged(ranges))
    assert all(sum(one.width for one in portion) <= widest for portion in found)


@pytest.mark.parametrize(("lines", "count"), [(1, 1), (3, 1), (4, 2), (8, 3), (100, 3)])
def test_as_many_invoices_as_needed(lines: int, count: int) -> None:
    """The newest ones, until they have enough lines."""
    places = [Place(str(number), 0, 10 * number, 10 * number + 2, 3) for number in range(3)]
    assert newest(places, lines) == places[:count]


def test_only_the_ends_of_a_wide_invoice() -> None:
    """A line that was sent again is far behind the others: both places are read, and not what is between."""
    near, wide = Place("1", 0, 5, 30, 10), Place("2", 1, 0, 10**9, 3)
    assert list(ends([near, wide], 500)) == [
        Range(0, 5, 30), Range(1, 0, 9_999), Range(1, 10**9 - 9_999, 10**9)
    ]  # fmt: skip


def test_the_beginning_of_a_long_invoice() -> None:
    """Of a million lines no more are read than are shown, with a reserve."""
    assert sum(one.width for one in ends([Place("1", 0, 0, 999_999, 1_000_000)], 500)) == 2_000


def test_a_dense_invoice_is_read_as_a_whole() -> None:
    """However many invoices there are."""
    places = [Place(str(number), 0, 400 * number, 400 * number + 399, 400) for number in range(500)]
    assert merged(ends(places, 500)) == [Range(0, 0, 199_999)]


def test_values_are_parameters() -> None:
    """The statement has names alone."""
    statement, values = within(Statement("lines", "WHERE ({ranges})"), [Range(0, 1, 2), Range(3, 4, 5)])
    assert statement.text % {name: str(value) for name, value in values.items()} == (
        "WHERE (kafka_partition = 0 AND kafka_offset BETWEEN 1 AND 2"
        " OR kafka_partition = 3 AND kafka_offset BETWEEN 4 AND 5)"
    )
    assert statement.text.count("%(") == len(values) == 6
