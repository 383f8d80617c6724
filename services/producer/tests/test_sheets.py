"""The rows of a workbook's sheets, whatever program wrote it and however far apart its cells are."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import handmade
import openpyxl
import pytest
from conftest import LINE
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook
from test_cells import DESCRIPTION, ROWS, Cell, write_workbook

from common.errors import UserError
from producer.reading.workbooks import epoch, sheet_xml
from producer.reading.workbooks.sheets import sheets
from producer.record import COLUMNS, text

type Rows = list[tuple[int, list[object]]]

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


def read(path: Path) -> dict[str, Rows]:
    """Return all rows of all sheets; assert that no temporary file remains."""
    there = set(path.parent.iterdir())
    found = {sheet.name: list(sheet.rows) for sheet in sheets(path, path.suffix, path.name, path.parent)}
    assert set(path.parent.iterdir()) == there
    return found


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory for all examples."""
    return tmp_path_factory.mktemp("sheets")


def test_sheets_and_rows(tmp_path: Path) -> None:
    """Hidden sheets are read, charts are not; rows are numbered, empty rows and trailing empty cells are skipped."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "A"
    for name, state in (("hidden", "hidden"), ("very", "veryHidden"), ("empty", "visible")):
        book.create_sheet(name).sheet_state = state
    book["A"].append(["a", None, "c", None])
    book["A"].append([None, ""])
    book["A"]["B5"] = 1.5
    book["hidden"]["A1"] = "h"
    book["very"]["C3"] = "v"
    book.create_chartsheet("chart", 1)
    book.save(tmp_path / "book.xlsx")
    assert read(tmp_path / "book.xlsx") == {
        "A": [(1, ["a", None, "c"]), (5, [None, 1.5])],
        "hidden": [(1, ["h"])],
        "very": [(3, [None, None, "v"])],
        "empty": [],
    }


@given(ROWS)
def test_any_cell(directory: Path, cells: list[Cell]) -> None:
    """Each cell gives its text; errors and formulas without a result are empty."""
    path = directory / "cells.xlsx"
    write_workbook(path, cells)
    (_, header), *rows = read(path)["Sheet"]
    assert header == list(COLUMNS)
    assert [text(row[DESCRIPTION - 1]) for _, row in rows] == [cell.text for cell in cells]


def test_kinds(tmp_path: Path) -> None:
    """Numbers without a fraction become int, days without a time date, and long times timedelta."""
    book = openpyxl.Workbook()
    moment = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time is what a sheet has
    cells = [1.0, 1.5, True, moment, moment.date(), moment.time(), dt.timedelta(hours=30), "1", 2**60]
    book.worksheets[0].append(cells)
    book.save(tmp_path / "book.xlsx")
    [(_, found)] = read(tmp_path / "book.xlsx")["Sheet"]
    assert found == cells
    assert [*map(type, found)] == [int, float, bool, dt.datetime, dt.date, dt.time, dt.timedelta, str, int]


PLACES = st.tuples(st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN))
CORNERS = st.sampled_from([(1, LAST_COLUMN), (LAST_ROW, 8), (LAST_ROW, LAST_COLUMN)])


@settings(max_examples=50)
@given(st.sets(PLACES | CORNERS, max_size=20))
def test_cells_anywhere(directory: Path, places: set[tuple[int, int]]) -> None:
    """Cells may be anywhere in a sheet."""
    book = openpyxl.Workbook()
    expected: dict[int, list[object]] = {}
    for row, column in sorted(places):
        book.worksheets[0].cell(row, column, f"{row} {column}")
        cells = expected.setdefault(row, [])
        cells += [None] * (column - 1 - len(cells)) + [f"{row} {column}"]
    book.save(directory / "far.xlsx")
    assert read(directory / "far.xlsx")["Sheet"] == list(expected.items())


def test_a_note_far_from_the_table_costs_no_memory(tmp_path: Path) -> None:
    """With a note in XFD1 and a blank in H1048576, the memory is within a fifth of the table's."""
    rows = [row_xml(number, [f"<v>{number}</v>"] * 8) for number in range(1, 50_001)]
    blank = f'<row r="{LAST_ROW}"><c r="H{LAST_ROW}" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>'
    note = rows[0].replace("</row>", '<c r="XFD1" t="str"><v>note</v></c></row>')
    table = peak(handmade.xlsx(tmp_path / "table.xlsx", sheet_of("".join(rows))))
    stray = peak(handmade.xlsx(tmp_path / "stray.xlsx", sheet_of("".join([note, *rows[1:], blank]))))
    assert stray == pytest.approx(table, rel=0.2)


def peak(path: Path) -> int:
    """Return the memory for reading a workbook, measured in a separate process: `ru_maxrss` would include this one."""
    program = """if True:
        import re, sys
        from pathlib import Path
        from producer.reading.workbooks.sheets import sheets
        path = Path(sys.argv[1])
        assert sum(1 for sheet in sheets(path, path.suffix, path.name, path.parent) for row in sheet.rows) >= 50_000
        print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
    """
    return int(subprocess.run([sys.executable, "-c", program, path], check=True, stdout=subprocess.PIPE).stdout)


def row_xml(number: int, cells: Iterable[str]) -> str:
    """Return a row as programs write it."""
    found = (f'<c r="{chr(65 + column)}{number}">{cell}</c>' for column, cell in enumerate(cells))
    return f'<row r="{number}">{"".join(found)}</row>'


def sheet_of(rows: str, after: str = "") -> str:
    """Return the XML of a sheet."""
    return f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>"


def test_pieces_are_the_whole(tmp_path: Path) -> None:
    """A sheet read in pieces has the same cells as when read as a whole."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    for number in range(30_000):
        line = [None if (number + column) % 7 == 0 else cell for column, cell in enumerate(LINE)]
        sheet.append([*line, number % 2 == 0, f"text {number}", number / 7])
    book.save(tmp_path / "book.xlsx")
    with CalamineWorkbook.from_path(tmp_path / "book.xlsx") as plain:
        whole = plain.get_sheet_by_name("S").to_python()
    found = read(tmp_path / "book.xlsx")["S"]
    assert [["" if cell is None else cell for cell in cells] for _, cells in found] == whole
    assert [number for number, _ in found] == list(range(1, 30_001))


FORMS: Mapping[str, Callable[[str], str]] = {
    "as most programs write": str,
    "prefix": lambda xml: re.sub(r"<(/?)(\w)", r"<\1x:\2", xml),
    "single quotes": lambda xml: xml.replace('"', "'"),
    "other order": lambda xml: re.sub(r'<(row|c)( r="\w+")([^/>]*)', r"<\1\3\2", xml),
    "no names": lambda xml: re.sub(r'<(row|c) r="\w+"', r"<\1", xml),
    "no names of rows": lambda xml: re.sub(r'<row r="\w+"', "<row", xml),
    "line breaks": lambda xml: xml.replace("><", ">\n<").replace("<c ", "<c\n"),
    "small letters": lambda xml: re.sub(r' r="\w+"', lambda name: name[0].lower(), xml),
}


@pytest.mark.parametrize("form", FORMS)
@given(rows=st.lists(st.lists(st.none() | st.integers(0, 99), max_size=30), max_size=12), chunk=st.integers(1, 300))
def test_any_form_of_the_xml(directory: Path, form: str, rows: list[list[int | None]], chunk: int) -> None:
    """The cells do not depend on the form of the XML, nor on where a chunk ends."""
    xml = "".join(form_row(number, cells) for number, cells in enumerate(rows, start=1))
    path = handmade.xlsx(directory / "form.xlsx", FORMS[form](sheet_of(xml)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet_xml, "CHUNK", chunk)
        found = read(path)["S"]
    expected = [(number, ended(cells)) for number, cells in enumerate(rows, start=1)]
    assert found == [(number, cells) for number, cells in expected if cells]


def form_row(number: int, cells: Iterable[int | None]) -> str:
    """Return a row with further attributes and empty cells."""
    found = (
        f'<c r="{get_column_letter(column)}{number}" s="0"' + ("/>" if cell is None else f' t="n"><v>{cell}</v></c>')
        for column, cell in enumerate(cells, start=1)
    )
    return f'<row r="{number}" spans="1:8">{"".join(found)}</row>'


def ended(cells: list[int | None]) -> list[int | None]:
    """Return cells up to the last one with content."""
    return cells[: max((place for place, cell in enumerate(cells, start=1) if cell is not None), default=0)]


def test_merged_cells(tmp_path: Path) -> None:
    """All cells of a merge have the value of its first one; a row without other content is skipped."""
    book = openpyxl.Workbook()
    for row in (
        ["t"],
        [],
        ["i1", "d", 1, "UK"],
        [None, None, 2, None],
        [None] * 4,
        [None, None, 3],
        ["i2", "d", 4, "FR"],
    ):
        book.worksheets[0].append(row)
    for merge in ("A1:D1", "A3:A6", "B3:B4", "D3:E6"):
        book.worksheets[0].merge_cells(merge)
    book.save(tmp_path / "book.xlsx")
    assert read(tmp_path / "book.xlsx")["Sheet"] == [
        (1, ["t"] * 4),
        (3, ["i1", "d", 1, "UK"]),
        (4, ["i1", "d", 2, "UK"]),
        (6, ["i1", None, 3, "UK"]),
        (7, ["i2", "d", 4, "FR"]),
    ]


def test_a_merge_of_a_whole_column(tmp_path: Path) -> None:
    """Merges over whole columns or rows fill only the rows and columns that have cells."""
    rows = "".join(row_xml(number, [f"<v>{number}</v>"] * 2) for number in (1, 3))
    merges = '<mergeCells><mergeCell ref="A1:A1048576"/><mergeCell ref="B3:XFD3"/></mergeCells>'
    path = handmade.xlsx(tmp_path / "book.xlsx", sheet_of(rows, merges))
    assert read(path)["S"] == [(1, [1, 1]), (3, [1, 3])]


def test_rows_that_are_not_read(tmp_path: Path) -> None:
    """The rows of a sheet need not be read, or not to their end."""
    book = openpyxl.Workbook()
    for name in "ABC":
        book.create_sheet(name).append([name])
    book.save(tmp_path / "book.xlsx")
    names = [sheet.name for sheet in sheets(tmp_path / "book.xlsx", ".xlsx", "it", tmp_path) if next(sheet.rows, 1)]
    assert names == ["Sheet", "A", "B", "C"]
    assert [path.name for path in tmp_path.iterdir()] == ["book.xlsx"]


def test_no_worksheet(tmp_path: Path) -> None:
    """A workbook with charts only is refused."""
    path = handmade.xlsx(tmp_path / "book.xlsx", "<chartsheet/>", kind="chartsheet")
    with pytest.raises(UserError, match=r"^book.xlsx has no worksheet: choose"):
        read(path)


@pytest.mark.parametrize("is_1904", [True, False])
def test_days_from_1904(tmp_path: Path, is_1904: bool) -> None:
    """The day from which a workbook counts is read in each format."""
    properties = f'<workbookPr date1904="{is_1904:d}"/>'
    day = f'<table:null-date table:date-value="{1904 if is_1904 else 1900}-01-01"/>'
    books = [
        handmade.xlsx(tmp_path / "book.xlsx", sheet_of(""), properties=properties),
        handmade.xls(tmp_path / "book.xls", [], is_1904=is_1904),
        handmade.xlsb(tmp_path / "book.xlsb", [], is_1904=is_1904),
        handmade.ods(tmp_path / "book.ods", "", f"<table:calculation-settings>{day}</table:calculation-settings>"),
    ]
    assert [epoch.is_1904(path, path.suffix, path.name) for path in books] == [is_1904] * 4
