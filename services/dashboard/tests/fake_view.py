"""A view in memory with the interface of `Database`: rows by the name of the statement that would read them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.edges.mariadb import DatabaseAway, Row
from dashboard.statements import Statement

if TYPE_CHECKING:
    import threading

END = dt.datetime(2011, 12, 9, 16, 52)  # noqa: DTZ001 - local time of the sales
NAMES = ("champions", "loyal", "new", "lost")


class FakeView:
    """Rows by statement; all readings are counted, and fail while `away` has a reason."""

    def __init__(self, content: Mapping[str, list[Row]], **stand: object) -> None:
        self.content = dict(content)
        self.stand: Row = {
            "batch": 0, "committed_at": None, "commit_age": None, "newest_sale": None, "grouping_number": 0,
            "grouped_as_of": None, "grouped_at": None, "products": 0, "erased": 0,
        } | stand  # fmt: skip
        self.away = ""
        self.read: list[str] = []
        self.open = 0
        self.wait: threading.Event | None = None

    def change(self, **stand: object) -> None:
        """Let the view stand at something else from now on."""
        self.stand = self.stand | stand

    @contextmanager
    def snapshot(self) -> Iterator["FakeView"]:
        """Yield the view."""
        if self.away:
            raise DatabaseAway(self.away)
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    def rows(self, statement: Statement, **_: object) -> list[Row]:
        """Return the rows of a statement."""
        if statement.name == "stand":
            return [dict(self.stand)]
        if self.wait is not None and statement.name != "offsets":
            self.wait.wait(5)
        self.read.append(statement.name)
        return [dict(row) for row in self.content.get(statement.name, [])]

    def stream(self, statement: Statement, **parameters: object) -> Iterator[Row]:
        """Yield the rows of a statement."""
        yield from self.rows(statement, **parameters)


def progress(british: int, other: int, rejected: int, repeated: int = 0, *, missing: int = 0) -> dict[str, list[Row]]:
    """Return the running sums, in the types that MariaDB has for sums."""
    sums = {
        "messages": british + other + rejected + missing, "british": british, "other": other, "rejected": rejected,
        "repeated": repeated,
    }  # fmt: skip
    return {"customers_progress": [{name: Decimal(value) for name, value in sums.items()}]}


def segment(number: int, name: str, customers: int = 100, share: float = 0.25) -> Row:
    """Return a group's row."""
    return {
        "segment": number, "name": name, "customers": customers, "share": share, "median_recency": 7.5 + number,
        "median_frequency": 10.0, "median_monetary": Decimal("3458.20"), "turnover": Decimal("1000000.50"),
        "turnover_share": share, "as_of": END,
    }  # fmt: skip


def member(number: str, name: str = "champions") -> Row:
    """Return a customer's row."""
    return {
        "CustomerID": number, "segment": 0, "name": name, "monetary": Decimal("123.45"), "frequency": 3, "recency": 0,
    }  # fmt: skip


def empty() -> FakeView:
    """Return a view right after the migrations."""
    return FakeView(progress(0, 0, 0))


def not_grouped() -> FakeView:
    """Return a view with lines, before the first grouping."""
    last = {"customers_last_batch": [{"lines_read": 20_000, "lines_per_second": 73_358.4}]}
    content = progress(18_208, 1_792, 0) | last
    return FakeView(content, batch=1, committed_at=END, commit_age=Decimal("3.5"), newest_sale=END)


def only_rejected() -> FakeView:
    """Return a view of messages that are no sales lines."""
    last = {"customers_last_batch": [{"lines_read": 500, "lines_per_second": 100.0}]}
    return FakeView(progress(0, 0, 500) | last, batch=2, committed_at=END, commit_age=Decimal(100))


def grouped(
    names: tuple[str, ...] = NAMES, description: str | None = "PARTY BUNTING", number: str = "12346"
) -> FakeView:
    """Return a view after a grouping, with a customer who moved, and products."""
    first, last = names[0], names[-1]
    bottom = len(names) - 1
    move = {
        "CustomerID": number, "as_of": END, "from_segment": 0, "from_name": first, "to_segment": bottom,
        "to_name": last, "monetary": Decimal("40519.00"), "all_of_them": 1,
    }  # fmt: skip
    content: dict[str, list[Row]] = {
        "segments": [segment(place, name) for place, name in enumerate(names)],
        "customers_moves": [
            {"from_name": first, "to_name": last, "customers": 3},
            {"from_name": first, "to_name": None, "customers": 1},
            {"from_name": "a former name", "to_name": first, "customers": 2},
        ],
        "customers_slipped": [move],
        "customers_history": [
            {"version": version, "segment": place, "as_of": END, "customers": 100, "turnover": Decimal("10.5")}
            for version in (1, 2)
            for place in range(len(names))
        ],
        "customers_biggest": [member(number, first)],
        "customers_everyone": [member(number, first), member("=1+1", first)],
        "customers_drawn": [{"CustomerID": number, "recency": 0, "monetary": Decimal("0.001"), "segment": 0}],
        "group_members": [member(number, first)],
        "group_all_members": [member(number, first), member("@cmd", first)],
        "group_medians": [{"recency": Decimal(50), "frequency": Decimal(2), "monetary": Decimal("611.65")}],
        "group_favourites": [
            {
                "StockCode": "47566", "Description": description, "customers": 12, "turnover": Decimal("99.90"),
                "share": 0.0091, "share_of_all": 0.0042, "as_of": END,
            }
        ],
        "group_exchanged": [{"segment": bottom, "name": last, "came": Decimal(1), "went": Decimal(2)}],
        "group_last_moves": [
            {
                "CustomerID": number, "as_of": END, "came": 1, "segment": bottom, "name": last,
                "monetary": Decimal("40519.00"),
            },
            {"CustomerID": "1", "as_of": END, "came": 0, "segment": None, "name": None, "monetary": Decimal(0)},
        ],
        "customers_last_batch": [{"lines_read": 6_049, "lines_per_second": 73_358.4}],
    }  # fmt: skip
    return FakeView(
        content | progress(1_620_604, 151_904, 24, 12), batch=293, committed_at=END, commit_age=Decimal("2.5"),
        newest_sale=END, grouping_number=2, grouped_as_of=END, grouped_at=END, products=2,
    )  # fmt: skip


def with_group(**changes: Any) -> FakeView:
    """Return a grouped view with other rows for some statements."""
    view = grouped()
    view.content |= changes
    return view
