"""How a file writes its numbers: decimal point or comma, thousands apart, currency signs around them.

1,234 is a thousand or one and a bit. All values of a file decide together: one such as 2,55 decides the mark of all.
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
"""What stands before the decimals."""

NAMES: dict[Mark, str] = {".": "decimal point", ",": "decimal comma"}
CURRENCY = "£$€¥"
# A whole number with its thousands apart, or plain; then its decimals. 0,123 has none apart: no number begins so.
NUMBER = re.compile(
    r"(?P<sign>[-+\u2212]?)"
    r"(?:(?P<grouped>[1-9][0-9]{0,2}(?:(?P<group>[., '\u2019\u00a0\u2007\u202f])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"|(?P<plain>[0-9]*))"
    r"(?:(?P<mark>[.,])(?P<decimals>[0-9]*))?"
)
DOUBLE = 15  # digits that a double keeps; what a program wrote beyond them is noise


@dataclass(frozen=True)
class Written:
    """A number as it stands: the digits of its whole part, what sets thousands apart, mark and decimals."""

    sign: str
    whole: str
    group: str | None
    groups: int
    mark: str | None
    decimals: str

    @property
    def is_open(self) -> bool:
        """Whether its only mark may be that of thousands or of decimals: 1,234."""
        return self.group in {".", ","} and self.groups == 1 and self.mark is None

    def decides(self) -> Mark | None:
        """Return the mark that it shows to be the decimals', None where it shows none."""
        if self.mark == "." or (self.group == "," and not self.is_open):
            return "."
        if self.mark == "," or (self.group == "." and not self.is_open):
            return ","
        return None


@dataclass
class Evidence:
    """The first values that decide for each mark, and the first that is open, in a column of a table."""

    where: str
    name: str
    marks: dict[Mark, Seen] = field(default_factory=dict)
    currencies: dict[str, Seen] = field(default_factory=dict)
    open: Seen | None = None

    def take(self, values: Iterable[object], row_of: Callable[[int], int]) -> None:
        """Take in the distinct values of a column; `row_of` gives the first row of the value at an index."""
        for index, value in enumerate(values):
            written = read(value) if isinstance(value, str) else None
            if written is None:
                continue
            for sign in set(CURRENCY) & set(str(value)) - set(self.currencies):
                self.currencies[sign] = Seen(value, row_of(index))
            if written.is_open and (self.open is None or "." in str(self.open.value)):
                self.open = Seen(value, row_of(index))
            mark = written.decides()
            if mark and mark not in self.marks:
                self.marks[mark] = Seen(value, row_of(index))


@dataclass(frozen=True)
class Numbers:
    """How all numbers of a file are read: the mark of their decimals, None where no number has any."""

    mark: Mark | None

    def __str__(self) -> str:
        return NAMES[self.mark] if self.mark else ""


def decide(columns: Iterable[Evidence]) -> Numbers:
    """Return how the numbers of a file are read, by all values; raises a UserError where that is not sure."""
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
    return Numbers(next(iter(found), None) or _by_open_values(columns))


def _refuse_two_currencies(column: Evidence) -> None:
    if len(column.currencies) > 1:
        one, other, *_ = column.currencies.values()
        raise UserError(
            f"{column.where}: {column.name} {one} and {other} are in two currencies: write all prices in pounds."
        )


def _by_open_values(columns: Iterable[Evidence]) -> Mark | None:
    """Return the mark where 1,234 and the like are all there is; pieces are whole, so that theirs are thousands."""
    for column in columns:
        if column.open is not None and column.name == "Quantity" and not str(column.open.value).endswith("000"):
            return "," if "." in str(column.open.value) else "."
    for column in columns:
        if column.open is not None and "," in str(column.open.value):
            raise UserError(
                f"{column.where}: {column.name} {column.open} may have thousands or decimals after its comma, and no "
                "number of the file decides: write the numbers with a decimal point and no thousands separators."
            )
    return None


@lru_cache(maxsize=65_536)
def canonical(value: str, numbers: Numbers) -> str:
    """Return a number as the contract has it; what is none comes back as it is, to be rejected."""
    written, mark = read(value), numbers.mark or "."
    if written is None:
        return value
    if written.is_open and written.group == mark:
        whole, _, decimals = written.whole.partition(mark)
        return _plain(written.sign, whole, decimals)
    if written.group == mark or written.mark not in {None, mark}:
        return value
    return _plain(written.sign, re.sub("[^0-9]", "", written.whole), written.decimals)


def _plain(sign: str, whole: str, decimals: str) -> str:
    """Return a number's digits without zeros that say nothing, as precise as a spreadsheet keeps it."""
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    if decimals and len(f"{whole}{decimals}".lstrip("0")) > DOUBLE:
        whole, _, decimals = text(float(f"{whole}.{decimals}")).partition(".")
    digits = f"{whole or '0'}.{decimals}".removesuffix(".")
    return digits if digits == "0" or sign in {"", "+"} else f"-{digits}"


@lru_cache(maxsize=65_536)
def read(value: str) -> Written | None:
    """Take a number apart; None where a text is none."""
    match = NUMBER.fullmatch(_bare(value))
    if match is None or not (match["grouped"] or match["plain"] or match["decimals"]):
        return None
    if match["group"] and match["group"] == match["mark"]:
        return None
    whole = match["grouped"] or match["plain"] or ""
    groups = whole.count(match["group"]) if match["group"] else 0
    return Written(match["sign"], whole, match["group"], groups, match["mark"], match["decimals"] or "")


def _bare(value: str) -> str:
    """Return a number without blanks and currency signs around it, its sign first."""
    around = BLANKS + CURRENCY
    bare = value.strip(around).removeprefix("'").strip(around)
    return bare[0] + bare[1:].lstrip(around) if bare[:1] in {"-", "+", "\u2212"} else bare
