"""What a chart shows, for static/charts.js, which draws it with ECharts; and the groups' symbols."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal

type Value = int | float | Decimal | dt.datetime | None
type Point = tuple[Value, Value] | tuple[Value, Value, str] | tuple[Value, Value, str, int]

# Never colour alone: each group has a symbol too, as an SVG path in a square of 10 by 10.
SYMBOLS = (
    "M5 .5A4.5 4.5 0 1 1 5 9.5A4.5 4.5 0 1 1 5 .5Z",  # circle
    "M1 1H9V9H1Z",  # square
    "M5 .5L9.7 9.3H.3Z",  # triangle
    "M5 0L10 5L5 10L0 5Z",  # diamond
    "M3.4 0H6.6V3.4H10V6.6H6.6V10H3.4V6.6H0V3.4H3.4Z",  # plus
    "M5 9.5L.3 .7H9.7Z",  # triangle upside down
    "M0 2.2L2.2 0L5 2.8L7.8 0L10 2.2L7.2 5L10 7.8L7.8 10L5 7.2L2.2 10L0 7.8L2.8 5Z",  # cross
    "M5 0L6.4 3.4L10 3.8L7.3 6.2L8.1 10L5 8L1.9 10L2.7 6.2L0 3.8L3.6 3.4Z",  # star
)
# Beside stripes in a chart, for series without a group.
STRIPED = "M0 1H10V4H0ZM0 6H10V9H0Z"


def place(group: int) -> int:
    """Return a group's place in colours and symbols."""
    return group % len(SYMBOLS)


def symbol(group: int) -> str:
    """Return a group's symbol."""
    return SYMBOLS[place(group)]


@dataclass(frozen=True)
class Axis:
    """An axis; its unit is in the chart's caption too. Times are the data's own.

    A signed log axis is linear from -1 to 1 and logarithmic beyond, so that it has a place for 0 and for returns.
    """

    scale: Literal["value", "log", "signed log", "time"] = "value"
    unit: Literal["count", "pounds", "seconds", "number", "share"] = "count"
    name: str = ""  # in tooltips
    from_zero: bool = True  # whether a value axis begins at 0


@dataclass(frozen=True)
class Series:
    """Points in one colour, by ascending x unless they are a cloud.

    A third value is a point's name, a fourth how many it stands for: its size.
    """

    name: str
    colour: int
    points: Sequence[Point]
    symbol: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart: a cloud of points, lines, areas on top of each other, or bars, also on top of each other."""

    kind: Literal["cloud", "lines", "areas", "bars", "stacked bars"]
    x: Axis
    y: Axis
    series: Sequence[Series] = field(default_factory=tuple)

    def json(self) -> dict[str, Any]:
        """Return it as JSON values: amounts as numbers, times as milliseconds of a clock without a zone."""
        plain = asdict(self)
        for series in plain["series"]:
            series["points"] = [[_plain(value) for value in point] for point in series["points"]]
        return plain


def series_of(group: int, name: str, points: Sequence[Point]) -> Series:
    """Return a series in the colour and with the symbol of a group of customers or a cluster of lines."""
    return Series(name, place(group), points, symbol(group))


def _plain(value: Value | str) -> int | float | str | None:
    match value:
        case Decimal():
            return float(value)
        case dt.datetime():
            return int(value.replace(tzinfo=dt.UTC).timestamp() * 1000)
    return value
