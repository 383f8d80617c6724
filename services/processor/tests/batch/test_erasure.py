"""Erased customers do not come back."""

from __future__ import annotations

import hashlib

import pytest
from made import line, reject, table

from processor.batch.erasure import effective_offsets, erase, least
from processor.edges.positions import Erasure, Place


def sha(customer: str) -> str:
    """Return how the database names an erased customer."""
    return hashlib.sha256(customer.encode()).hexdigest()


def test_the_erased_customers_lines_below_the_offset_lose_the_number() -> None:
    """Lines of the customer below the offset of their partition lose it; later ones and those of others do not."""
    lines = table(
        line((0, 0), customer="a"), line((0, 1), customer="b"), line((0, 2), customer=None), line((0, 3), customer="a"),
        line((1, 3), customer="a"),
    )  # fmt: skip
    erased = erase(lines, effective_offsets(lines, {}), [Erasure(sha("a"), 0, 3), Erasure(sha("a"), 1, 9)])
    assert erased["CustomerID"].to_pylist() == [None, "b", None, "a", None]


def test_each_customer_has_an_offset_of_their_own() -> None:
    """Two customers erased at different times are each covered up to their own offset."""
    lines = table(line((0, 4), customer="a"), line((0, 5), customer="b"))
    erased = erase(lines, effective_offsets(lines, {}), [Erasure(sha("a"), 0, 4), Erasure(sha("b"), 0, 6)])
    assert erased["CustomerID"].to_pylist() == ["a", None]


@pytest.mark.parametrize("ends", [(2, 5), (5, 2)])
def test_rejected_messages_below_the_highest_offset_go(ends: tuple[int, int]) -> None:
    """A rejected message may name anyone: below the highest erased offset of its partition its bytes go."""
    lines = table(reject((0, 4)), reject((0, 5)), reject((1, 0)))
    erased = erase(lines, effective_offsets(lines, {}), [Erasure(sha("a"), 0, ends[0]), Erasure(sha("b"), 0, ends[1])])
    assert erased["message"].to_pylist() == [None, b"x", b"x"]


def test_reasons_below_the_highest_offset_quote_nothing() -> None:
    """A customer's number in a wrong column is in the reason too, with quotes or line breaks in it or not."""
    reasons = ["Quantity 'it's\n17850' is not a whole number", "the message is empty", "Quantity '17850.5' is wrong"]
    lines = table(*(reject((0, offset), reason) for offset, reason in enumerate(reasons)), line((0, 3)))
    erased = erase(lines, effective_offsets(lines, {}), [Erasure(sha("a"), 0, 2)])
    assert erased["reason"].to_pylist() == ["Quantity '...' is not a whole number", *reasons[1:], None]


def test_a_resent_message_is_covered_by_its_first_offset() -> None:
    """A message of the customer that was rejected, then erased, then resent does not bring the customer back."""
    lines = table(line((0, 9), customer="a", resent=(0, 7)))
    offsets = effective_offsets(lines, {Place(0, 9): Place(0, 2)})
    assert least(lines, offsets) == {0: 2}
    assert erase(lines, offsets, [Erasure(sha("a"), 0, 3)])["CustomerID"].to_pylist() == [None]


def test_without_erasures_the_lines_are_the_same() -> None:
    """Nothing is touched, nor copied."""
    lines = table(line((0, 0)))
    assert erase(lines, effective_offsets(lines, {}), []) is lines
