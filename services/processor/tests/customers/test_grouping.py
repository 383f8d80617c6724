"""The steps of a grouping, and the thread that runs it."""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pymysql
import pytest

from processor.customers import grouper as grouper_module
from processor.customers.grouper import Grouper
from processor.customers.grouping import group
from processor.customers.products import Bought, Distinctive
from processor.customers.store import CUSTOMERS, Grouping, Profile
from processor.edges.positions import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DAY = dt.datetime(2011, 12, 9, 12, 50)  # noqa: DTZ001 - wall-clock time, as in the lines
# Days since the last purchase, invoices, pounds of each customer, by kind.
SHOP = {
    "champions": [(1, 30, "9000.000"), (2, 28, "9500.500"), (1, 31, "9100.000")],
    "loyal": [(20 + number, 7, f"150{number}.000") for number in range(6)],
    "lost": [(300 + number, 1, f"9{number}.000") for number in range(9)],
}
CUSTOMERS_IN_GROUPS = 18


@dataclass
class FakeGroupings:
    """The interface of `GroupingTransaction`, and its store, in memory."""

    customers_by_id: dict[str, tuple[int | None, int, str]]
    last: Grouping = field(default_factory=lambda: Grouping(0, 0, None, 0))
    batch: int = 1
    members: dict[str, int | None] = field(default_factory=dict)
    profiles: list[Profile] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    products: list[tuple[int, str]] = field(default_factory=list)
    products_of: int = 0

    def lock_grouping(self) -> Grouping:
        """Return the last grouping."""
        return self.last

    def stream(self) -> tuple[int, dt.datetime | None]:
        """Return the last batch and the newest sale."""
        return self.batch, DAY

    def customers(self, _as_of: dt.datetime) -> pa.Table:
        """Return everyone."""
        columns = [
            (customer, recency, frequency, Decimal(monetary), self.members.get(customer))
            for customer, (recency, frequency, monetary) in sorted(self.customers_by_id.items())
        ]
        return pa.table(list(map(list, zip(*columns, strict=True))), schema=CUSTOMERS)

    def names(self, _version: int) -> dict[int, str]:
        """Return the names of the last grouping."""
        return {profile.segment: profile.name for profile in self.profiles}

    def save_members(self, members: pa.Table) -> None:
        """Store the groups of customers."""
        self.members.update(zip(members["CustomerID"].to_pylist(), members["segment"].to_pylist(), strict=True))

    def save_moves(self, moves: pa.Table) -> None:
        """Keep the moves."""
        self.moves += moves.to_pylist()

    def save_grouping(self, grouping: Grouping, profiles: Sequence[Profile]) -> None:
        """Make a grouping the last one."""
        self.last, self.profiles = grouping, list(profiles)

    def lacks_products(self) -> bool:
        """Return whether the products are of an earlier grouping."""
        return self.products_of != self.last.version

    def bought(self) -> list[Bought]:
        """Return that each group buys its own product."""
        return [Bought(one.segment, f"for {one.name}", 5, 10, 10, Decimal(10)) for one in self.profiles]

    def save_products(self, products: Sequence[Distinctive]) -> None:
        """Keep the products."""
        self.products = [(one.bought.segment, one.bought.code) for one in products]
        self.products_of = self.last.version

    def save_cluster_products(self) -> None:
        """Keep nothing: MariaDB finds them."""

    @contextmanager
    def transaction(self) -> Iterator[FakeGroupings]:
        """Give a transaction, or fail."""
        if self.errors:
            raise self.errors.pop()
        yield self


@pytest.fixture
def groupings() -> FakeGroupings:
    """Customers of three kinds, one who only returned and one who returned everything."""
    customers = {f"{name}{number}": rfm for name, kind in SHOP.items() for number, rfm in enumerate(kind)}
    return FakeGroupings({**customers, "returned": (5, 2, "0.000"), "cancelled": (None, 0, "-12.500")})


def names_of(groupings: FakeGroupings) -> dict[str, str]:
    """Return the name of each customer's group."""
    names = groupings.names(0)
    return {customer: names[number] for customer, number in groupings.members.items() if number is not None}


def test_everyone_who_kept_something_is_in_a_group(groupings: FakeGroupings) -> None:
    """Those who bought nothing, or returned everything, are in none, and no customer has moved yet."""
    grouped = group(groupings, 3)  # type: ignore[arg-type]
    assert grouped is not None
    assert names_of(groupings) == {
        f"{name}{number}": name for name, kind in SHOP.items() for number in range(len(kind))
    }
    assert grouped.moved == 0
    assert groupings.last == Grouping(1, 1, DAY, 3)


def test_a_profile_says_what_a_group_is_like(groupings: FakeGroupings) -> None:
    """Means, medians and shares are those of its customers; the turnover is exact."""
    group(groupings, 3)  # type: ignore[arg-type]
    champions = groupings.profiles[0]
    assert champions == Profile(
        segment=0, name="champions", customers=3, share=3 / CUSTOMERS_IN_GROUPS, mean_recency=4 / 3, median_recency=1,
        mean_frequency=pytest.approx(89 / 3), median_frequency=30, mean_monetary=Decimal("9200.17"),
        median_monetary=Decimal("9100.00"), turnover=Decimal("27600.500"),
        turnover_share=pytest.approx(27600.5 / 37461.5),
    )  # fmt: skip
    assert sum(profile.share for profile in groupings.profiles) == pytest.approx(1)


def test_without_anything_new_nothing_is_written(groupings: FakeGroupings) -> None:
    """The last micro-batch was seen: no version, no move."""
    group(groupings, 3)  # type: ignore[arg-type]
    assert group(groupings, 3) is None  # type: ignore[arg-type]
    assert groupings.last.version == 1


def test_a_move_is_kept_with_its_names(groupings: FakeGroupings) -> None:
    """A loyal customer who was not seen for a year is lost; the others stay."""
    group(groupings, 3)  # type: ignore[arg-type]
    groupings.customers_by_id["loyal0"], groupings.batch = (330, 1, "95.000"), 2
    grouped = group(groupings, 3)  # type: ignore[arg-type]
    assert grouped is not None
    assert grouped.moved == 1
    assert groupings.moves == [
        {"version": 2, "CustomerID": "loyal0", "as_of": DAY, "from_segment": 1, "from_name": "loyal", "to_segment": 2,
         "to_name": "lost"}
    ]  # fmt: skip


def test_one_who_gave_everything_back_leaves_the_groups(groupings: FakeGroupings) -> None:
    """The move leads to no group, and coming back counts as new, not as a move."""
    group(groupings, 3)  # type: ignore[arg-type]
    groupings.customers_by_id["loyal0"], groupings.batch = (20, 8, "-1.000"), 2
    group(groupings, 3)  # type: ignore[arg-type]
    assert groupings.members["loyal0"] is None
    assert [(move["CustomerID"], move["to_segment"], move["to_name"]) for move in groupings.moves] == [
        ("loyal0", None, None)
    ]


def test_another_number_of_groups_moves_nobody(groupings: FakeGroupings) -> None:
    """With another number of groups, old and new groups cannot be compared."""
    group(groupings, 3)  # type: ignore[arg-type]
    grouped = group(groupings, 2)  # type: ignore[arg-type]
    assert grouped is not None
    assert (grouped.moved, groupings.last) == (0, Grouping(2, 1, DAY, 2))
    assert set(groupings.members.values()) == {0, 1}


def test_too_few_customers_wait(groupings: FakeGroupings) -> None:
    """Nothing is written until there are as many kinds as groups."""
    for customers in ({"one": (1, 1, "1.000")}, {"cancelled": (None, 0, "-1.000")}):
        groupings.customers_by_id = customers
        assert group(groupings, 3) is None  # type: ignore[arg-type]
    assert groupings.last.version == 0


@pytest.fixture
def grouper(groupings: FakeGroupings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Grouper]]:
    """Starts a grouper with a short interval; it ends with the test."""
    monkeypatch.setattr(grouper_module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(grouper_module, "PATIENCE_SECONDS", 0.05)
    started: list[Grouper] = []

    def start(idle_seconds: float = 0.05) -> Grouper:
        monkeypatch.setattr(grouper_module, "IDLE_SECONDS", idle_seconds)
        state = State("x", 1, 1, {}, DAY)
        started.append(Grouper(groupings, state, 3))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.close(5)


def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_groups_when_the_stream_is_idle(groupings: FakeGroupings, grouper: Callable[..., Grouper]) -> None:
    """Also after commits before the start, and after a commit whose answer was lost."""
    one = grouper()
    until(lambda: groupings.last.version == 1)
    groupings.batch = 2
    one.note(None)
    until(lambda: groupings.last.version == 2)


def test_groups_at_a_new_day_of_the_stream(groupings: FakeGroupings, grouper: Callable[..., Grouper]) -> None:
    """A stream that is never idle is grouped when its own time crosses midnight, and not before."""
    one = grouper(idle_seconds=1_000)
    one.note(DAY + dt.timedelta(hours=1))
    time.sleep(0.1)
    assert groupings.last.version == 0
    one.note(DAY + dt.timedelta(hours=12))
    until(lambda: groupings.last.version == 1)


def test_products_wait_for_a_busy_stream(
    groupings: FakeGroupings, grouper: Callable[..., Grouper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is idle, and a stream that never is does not keep them for ever."""
    one = grouper(idle_seconds=1_000)
    one.note(DAY + dt.timedelta(hours=12))
    until(lambda: groupings.last.version == 1)
    time.sleep(0.1)
    assert groupings.products_of == 0
    monkeypatch.setattr(grouper_module, "PRODUCTS_SECONDS", 0.0)
    until(lambda: groupings.products_of == 1)


def test_finds_the_products_of_each_grouping(groupings: FakeGroupings, grouper: Callable[..., Grouper]) -> None:
    """After the first, and after each that follows; they take a share of the time, so the next one waits."""
    one = grouper()
    until(lambda: groupings.products_of == 1)
    assert [code for _, code in groupings.products] == [f"for {one.name}" for one in groupings.profiles]
    groupings.batch = 2
    one.note(None)
    until(lambda: groupings.products_of == 2)


def test_an_error_of_mariadb_passes(
    groupings: FakeGroupings, grouper: Callable[..., Grouper], caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the grouping is retried: the stream continues meanwhile."""
    groupings.errors = [pymysql.err.OperationalError(2013, "Lost connection")]
    with caplog.at_level(logging.INFO, "processor"):
        one = grouper()
        until(lambda: groupings.last.version == 1)
    assert one.error is None
    assert "customer grouping failed, retrying in 0 s: (2013, 'Lost connection')" in caplog.text


def test_any_other_error_ends_it(groupings: FakeGroupings, grouper: Callable[..., Grouper]) -> None:
    """The main thread raises it and the processor ends."""
    groupings.errors = [ValueError("an error of ours")]
    one = grouper()
    until(lambda: one.error)
    assert str(one.error) == "an error of ours"
