"""One group of customers: its members, how it differs from all, what it buys more than others, who came and went."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from pydantic import Field

from dashboard.edges.mariadb import Row
from dashboard.page import NotFound, Page, Parameters
from dashboard.pages._groups import MEMBER_COLUMNS, NO_GROUP, SQL, Segment, member, segments
from dashboard.snapshots import Reading
from dashboard.tables import Cells, Column, Group, Table

MEMBERS, ALL_MEMBERS, MEDIAN_OF = SQL("group_members"), SQL("group_all_members"), SQL("group_medians")
FAVOURITES, EXCHANGED, LAST_MOVES = SQL("group_favourites"), SQL("group_exchanged"), SQL("group_last_moves")

MEMBERS_SHOWN = 200
MOVES_SHOWN = 50


class ByName(Parameters):
    """The group's name."""

    name: str = Field(max_length=64)


class Medians(NamedTuple):
    """Medians of all customers in groups: days since the last purchase, invoices, pounds."""

    recency: float
    frequency: float
    monetary: Decimal


class Favourite(NamedTuple):
    """A product that the group buys more than the others: its shares are those of its lines."""

    StockCode: str
    Description: str | None
    customers: int
    turnover: Decimal
    share: float
    share_of_all: float
    as_of: dt.datetime


class Exchanged(NamedTuple):
    """How many customers came from another group, and went to it; None: no group."""

    segment: int | None
    name: str | None
    came: int
    went: int


class Move(NamedTuple):
    """A customer who came or went."""

    CustomerID: str
    as_of: dt.datetime
    came: int
    segment: int | None
    name: str | None
    monetary: Decimal


@dataclass(frozen=True)
class OneGroup:
    """The page's figures."""

    segment: Segment
    others: Sequence[Segment]
    everyone: Medians
    members: Sequence[Cells]
    favourites: Sequence[Favourite]
    exchanged: Sequence[Exchanged]
    moves: Sequence[Move]


def read(reading: Reading, parameters: ByName) -> OneGroup:
    """Return the figures of a snapshot."""
    return reading.once_per_grouping(_read, parameters.name)


def _read(reading: Reading, name: str) -> OneGroup:
    groups = reading.once_per_grouping(segments)
    one = next((one for one in groups if one.name == name), None)
    if one is None:
        raise NotFound(_missing(name, [group.name for group in groups]))
    number = one.segment
    return OneGroup(
        segment=one,
        others=[group for group in groups if group != one],
        everyone=reading.once_per_grouping(medians),
        members=tuple(map(member, reading.rows(MEMBERS, segment=number, shown=MEMBERS_SHOWN))),
        favourites=tuple(Favourite(**row) for row in reading.rows(FAVOURITES, segment=number)),
        exchanged=tuple(_exchanged(row) for row in reading.rows(EXCHANGED, segment=number)),
        moves=tuple(Move(**row) for row in reading.rows(LAST_MOVES, segment=number, shown=MOVES_SHOWN)),
    )


def _missing(name: str, names: Sequence[str]) -> str:
    if not names:
        return f"There is no group “{name}”: the customers are not grouped yet."
    return f"There is no group “{name}” now. The groups are {', '.join(names[:-1])} and {names[-1]}."


def medians(reading: Reading) -> Medians:
    """Return the medians of all customers in groups."""
    row = reading.row(MEDIAN_OF)
    return Medians(**row) if row else Medians(0, 0, Decimal(0))


def _exchanged(row: Row) -> Exchanged:
    return Exchanged(row["segment"], row["name"], int(row["came"]), int(row["went"]))  # MariaDB's sums are decimals


def all_members(segment: int, reading: Reading) -> Iterator[Cells]:
    """Yield all members of a group."""
    return map(member, reading.stream(ALL_MEMBERS, segment=segment))


def tables(shown: OneGroup) -> list[Table]:
    """Return the page's tables."""
    one = shown.segment
    return [
        difference_table(shown),
        products_table(shown),
        Table(
            "exchanged",
            f"How many came to {one.name}, and how many went",
            (Column("other group", "group"), Column("came from it"), Column("went to it")),
            [(Group(other.segment, other.name or NO_GROUP), other.came, other.went) for other in shown.exchanged],
            empty="Nobody has come or gone yet: a move takes two groupings.",
        ),
        moves_table(shown),
        Table(
            "members",
            f"Members of {one.name}, those who spent most first",
            MEMBER_COLUMNS,
            shown.members,
            everything=partial(all_members, one.segment),
        ),
    ]  # fmt: skip


def difference_table(shown: OneGroup) -> Table:
    """Return the group's medians beside those of all customers and of the other groups."""
    one, everyone = shown.segment, shown.everyone
    return Table(
        "difference",
        f"Medians of {one.name}, of all customers in groups, and of the other groups",
        (
            Column("group", "group"),
            Column("days since", "decimal"),
            Column("invoices", "decimal"),
            Column("pounds", "pounds"),
        ),
        [
            (one.group, one.median_recency, one.median_frequency, one.median_monetary),
            (Group(None, "all customers"), *everyone),
            *(
                (other.group, other.median_recency, other.median_frequency, other.median_monetary)
                for other in shown.others
            ),
        ],
    )  # fmt: skip


def products_table(shown: OneGroup) -> Table:
    """Return what the group buys more than others."""
    one = shown.segment
    return Table(
        "products",
        f"What {one.name} buy more than others",
        (
            Column("product", "product"),
            Column("code", "text"),
            Column("customers"),
            Column("pounds", "pounds"),
            Column("of their lines", "fine share"),
            Column("of all lines", "fine share"),
            Column("times", "times"),
        ),
        [
            (
                found.Description, found.StockCode, found.customers, found.turnover,
                found.share, found.share_of_all,
                found.share / found.share_of_all if found.share_of_all else None,
            )
            for found in shown.favourites
        ],
        empty="Not computed yet: products are found when the stream is idle, or a minute after a grouping.",
    )  # fmt: skip


def moves_table(shown: OneGroup) -> Table:
    """Return who came and who went."""
    one = shown.segment
    return Table(
        "moves",
        f"Who came to {one.name} and who went, newest first",
        (
            Column("on", "day"),
            Column("customer", "customer"),
            Column("move", "text"),
            Column("other group", "group"),
            Column("pounds", "pounds"),
        ),
        [
            (
                move.as_of.date(), move.CustomerID, "came from" if move.came else "went to",
                Group(move.segment, move.name or NO_GROUP), move.monetary,
            )
            for move in shown.moves
        ],
        empty="Nobody has come or gone yet.",
    )  # fmt: skip


PAGE = Page(
    path="/groups/{name}",
    title=lambda shown: shown.segment.name,
    read=read,
    parameters=ByName,
    tables=tables,
)
