"""Single dates: how they are read, and what they show about the order of day and month."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.reading import dates
from producer.reading.dates import Dates, Kind, Order

MOMENT = dt.datetime(2011, 3, 4, 15, 6, 7)  # noqa: DTZ001 - wall-clock time is what a sheet has


@pytest.mark.parametrize(
    ("cell", "order", "text"),
    [
        (MOMENT, None, "2011-03-04 15:06:07"),
        (MOMENT.replace(microsecond=999_999), None, "2011-03-04 15:06:08"),
        (MOMENT.date(), None, "2011-03-04 00:00:00"),
        ("2011-03-04", None, "2011-03-04 00:00:00"),
        ("2011-3-4 5:06", None, "2011-03-04 05:06:00"),
        ("2011-03-04T15:06:07.4Z", None, "2011-03-04 15:06:07"),
        ("2011-03-04 15:06:07.600000", None, "2011-03-04 15:06:08"),
        ("2011-03-04 15:06:07+00:00", None, "2011-03-04 15:06:07"),
        ("2011-03-04T15:06:07.000+01:00", None, "2011-03-04 15:06:07"),
        ("4-Mar-11", None, "2011-03-04 00:00:00"),
        ("04 march 2011 3:06 PM", None, "2011-03-04 15:06:00"),
        ("2011-03-04 15:06:07 UTC", None, "2011-03-04 15:06:07"),
        ("2011-03-04 15:06:07.5+00", None, "2011-03-04 15:06:08"),
        ("3/4/2011 3:06:07 p.\u00a0m.", "mdy", "2011-03-04 15:06:07"),
        ("3.4.2011 15.06", "dmy", "2011-04-03 15:06:00"),
        ("3.4.2011 15.06.07,5", "dmy", "2011-04-03 15:06:08"),
        ("3. 4. 2011 15:06", "dmy", "2011-04-03 15:06:00"),
        ("3.4.2011. 15:06", "dmy", "2011-04-03 15:06:00"),
        ("2011. 03. 04. 15:06", None, "2011-03-04 15:06:00"),
        ("2011.03.04. 5:06:07", None, "2011-03-04 05:06:07"),
        ("2011/03/04 15:06:07", None, "2011-03-04 15:06:07"),
        ("'2011-03-04 15:06", None, "2011-03-04 15:06:00"),
        (" 2011-03-04\u00a015:06 ", None, "2011-03-04 15:06:00"),
        ("3/4/2011", "mdy", "2011-03-04 00:00:00"),
        ("3/4/2011", "dmy", "2011-04-03 00:00:00"),
        ("3.4.11 5:06", "dmy", "2011-04-03 05:06:00"),
        ("3-4-69", "mdy", "1969-03-04 00:00:00"),
        ("3-4-68", "mdy", "2068-03-04 00:00:00"),
        ("3/4/2011 12:00 AM", "mdy", "2011-03-04 00:00:00"),
        ("3/4/2011 12:30 pm", "mdy", "2011-03-04 12:30:00"),
        ("3/4/2011, 3:06:07 p.m.", "mdy", "2011-03-04 15:06:07"),
        ("5/5/2011", None, "2011-05-05 00:00:00"),
        (40606.629247685183, None, "2011-03-04 15:06:07"),
        (40606, None, "2011-03-04 00:00:00"),
        ("40606,5", None, "2011-03-04 12:00:00"),
        ("2000-02-29", None, "2000-02-29 00:00:00"),
    ],
)
def test_dates(cell: Any, order: Order | None, text: str) -> None:
    """A date in any of these formats gets the contract's format."""
    assert dates.canonical(cell, Dates(order, frozenset())) == text


@pytest.mark.parametrize(
    "cell",
    [
        "2010-13-12 17:05:00", "2011-02-29", "31/2/2011", "13/13/2011", "3/4-2011", "3/4/2011 25:00",
        "3/4/2011 13:00 PM", "3/4/2011 0:30 AM", "2011-03-04 15:06:07 CET", "yesterday", "2011", "20110304",
        "\u0662\u0660\u0661\u0661-03-04",
        "1/2/3", "2011-03-04 15", "2011-03-04 15.06:07", "3. 4.2011",
        "", "-", "1e5", "3/4/2011 5:6", "4-Mbr-11", "31-Feb-2011",
    ],
)  # fmt: skip
def test_no_dates(cell: str) -> None:
    """What is not a date is returned unchanged, to be rejected with its own text."""
    assert dates.canonical(cell, Dates("dmy", frozenset())) == cell


@pytest.mark.parametrize(
    ("number", "text"), [(2011, "2011"), (6.5, "6.5"), (20_110_304, "20110304"), (1e300, f"{10**300}")]
)
def test_numbers_that_are_no_dates(number: float, text: str) -> None:
    """A number outside the range of dates does not become one."""
    assert dates.canonical(number, Dates(None, frozenset())).startswith(text[:10])


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (MOMENT, Kind.CELL),
        ("2011-03-04", Kind.YEAR_FIRST),
        ("4-Mar-11", Kind.NAMED_MONTH),
        ("13/1/2011", Kind.DAY_FIRST),
        ("1.13.11", Kind.MONTH_FIRST),
        ("1/2/2011", Kind.EITHER),
        ("2/2/2011", Kind.SAME),
        ("13/13/2011", Kind.OTHER),
        ("31/2/2011", Kind.OTHER),
        ("13/1/2011 25:00", Kind.OTHER),
        ("2011-02-29", Kind.OTHER),
        ("31-Feb-2011", Kind.OTHER),
        (40606.5, Kind.SERIAL),
        ("40606.5", Kind.SERIAL),
        (6, Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_kinds(cell: object, kind: Kind) -> None:
    """A value shows the order of day and month, or its format."""
    assert dates.kind_of(cell) is kind


@given(st.text(max_size=24) | st.from_regex(dates.YEAR_LAST, fullmatch=True) | st.floats() | st.integers())
def test_any_value(value: object) -> None:
    """Any value becomes a date or is returned unchanged, without an exception."""
    assert isinstance(dates.canonical(value, Dates("mdy", frozenset())), str)
    assert dates.kind_of(value) in Kind
