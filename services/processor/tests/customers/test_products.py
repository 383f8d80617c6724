"""The products that each group buys more than the others."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processor.customers.products import PLACES, Bought, distinctive


def bought(segment: int, code: str, lines: int, customers: int = 10) -> Bought:
    """Return what a group bought of a product."""
    return Bought(segment, code, customers, lines, lines * 6, Decimal(lines))


def test_a_group_gets_what_it_buys_more_than_all() -> None:
    """What all buy alike distinguishes nobody; shares are those of the lines."""
    found = distinctive([bought(0, "CAKE", 50), bought(0, "BAG", 50), bought(1, "TOY", 50), bought(1, "BAG", 50)])
    assert [(one.bought.segment, one.place, one.bought.code, one.share, one.share_of_all) for one in found] == [
        (0, 1, "CAKE", 0.5, 0.25),
        (1, 1, "TOY", 0.5, 0.25),
    ]


def test_many_lines_outrank_a_rare_favourite() -> None:
    """Few lines are chance, even where the group alone bought the product."""
    found = distinctive([bought(0, "RARE", 5), bought(0, "CAKE", 100), bought(1, "CAKE", 20), bought(1, "BAG", 300)])
    assert [one.bought.code for one in found] == ["CAKE", "RARE", "BAG"]


@pytest.mark.parametrize(("customers", "products"), [(2, 0), (3, 1)])
def test_what_one_or_two_customers_bought_is_left_out(customers: int, products: int) -> None:
    """It says nothing of the group."""
    found = distinctive([bought(0, "CAKE", 50, customers), bought(1, "BAG", 50, customers=1)])
    assert len(found) == products


def test_places_are_limited_and_the_same_for_the_same_lines() -> None:
    """Of equal products the codes decide."""
    found = distinctive([bought(0, f"{code:02}", 10) for code in range(PLACES + 5)] + [bought(1, "BAG", 100)])
    assert [one.bought.code for one in found if one.bought.segment == 0] == [f"{code:02}" for code in range(PLACES)]


def test_nobody_bought_anything() -> None:
    """Before the first grouping there are no groups."""
    assert distinctive([]) == []
