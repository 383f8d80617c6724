"""Any cell of a workbook or a csv file arrives in a record as the contract's text.

The tests use descriptions; `test_codes`, `test_dates` and `test_numbers` test the rules of other columns.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import UserError
from producer import canonical, record
from producer.record import COLUMNS

FIRST = dt.datetime(1900, 3, 1, 0, 0, 1)  # noqa: DTZ001 - before it Excel counts a 29 February 1900
LAST = dt.datetime(9999, 12, 31, 23, 59, 58)  # noqa: DTZ001
EXACT = 2**53  # up to here a double represents each whole number exactly
DIGITS = Context(prec=15, rounding=ROUND_HALF_EVEN)  # Excel's precision
LIMIT = 65_506  # bytes of a record
DESCRIPTION = 3  # the column, from 1
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]|^[ \t\n]|[ \t\n]\Z")


class Cell(NamedTuple):
    """A value in a file, its type where openpyxl would guess another one, and the expected text."""

    value: Any
    text: str
    data_type: str | None = None


def decimal(number: float) -> str:
    """Return a number's digits in Excel's precision, without an exponent and trailing zeros."""
    digits = f"{DIGITS.create_decimal(Decimal(number)):f}"
    digits = digits.rstrip("0").removesuffix(".") if "." in digits else digits
    return "0" if digits == "-0" else digits


def number(value: float) -> Cell:
    """Return a number's cell; openpyxl writes 16 digits."""
    written = float(f"{value:.16g}")
    is_exact = written.is_integer() and abs(written) <= EXACT
    return Cell(value, f"{int(written)}" if is_exact else decimal(written))


def text(value: str) -> Cell:
    """Return a text's cell; characters that XML cannot hold or would not keep are escaped as by Excel."""
    escaped = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value)
    return Cell(CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped), value, "s")


def moment(value: dt.datetime, noise: int) -> Cell:
    """Return a moment's cell, some microseconds off its whole second, as sums of days are."""
    return Cell(value + dt.timedelta(microseconds=noise), f"{value:%Y-%m-%d %H:%M:%S}")


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ODD_TEXTS = st.sampled_from(
    ["NULL", "NA", "nan", "None", "007", "1e5", "1,5", "2.00E+04", '"', '""', "a\r\nb", "\r", "\n", "=1+1", "#N/A",
     " x ", "\\N", "\\", '\\"', "13/12/2010", "Description", "\x00", "\ufeff536365", "_x000D_", "_x005F_x000D_", "TRUE",
     "2010-12-01", "'q'", "\U0001f381", "]]>", "&amp;"]
)  # fmt: skip
# Excel allows a cell 32,767 characters, and openpyxl truncates there: an escape at each end of a text has 7.
LONG_TEXTS = st.builds(str.__mul__, st.sampled_from(["x", "é", "€", '"', "\n"]), st.integers(1_000, 32_767 - 2 * 6))
TEXTS = ANY_TEXT | ODD_TEXTS
WHOLE_SECONDS = st.datetimes(FIRST, LAST).map(lambda value: value.replace(microsecond=0))

CELLS = st.one_of(
    TEXTS.map(text),
    st.integers(-EXACT, EXACT).map(number),
    st.integers(-(10**300), 10**300).map(float).map(number),
    st.floats(-1e307, 1e307).map(number),
    st.decimals(-99_999, 99_999, places=3).map(float).map(number),
    st.sampled_from([float("nan"), float("inf"), float("-inf")]).map(lambda value: Cell(value, "")),
    st.booleans().map(lambda value: Cell(value, "TRUE" if value else "FALSE")),
    st.builds(moment, WHOLE_SECONDS, st.integers(-499_000, 499_000)),
    st.dates(FIRST.date()).map(lambda day: Cell(day, f"{day:%Y-%m-%d} 00:00:00")),
    st.times().map(lambda time: time.replace(microsecond=0)).map(lambda time: Cell(time, f"{time:%H:%M:%S}")),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!"]).map(lambda error: Cell(error, "", "e")),
    st.just(Cell("=1+1", "")),  # openpyxl leaves the result of a formula to Excel
    st.just(Cell(None, "")),
)
ROWS = st.lists(CELLS, min_size=1, max_size=40)
# A csv file cannot hold NUL.
FIELDS = st.lists(TEXTS.filter(lambda value: "\0" not in value), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory for all examples."""
    return tmp_path_factory.mktemp("cells")


def line(description: str) -> list[str]:
    """Return the texts of a line with this description."""
    return ["1", "B", description, "1", "2011-05-13 10:00:00", "1.5", "17", "France"]


def write_workbook(path: Path, cells: Iterable[Cell]) -> None:
    """Write a sheet with a header and a line per description."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(COLUMNS)
    for number, cell in enumerate(cells, start=2):
        sheet.append(line(""))
        place = sheet.cell(number, DESCRIPTION, cell.value)
        place.data_type = cell.data_type or place.data_type
    book.save(path)


def write_table(
    path: Path,
    descriptions: Iterable[str],
    *,
    encoding: str = "utf-8",
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
    terminator: str = "\r\n",
) -> None:
    """Write a csv file with a header and lines; lone surrogates are encoded as careless programs do."""
    with path.open("w", newline="", encoding=encoding, errors="surrogatepass") as file:
        csv.writer(file, quoting=quoting, lineterminator=terminator).writerows([COLUMNS, *map(line, descriptions)])


def streamed(path: Path) -> list[str]:
    """Return the description of each message that the producer would send, as Python's csv reads them."""
    for kept in path.parent.glob("lines-*"):
        kept.unlink()
    with canonical.prepare(path, path.parent).path.open("rb") as file:
        lines = list(record.lines(file))
    fields = [next(csv.reader(io.StringIO(message.decode(), newline=""), strict=True)) for _, _, message in lines]
    assert [(row, key.decode()) for row, key, _ in lines] == [(n, "1") for n in range(1, len(lines) + 1)]
    assert all(row == [str(n), *line(row[DESCRIPTION])] for n, row in enumerate(fields, start=1))
    return [row[DESCRIPTION] for row in fields]


def assert_streams(path: Path, descriptions: list[str]) -> None:
    """Assert that the file's lines have these descriptions, or that one error names the row that is too long."""
    if any(len(record.encode(n, line(text))) > LIMIT for n, text in enumerate(descriptions, start=1)):
        with pytest.raises(
            UserError, match=f"^{re.escape(str(path))}.*, row [0-9]+ has [0-9,]+ bytes, more than 65,506"
        ):
            streamed(path)
    else:
        assert streamed(path) == descriptions


@given(ROWS)
def test_any_cell_of_a_workbook(directory: Path, cells: list[Cell]) -> None:
    """Texts are unchanged, numbers have no noise, dates have one format, errors and empty cells are missing."""
    path = directory / "book.xlsx"
    write_workbook(path, cells)
    assert_streams(path, [cell.text for cell in cells])


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # the warning would hide the failure
@settings(max_examples=30)
@given(LONG_TEXTS)
def test_any_length_of_a_text(directory: Path, value: str) -> None:
    """Texts as long as Excel allows arrive, or an error names the row whose message would be too large."""
    book, table = directory / "long.xlsx", directory / "long.csv"
    write_workbook(book, [text(value)])
    write_table(table, [value])
    for path in (book, table):
        assert_streams(path, [value])


@given(
    FIELDS,
    st.sampled_from(["utf-8", "utf-8-sig"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_field_of_a_csv_file(
    directory: Path, descriptions: list[str], encoding: str, quoting: Literal[0, 1], terminator: str
) -> None:
    """A csv file's texts arrive unchanged, whatever they contain and however they are quoted."""
    path = directory / "book.csv"
    write_table(path, descriptions, encoding=encoding, quoting=quoting, terminator=terminator)
    assert_streams(path, descriptions)


@given(st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3), st.integers(0, 3))
def test_lone_surrogates_in_a_csv_file(directory: Path, value: str, before: int) -> None:
    """A lone surrogate is not UTF-8: the file is read as Windows-1252, or one error names the row."""
    path = directory / "half.csv"
    write_table(path, [*["x"] * before, "x" + value])
    try:
        assert streamed(path)[-1] == "x" + value.encode(errors="surrogatepass").decode("cp1252")
    except UserError as error:
        assert f"{path}, row {before + 2} has the byte" in str(error)  # noqa: PT017 - either is right


@given(st.binary(max_size=200))
def test_any_bytes_of_a_csv_file(directory: Path, content: bytes) -> None:
    """Bytes that are not a csv file give one user error that names the file, never another exception."""
    path = directory / "bytes.csv"
    path.write_bytes(",".join([*COLUMNS]).encode() + b"\n" + ",".join(line("first")).encode() + b"\n" + content)
    try:
        assert streamed_first(path) == "first"
    except UserError as error:
        assert str(error).startswith(str(path))  # noqa: PT017 - either is right


def streamed_first(path: Path) -> str:
    """Return the first description that would be sent."""
    for kept in path.parent.glob("lines-*"):
        kept.unlink()
    with canonical.prepare(path, path.parent).path.open("rb") as file:
        _, _, message = next(record.lines(file))
    return message.decode().split(",")[DESCRIPTION]
