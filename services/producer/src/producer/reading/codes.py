"""Invoices, products, customers and countries: texts that a spreadsheet program may have formatted as numbers."""

import datetime as dt
import re
from collections.abc import Callable, Iterable

from common.errors import UserError
from producer.reading.evidence import Seen
from producer.reading.numbers import Numbers
from producer.record import BLANKS

# 17.000 may have a thousands separator; 17850.000 cannot.
WHOLE = re.compile(r"(?!-?[1-9][0-9]{0,2}[.,]000$)(-?[0-9]+)[.,]0+")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<group>[., '\u00a0\u202f])[0-9]{3}(?:(?P=group)[0-9]{3})*")
FORMULA = re.compile(r'="(.*)"', re.DOTALL)
# As spreadsheet programs and Python write it: with a sign, unlike a code such as 10E5.
SCIENTIFIC = re.compile(r"-?[0-9](?:[.,][0-9]+)?[eE][-+][0-9]+")
# The last ones are those of R, pandas, MariaDB's dumps, Oracle and Excel.
PLACEHOLDERS = frozenset({"nan", "none", "null", "n/a", "unknown", "0", "-", "na", "<na>", "\\n", "(null)", "#n/a"})
UNITED_KINGDOM = "United Kingdom"
LONGEST = 10**15
"""From here on, a number in a cell has more digits than a spreadsheet keeps."""
AGAIN = "format the column as text and enter it again, or export the data again from its source."


def refuse_lost_digits(values: Iterable[object], row_of: Callable[[int], int], where: str, name: str) -> None:
    """Refuse a column with a number or a code that a spreadsheet program has changed: the original is lost.

    In scientific notation, or with more digits than a spreadsheet keeps, a number lacks its last digits. A code such as
    3-12 has become a date.
    """
    for index, value in enumerate(values):
        if isinstance(value, str) and SCIENTIFIC.fullmatch(code(value)):
            raise UserError(
                f"{where}: {name} {Seen(value, row_of(index))} is in scientific notation, so its last digits are lost: "
                "widen the column, format it as text and export the data again."
            )
        if isinstance(value, int | float) and abs(value) >= LONGEST:
            raise UserError(
                f"{where}: {name} {Seen(value, row_of(index))} is a number of more than 15 digits, and a spreadsheet "
                f"loses the last ones: {AGAIN}"
            )
        if isinstance(value, dt.date | dt.time | dt.timedelta):
            raise UserError(
                f"{where}: {name} {Seen(value, row_of(index))} is a date or a time: a spreadsheet program has "
                f"converted it. To fix it, {AGAIN}"
            )


def code(value: str) -> str:
    """Return the number of an invoice or the code of a product, without what a program has added around it.

    A leading apostrophe marks a text in a spreadsheet; programs write ="…" to keep a value a text.
    """
    written = value.strip(BLANKS)
    formula = FORMULA.fullmatch(written)
    bare = (formula[1] if formula else written.removeprefix("'")).strip(BLANKS)
    whole = WHOLE.fullmatch(bare)
    return whole[1] if whole else bare


def customer(value: str) -> str:
    """Return the number of a customer, empty for a placeholder."""
    number = code(value)
    return "" if is_placeholder(number) else number


def ungrouped(value: str, numbers: Numbers) -> str:
    """Return an identifier without thousands separators, which a spreadsheet adds if it takes it for a number."""
    match = GROUPED.fullmatch(value)
    is_sure = match is not None and match["group"] != (numbers.mark or ".")
    return re.sub("[^0-9]", "", value) if is_sure else value


def is_placeholder(number: str) -> bool:
    """Return whether a text is a placeholder for an unknown customer."""
    return number.casefold() in PLACEHOLDERS


def country(value: str) -> str:
    """Return a country without blanks around it; the United Kingdom, in any letter case, as the contract spells it."""
    words = " ".join(value.strip(BLANKS).replace("\u00a0", " ").split(" "))
    return UNITED_KINGDOM if " ".join(words.casefold().split()) == UNITED_KINGDOM.casefold() else words
