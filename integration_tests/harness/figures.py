"""Figures as the dashboard shows them, read back into numbers without the dashboard's code."""

import re
from decimal import Decimal
from typing import NamedTuple

FIGURE = re.compile(r"^(?P<sign>−?)[£×]?\s*(?P<digits>[\d,]+(\.\d+)?)\s*(?P<unit>[%m]?)$")
UNITS = {"": Decimal(1), "%": Decimal("0.01"), "m": Decimal(1_000_000)}
NONE = "–"


class Figure(NamedTuple):
    """A number as it was shown, and how far the true one may be from it: half of its last place."""

    number: Decimal
    tolerance: Decimal


def figure(text: str) -> Figure | None:
    """Return the number in a text such as `£6.75 m`, `16 %` or `1,234`; None for a text."""
    found = FIGURE.match(text.strip())
    if found is None:
        return None
    digits, unit = found["digits"].replace(",", ""), UNITS[found["unit"]]
    place = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    number = Decimal(digits) * unit * (-1 if found["sign"] else 1)
    return Figure(number, place * unit / 2)


def says(text: str, value: object) -> bool:
    """Return whether a text shows a value of the database, as exactly as it is written."""
    if value is None:
        return text.strip() in (NONE, "")
    shown = figure(text)
    if isinstance(value, str) or shown is None:
        return text.strip() == str(value)
    # A double has digits beyond those that MariaDB rounded.
    return abs(shown.number - Decimal(str(value))) <= shown.tolerance * Decimal("1.000001")
