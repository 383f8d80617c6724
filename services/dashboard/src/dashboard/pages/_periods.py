"""Spans and periods of the data's own time, by its newest sale."""

import datetime as dt
from typing import Literal

type Span = Literal["all", "year", "quarter", "month"]
type Period = Literal["day", "week", "month"]

DAYS: dict[Span, int] = {"year": 365, "quarter": 91, "month": 30}


def first_and_last(span: Span, newest: dt.datetime | None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a span; all time before the first sale that counts as the newest."""
    if span == "all" or newest is None:
        return dt.date.min, dt.date.max
    last = newest.date()
    return last - dt.timedelta(days=DAYS[span] - 1), last


def beginning(day: dt.date, period: Period) -> dt.date:
    """Return the first day of the period in which a day is; weeks begin on Mondays."""
    match period:
        case "day":
            return day
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
