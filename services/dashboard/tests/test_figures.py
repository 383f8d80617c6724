"""Figures as people read them, the matrix of moves, the settings."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from common.errors import UserError
from common.settings import load
from dashboard import figures
from dashboard.pages.customers import Move, matrix
from dashboard.settings import Settings


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        ("count", 1234.4, "1,234"), ("count", None, "–"), ("count", -5, "−5"), ("count", Decimal(0), "0"),
        ("brief", 999, "999"), ("brief", -1577.4, "−1.6k"), ("brief", 253_344, "253k"), ("brief", None, "–"),
        ("brief_pounds", Decimal(-2), "−£2"), ("brief_pounds", 253_344, "£253k"), ("brief_pounds", None, "–"),
        ("pence", Decimal("1.95"), "£1.95"), ("pence", -0.001, "£0.00"), ("pence", -2, "−£2.00"), ("pence", None, "–"),
        ("fine", -2.534, "−2.53"), ("fine", None, "–"), ("share", Decimal("-0.05"), "−5 %"),
        ("product", None, "(without a description)"), ("product", "BUNTING", "BUNTING"),
        ("product", " \u00a0\u200f", "(without a description)"), ("product", " \u200f☂ ", " \u200f☂ "),
        ("text", "\t", "–"), ("text", "", "–"), ("text", None, "–"), ("text", 0, "0"),
        ("brief", 999_999, "1,000k"), ("brief_pounds", -1_921_000, "−£1.92m"),
        ("decimal", 2.5, "2.5"), ("decimal", Decimal("2.0000"), "2"),
        ("pounds", Decimal("3458.20"), "£3,458"), ("pounds", -3, "−£3"), ("pounds", Decimal("-0.2"), "£0"),
        ("short_pounds", 6_750_000, "£6.75 m"), ("short_pounds", 999, "£999"), ("short_pounds", None, "–"),
        ("share", 0.1661, "17 %"), ("share", 0.004, "0.4 %"), ("share", 0, "0 %"), ("fine_share", 0.0031, "0.31 %"),
        ("times", 2.16, "× 2.2"),
        ("day", dt.date(2011, 12, 9), "9 Dec 2011"), ("moment", None, "–"),
    ],
)  # fmt: skip
def test_a_figure_is_shown(form: str, value: Any, text: str) -> None:
    """Rounded for people, with separators and units."""
    assert getattr(figures, form)(value) == text


def test_the_matrix_has_present_groups_first() -> None:
    """Former names and those in no group follow; the darkest cell has the most moves, none is white."""
    found = matrix([Move("a", "b", 10), Move("b", None, 1), Move("old", "a", 4)], ["a", "b"])
    assert found.rows == ["a", "b", "old"]
    assert found.columns == ["a", "b", "no group"]
    assert [[cell and tuple(cell) for cell in row] for row in found.cells] == [
        [None, (10, 5), (0, 0)], [(0, 0), None, (1, 1)], [(4, 2), (0, 0), (0, 0)],
    ]  # fmt: skip


def test_no_moves_are_an_empty_matrix() -> None:
    """Before the second grouping every cell is 0."""
    assert matrix([], ["a", "b"]).cells == [[None, (0, 0)], [(0, 0), None]]


@pytest.mark.parametrize(("more", "hosts"), [
    ("", ["localhost", "127.0.0.1", "dashboard"]),
    ("Shop.example,*.shop.example", ["localhost", "127.0.0.1", "dashboard", "shop.example", "*.shop.example"]),
])  # fmt: skip
def test_hosts_are_added(monkeypatch: pytest.MonkeyPatch, more: str, hosts: list[str]) -> None:
    """DASHBOARD_HOSTS adds to the own names."""
    monkeypatch.setenv("DASHBOARD_HOSTS", more)
    assert load(Settings).hosts() == hosts


@pytest.mark.parametrize("wrong", ["http://shop.example", "*", "a b", "a,,b", "-a"])
def test_wrong_hosts_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """An address, or everything, is no host."""
    monkeypatch.setenv("DASHBOARD_HOSTS", wrong)
    with pytest.raises(UserError, match="DASHBOARD_HOSTS="):
        load(Settings)
