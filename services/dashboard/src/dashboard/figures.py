"""Figures as people read them."""

import datetime as dt
from decimal import Decimal
from typing import Final

type Number = int | float | Decimal

NONE: Final = "–"
MILLION = 1_000_000
KILO = 1_000
FINE_BELOW = 10_000  # thousands have a decimal place below it


def count(number: Number | None) -> str:
    """Return a whole number with separators: 1,234."""
    return NONE if number is None else f"{number:,.0f}".replace("-", "−")


def decimal(number: Number | None) -> str:
    """Return a number with one place, none if it is whole: 2.5."""
    return NONE if number is None else f"{number:,.1f}".removesuffix(".0").replace("-", "−")


def fine(number: Number | None) -> str:
    """Return a number with two places: 2.53."""
    return NONE if number is None else f"{number:,.2f}".replace("-", "−")


def pounds(amount: Number | None) -> str:
    """Return an amount without pence: £3,458."""
    if amount is None:
        return NONE
    text = f"{abs(amount):,.0f}"
    return f"−£{text}" if amount < 0 and text != "0" else f"£{text}"


def pence(amount: Number | None) -> str:
    """Return a price with pence: £1.95."""
    if amount is None:
        return NONE
    text = f"{abs(amount):,.2f}"
    return f"−£{text}" if amount < 0 and text != "0.00" else f"£{text}"


def short_pounds(amount: Number | None) -> str:
    """Return a large amount in millions: £6.75 m."""
    return f"£{amount / MILLION:,.2f} m" if amount is not None and amount >= MILLION else pounds(amount)


def brief(number: Number | None) -> str:
    """Return a whole number, in thousands from 1,000 on, in millions from 1,000,000 on: 202k, 1.92m."""
    if number is None:
        return NONE
    plain = float(number)
    if abs(plain) < KILO:
        return count(plain)
    if abs(plain) >= MILLION:
        return f"{fine(plain / MILLION)}m"
    return f"{count(plain / KILO) if abs(plain) >= FINE_BELOW else decimal(plain / KILO)}k"


def brief_pounds(amount: Number | None) -> str:
    """Return an amount, in thousands from 1,000 on, in millions from 1,000,000 on: £202k, £1.92m."""
    text = brief(amount)
    return text if amount is None else f"−£{text[1:]}" if text.startswith("−") else f"£{text}"


def share(part: Number | None) -> str:
    """Return a share in percent: 16 %, and 0.4 % for small ones."""
    if part is None:
        return NONE
    text = f"{part:.1%}" if 0 < part < Decimal("0.01") else f"{part:.0%}"
    return text.replace("%", " %").replace("-", "−")


def fine_share(part: Number | None) -> str:
    """Return a share in hundredths of a percent: 0.31 %."""
    return NONE if part is None else f"{part:.2%}".replace("%", " %").replace("-", "−")


def times(factor: Number | None) -> str:
    """Return a factor: × 2.4."""
    return NONE if factor is None else f"× {factor:,.1f}"


def score(number: Number | None) -> str:
    """Return a score between −1 and 1: 0.338."""
    return NONE if number is None else f"{number:.3f}".replace("-", "−")


def day(moment: dt.date | None) -> str:
    """Return a day: 9 Dec 2011."""
    return NONE if moment is None else f"{moment.day} {moment:%b %Y}"


def moment(at: dt.datetime | None) -> str:
    """Return a time to the minute: 9 Dec 2011 16:52."""
    return NONE if at is None else f"{day(at)} {at:%H:%M}"


def second(at: dt.datetime | None) -> str:
    """Return a time to the second: 9 Dec 2011 16:52:07."""
    return NONE if at is None else f"{day(at)} {at:%H:%M:%S}"


def text(words: object) -> str:
    """Return a text or a number as it is, – if nothing of it can be seen."""
    return visible(None if words is None else str(words), NONE)


def product(description: str | None) -> str:
    """Return a product's description, which may be missing or blank."""
    return visible(description, "(without a description)")


def visible(words: str | None, otherwise: str) -> str:
    """Return a text, or another one if it has only spaces, marks of direction and the like."""
    return words if words and any(one.isprintable() and not one.isspace() for one in words) else otherwise


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: 1 customer, 2 customers."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
