"""The products that each group of customers buys more than the others."""

import math
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

PLACES = 20  # products per group
FEWEST = 3  # customers of the group: what one or two bought is theirs, not the group's


class Bought(NamedTuple):
    """What a group bought of a product, returns and gifts left out; turnover in pounds."""

    segment: int
    code: str
    customers: int
    lines: int
    pieces: int
    turnover: Decimal


class Distinctive(NamedTuple):
    """A product of a group: its place, and its share in the lines of the group and of all groups."""

    place: int
    bought: Bought
    share: float
    share_of_all: float


def distinctive(bought: Iterable[Bought]) -> list[Distinctive]:
    """Return the products that distinguish each group most from all, best first.

    A product ranks by its part of the Kullback-Leibler divergence of the group's lines from all lines: its lines in the
    group, times the logarithm of its share there over its share in all.
    """
    of_group: dict[int, list[Bought]] = defaultdict(list)
    of_product: dict[str, int] = defaultdict(int)
    for one in bought:
        of_group[one.segment].append(one)
        of_product[one.code] += one.lines
    total = sum(of_product.values())
    return [
        distinctive
        for segment in sorted(of_group)
        for distinctive in _ranked(of_group[segment], {code: lines / total for code, lines in of_product.items()})
    ]


def _ranked(bought: list[Bought], shares_of_all: dict[str, float]) -> list[Distinctive]:
    total = sum(one.lines for one in bought)
    found = [
        Distinctive(0, one, share, shares_of_all[one.code])
        for one in bought
        if one.customers >= FEWEST and (share := one.lines / total) > shares_of_all[one.code]
    ]
    found.sort(key=lambda one: (-one.bought.lines * math.log(one.share / one.share_of_all), one.bought.code))
    return [one._replace(place=place) for place, one in enumerate(found[:PLACES], 1)]
