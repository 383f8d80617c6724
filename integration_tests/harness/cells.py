"""Cells that a workbook or a csv file may hold, each with the text that the contract has for it."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from harness.sample import Line

DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)  # what Excel keeps of a number
EXACT = 2**53  # a double holds every whole number up to here
FIRST = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - before it Excel counts a 29 February 1900
LAST = dt.datetime(9999, 12, 31, 23, 59, 58)  # noqa: DTZ001
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]|^[ \t\n]|[ \t\n]$")


class Cell(NamedTuple):
    """A value in a sheet, the text that it must become, and the value's type if openpyxl would guess another.

    `field` is the csv field, if that differs from the text.
    """

    value: Any
    text: str
    data_type: str | None = None
    field: str | None = None


def text(value: str) -> Cell:
    """Return a text's cell; what XML cannot hold or would change is escaped as Excel does."""
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
    return Cell(CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped), value, "s")


def tidied(value: str, becomes: str) -> Cell:
    """Return the cell of a text that arrives as another one."""
    return Cell(value, becomes, "s", value)


def number(value: float) -> Cell:
    """Return a number's cell; openpyxl writes 16 digits."""
    written = float(f"{value:.16g}")
    if written.is_integer() and abs(written) <= EXACT:
        return Cell(value, f"{int(written)}")
    digits = f"{DIGITS.create_decimal(Decimal(written)):f}"
    return Cell(value, digits.rstrip("0").removesuffix(".") if "." in digits else digits)


def moment(value: dt.datetime) -> Cell:
    """Return a moment's cell."""
    return Cell(value, f"{value:%Y-%m-%d %H:%M:%S}")


def texts(longest: int) -> st.SearchStrategy[Cell]:
    """Return any texts up to this length."""
    # A csv file with a NUL is refused.
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(characters, min_size=1, max_size=longest).map(text)


def plain(longest: int) -> st.SearchStrategy[Cell]:
    """Return texts that a spreadsheet program would not reformat, up to this length."""
    letters = st.characters(categories=["L", "P", "S"], exclude_characters="'-")
    return st.text(letters, min_size=1, max_size=longest).map(text)


NOTHING = st.just(Cell(None, ""))
MOMENTS = st.datetimes(FIRST, LAST).map(lambda value: moment(value.replace(microsecond=0)))
ODD_TEXTS = st.sampled_from(
    ["NULL", "NA", "nan", "007", "1e5", "1,5", '"', '""', "a\r\nb", "\r", "\n", "=1+1", "#N/A", " x ", "\\N", "\\",
     "\ufeff1", "_x000D_", "\u0663", "2011", "2010-12-01", "13/12/2010", "-0", "+1", "1.2345", "12345678", "x" * 1_001]
).map(text)  # fmt: skip
ODD_CODES = st.sampled_from(["007", "NULL", "1e5", '"', "a\r\nb", "\\N", "_x000D_", "\u0663", "x" * 33]).map(text)
TIDIED_CODES = st.sampled_from([("'85123A", "85123A"), ("536365.0", "536365"), (" x ", "x")]).map(
    lambda pair: tidied(*pair)
)
PLACEHOLDERS = ("nan", "None", "NULL", "N/A", "NA", "<NA>", "#N/A", "(null)", "\\N", "Unknown", "0", "-")
NOBODY = st.sampled_from(PLACEHOLDERS).map(lambda value: tidied(value, ""))
SOMEBODY = plain(32).filter(lambda cell: cell.text.casefold() not in {value.casefold() for value in PLACEHOLDERS})
KINGDOMS = st.sampled_from(["united kingdom", " United\u00a0Kingdom ", "UNITED KINGDOM"]).map(
    lambda value: tidied(value, "United Kingdom")
)
ERRORS = st.sampled_from(["#N/A", "#DIV/0!"]).map(lambda error: Cell(error, "", "e"))
BOOLEANS = st.booleans().map(lambda value: Cell(value, "TRUE" if value else "FALSE"))
ANYTHING = st.one_of(
    texts(40),
    ODD_TEXTS,
    st.integers(-EXACT, EXACT).map(number),
    st.floats(-1e307, 1e307).map(number),
    BOOLEANS,
    MOMENTS,
    st.dates(FIRST.date()).map(lambda day: Cell(day, f"{day:%Y-%m-%d} 00:00:00")),
    ERRORS,
    NOTHING,
)
# In the order of the columns; what each may be in a line that is taken.
SOUND = (
    plain(32) | st.integers(0, 10**7).map(number) | TIDIED_CODES,
    plain(32) | ODD_CODES.filter(lambda cell: len(cell.text) <= 32) | TIDIED_CODES,
    texts(200) | st.integers(901, 1_000).map("é".__mul__).map(text) | ODD_TEXTS | NOTHING,
    st.integers(-(2**31), 2**31 - 1).map(number),
    MOMENTS,
    st.decimals(-9_999_999, 9_999_999, places=3).map(float).map(number),
    SOMEBODY | st.integers(1, 10**7).map(number) | NOBODY | NOTHING,
    st.sampled_from(["United Kingdom", "France"]).map(text) | KINGDOMS | plain(64),
)
# And in one that may be rejected: nothing that changes how all other dates or numbers are read.
WRONG_NUMBERS = st.sampled_from(["abc", "1e5", "--1", "99999999999", "\u0663"]).map(text) | MOMENTS | BOOLEANS
WRONG_DATES = st.sampled_from(["yesterday", "2011", "2011-13-45 00:00:00", "0999-01-01 00:00:00"]).map(text) | BOOLEANS
WRONG_CUSTOMERS = st.sampled_from(["20001.5", "2e4"]).map(text)
UNSOUND = (
    ODD_CODES | BOOLEANS | ERRORS | NOTHING,
    ODD_CODES | BOOLEANS | ERRORS | NOTHING,
    ANYTHING,
    WRONG_NUMBERS | ERRORS | NOTHING,
    WRONG_DATES | ERRORS | NOTHING,
    WRONG_NUMBERS | ERRORS | NOTHING,
    WRONG_CUSTOMERS
    | ODD_CODES.filter(lambda cell: cell.text.strip() == cell.text not in PLACEHOLDERS)
    | BOOLEANS
    | ERRORS,
    plain(80) | BOOLEANS | ERRORS | NOTHING,
)
WILD = st.tuples(*[sound | unsound for sound, unsound in zip(SOUND, UNSOUND, strict=True)]).filter(
    lambda row: any(cell.text for cell in row)
)
# Enough valid lines to keep the share of rejected ones below the processor's limit.
ROW = st.sampled_from([st.tuples(*SOUND)] * 3 + [WILD]).flatmap(lambda kind: kind)

type Row = Sequence[Cell]


@cache
def rows(count: int) -> list[Row]:
    """Return about this many rows, the same ones each time; hypothesis limits the size of a single example."""
    found: list[Row] = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(ROW)
    def collect(row: Row) -> None:
        found.append(row)

    collect()
    return found


def write_workbook(path: Path, rows: Iterable[Row]) -> None:
    """Write a sheet of a header and rows."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(Line._fields)
    for number, row in enumerate(rows, start=2):
        for column, cell in enumerate(row, start=1):
            place = sheet.cell(number, column, cell.value)
            place.data_type = cell.data_type or place.data_type
    workbook.save(path)


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write a csv file of a header and the rows, all fields quoted."""
    lines = (",".join(quoted(cell.text if cell.field is None else cell.field) for cell in row) for row in rows)
    path.write_bytes("".join(f"{line}\n" for line in [",".join(Line._fields), *lines]).encode())


def record(number: int, row: Row) -> bytes:
    """Return the record of a row by RFC 4180, quoted only where needed."""
    fields = [quoted(cell.text) if set(cell.text) & set('",\r\n') else cell.text for cell in row]
    return ",".join([str(number), *fields]).encode()


def quoted(field: str) -> str:
    """Return a field within quotes."""
    return f'"{field.replace('"', '""')}"'


WRITERS: dict[str, Callable[[Path, Iterable[Row]], None]] = {"book.xlsx": write_workbook, "book.csv": write_table}
