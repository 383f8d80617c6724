"""The formats of numbers: decimal point or comma, thousands separators, currency signs.

1,234 may be 1234 or 1.234. The decimal mark is decided for the whole file: one number such as 2,55 decides it for all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from common.errors import UserError
from producer.reading.evidence import Seen
from producer.record import BLANKS, text

type Mark = Literal[".", ","]
"""The decimal mark."""

NAMES: dict[Mark, str] = {".": "decimal point", ",": "decimal comma"}
CURRENCY = "£$€¥"
# A whole number with thousands separators, or plain; then its decimals. The comma of 0,123 cannot be a separator.
NUMBER = re.compile(
    r"(?P<sign>[-+\u2212]?)"
    r"(?:(?P<grouped>[1-9][0-9]{0,2}(?:(?P<group>[., '\u2019\u00a0\u2007\u202f])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"|(?P<plain>[0-9]*))"
    r"(?:(?P<mark>[.,])(?P<decimals>[0-9]*))?"
)
DOUBLE = 15  # significant digits of a double; digits beyond them are noise


@dataclass(frozen=True)
class Written:
    """A number as written: the digits of its whole part, its thousands separator, decimal mark and decimals."""

    sign: str
    whole: str
    group: str | None
    groups: int
    mark: str | None
    decimals: str

    @property
    def is_ambiguous(self) -> bool:
        """Whether its only mark may be a thousands separator or a decimal mark: 1,234."""
        return self.group in {".", ","} and self.groups == 1 and self.mark is None

    def decides(self) -> Mark | None:
        """Return the decimal mark that the number proves, or None."""
        if self.mark == "." or (self.group == "," and not self.is_ambiguous):
            return "."
        if self.mark == "," or (self.group == "." and not self.is_ambiguous):
            return ","
        return None


@dataclass
class Evidence:
    """In a column of a table, the first value that proves each mark, and the first ambiguous one."""

    where: str
    name: str
    marks: dict[Mark, Seen] = field(default_factory=dict)
    currencies: dict[str, Seen] = field(default_factory=dict)
    ambiguous: Seen | None = None

    def add(self, values: Iterable[object], row_of: Callable[[int], int]) -> None:
        """Add the distinct values of a column; `row_of` returns the first row of the value at an index."""
        for index, value in enumerate(values):
            written = read(value) if isinstance(value, str) else None
            if written is None:
                continue
            for sign in set(CURRENCY) & set(str(value)) - set(self.currencies):
                self.currencies[sign] = Seen(value, row_of(index))
            if written.is_ambiguous and (self.ambiguous is None or "." in str(self.ambiguous.value)):
                self.ambiguous = Seen(value, row_of(index))
            mark = written.decides()
            if mark and mark not in self.marks:
                self.marks[mark] = Seen(value, row_of(index))


@dataclass(frozen=True)
class Numbers:
    """How all numbers of a file are read: the decimal mark, None if no number has decimals."""

    mark: Mark | None

    def __str__(self) -> str:
        return NAMES[self.mark] if self.mark else ""


def decide(columns: Iterable[Evidence]) -> Numbers:
    """Return how the numbers of a file are read, from all values; raise a UserError if it is ambiguous."""
    columns = list(columns)
    found: dict[Mark, tuple[Evidence, Seen]] = {}
    for column in columns:
        _refuse_two_currencies(column)
        for mark, seen in column.marks.items():
            found.setdefault(mark, (column, seen))
    if len(found) > 1:
        (point, with_point), (comma, with_comma) = found["."], found[","]
        raise UserError(
            f"{point.where}: {point.name} {with_point} has a decimal point, and {comma.name} {with_comma} a decimal "
            "comma: write all numbers in one form."
        )
    return Numbers(next(iter(found), None) or _by_ambiguous_values(columns))


def _refuse_two_currencies(column: Evidence) -> None:
    if len(column.currencies) > 1:
        one, other, *_ = column.currencies.values()
        raise UserError(
            f"{column.where}: {column.name} {one} and {other} are in two currencies: write all prices in pounds."
        )


def _by_ambiguous_values(columns: Iterable[Evidence]) -> Mark | None:
    """Return the mark if all numbers are like 1,234; in quantities, which are whole, it separates thousands."""
    for column in columns:
        if (
            column.ambiguous is not None
            and column.name == "Quantity"
            and not str(column.ambiguous.value).endswith("000")
        ):
            return "," if "." in str(column.ambiguous.value) else "."
    for column in columns:
        if column.ambiguous is not None and "," in str(column.ambiguous.value):
            raise UserError(
                f"{column.where}: {column.name} {column.ambiguous} may have thousands or decimals after its comma, and "
                "no number of the file decides: write the numbers with a decimal point and no thousands separators."
            )
    return None


@lru_cache(maxsize=65_536)
def canonical(value: str, numbers: Numbers) -> str:
    """Return a number as the contract's text; what is not a number is returned unchanged, to be rejected."""
    written, mark = read(value), numbers.mark or "."
    if written is None:
        return value
    if written.is_ambiguous and written.group == mark:
        whole, _, decimals = written.whole.partition(mark)
        return _plain(written.sign, whole, decimals)
    if written.group == mark or written.mark not in {None, mark}:
        return value
    return _plain(written.sign, re.sub("[^0-9]", "", written.whole), written.decimals)


def _plain(sign: str, whole: str, decimals: str) -> str:
    """Return a number without redundant zeros, in the precision of a spreadsheet."""
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    if decimals and len(f"{whole}{decimals}".lstrip("0")) > DOUBLE:
        whole, _, decimals = text(float(f"{whole}.{decimals}")).partition(".")
    digits = f"{whole or '0'}.{decimals}".removesuffix(".")
    return digits if digits == "0" or sign in {"", "+"} else f"-{digits}"


@lru_cache(maxsize=65_536)
def read(value: str) -> Written | None:
    """Return the parts of a number, None if the text is not a number."""
    match = NUMBER.fullmatch(_bare(value))
    if match is None or not (match["grouped"] or match["plain"] or match["decimals"]):
        return None
    if match["group"] and match["group"] == match["mark"]:
        return None
    whole = match["grouped"] or match["plain"] or ""
    groups = whole.count(match["group"]) if match["group"] else 0
    return Written(match["sign"], whole, match["group"], groups, match["mark"], match["decimals"] or "")


def _bare(value: str) -> str:
    """Return a number without surrounding blanks and currency signs, its sign first."""
    around = BLANKS + CURRENCY
    bare = value.strip(around).removeprefix("'").strip(around)
    return bare[0] + bare[1:].lstrip(around) if bare[:1] in {"-", "+", "\u2212"} else bare
