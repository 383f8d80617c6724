"""The sheets of .xls, .xlsb and .ods files, which are read in a process with limited memory."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import handmade
import pytest

from common.errors import UserError
from producer.reading.workbooks.sheets import sheets

type Rows = list[tuple[int, list[object]]]

CELLS: handmade.Cells = [(0, 0, "InvoiceNo"), (0, 2, "é🎁"), (1, 0, 536365.0), (1, 1, 2.55), (4, 1, " ")]
ROWS = [(1, ["InvoiceNo", None, "é🎁"]), (2, [536365, 2.55]), (5, [None, " "])]
FAR = "^book.* needs too much memory, usually because of a cell far from the table: delete the rows"

ROW, CELL = "<table:table-row{}>{}</table:table-row>", "<table:table-cell{}/>"
TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
# Empty cells that a spreadsheet program writes beside and below each table.
REST = ' table:number-columns-repeated="{}"'
BELOW = ROW.format(' table:number-rows-repeated="{}"', CELL.format(REST.format(16_384)))


def read(path: Path) -> Rows:
    """Return the rows of the only sheet; assert that no temporary file remains."""
    [(name, rows)] = [(name, list(rows)) for name, rows in sheets(path, path.suffix, path.name, path.parent)]
    assert name == "S"
    assert list(path.parent.iterdir()) == [path]
    return rows


@pytest.mark.parametrize("write", [handmade.xls, handmade.xlsb])
def test_cells(tmp_path: Path, write: Callable[..., Path]) -> None:
    """The binary formats give the same cells as the others."""
    assert read(write(tmp_path / f"book.{write.__name__}", CELLS)) == ROWS


def test_cells_of_ods(tmp_path: Path) -> None:
    """Numbers, dates, times, booleans and texts of an OpenDocument workbook; an error is empty."""
    values = [
        ("float", 'office:value="6"'),
        ("currency", 'office:value="2.55"'),
        ("date", 'office:date-value="2010-12-01T08:26:00"'),
        ("date", 'office:date-value="2010-12-01"'),
        ("time", 'office:time-value="PT08H26M00S"'),
        ("boolean", 'office:boolean-value="true"'),
        ("string", 'office:string-value=""'),  # as errors are written
    ]
    cells = "".join(CELL.format(f' office:value-type="{kind}" {value}') for kind, value in values)
    text = TEXT.format('two<text:s text:c="2"/>words</text:p><text:p>&amp; a line')
    moment = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time is what a sheet has
    assert read(handmade.ods(tmp_path / "book.ods", ROW.format("", cells + text))) == [
        (1, [6, 2.55, moment, moment.date(), moment.time(), True, None, "two  words\n& a line"])
    ]


def test_merged_cells_of_xls(tmp_path: Path) -> None:
    """All cells of a merge have the value of its first one, up to the last column with content."""
    cells: handmade.Cells = [(0, 0, "i1"), (0, 1, 1.0), (1, 1, 2.0), (2, 1, 3.0)]
    path = handmade.xls(tmp_path / "book.xls", cells, [(0, 1, 0, 0), (2, 2, 1, 255)])
    assert read(path) == [(1, ["i1", 1]), (2, ["i1", 2]), (3, [None, 3])]


def test_merged_cells_of_ods(tmp_path: Path) -> None:
    """Repeated rows and columns count in the position of a merge; each table has its own merges."""
    merged = TEXT.format("i1").replace("<table:table-cell", '<table:table-cell table:number-rows-spanned="2"')
    covered = "<table:covered-table-cell/>"
    title = TEXT.format("t").replace("<table:table-cell", '<table:table-cell table:number-columns-spanned="2"')
    rows = [
        ROW.format("", title + covered + TEXT.format("x")),
        BELOW.format(3),
        ROW.format("", CELL.format(REST.format(2)) + merged + TEXT.format("a")),
        ROW.format("", CELL.format(REST.format(2)) + covered + TEXT.format("b")),
        ROW.format("", CELL.format(REST.format(2)) + CELL.format("") + TEXT.format("c")),
    ]
    other = f'<table:table table:name="R">{ROW.format("", title)}</table:table>'
    path = handmade.ods(tmp_path / "book.ods", "".join(rows), other)
    assert {sheet.name: list(sheet.rows) for sheet in sheets(path, ".ods", path.name, tmp_path)} == {
        "R": [(1, ["t"])],
        "S": [
            (1, ["t", "t", "x"]),
            (5, [None, None, "i1", "a"]),
            (6, [None, None, "i1", "b"]),
            (7, [None, None, None, "c"]),
        ],
    }


def test_merged_cells_of_xlsb(tmp_path: Path) -> None:
    """Cells of one row may be merged; cells of several rows have unknown values and are a user error."""
    assert read(handmade.xlsb(tmp_path / "book.xlsb", CELLS, [(0, 0, 0, 5), (4, 4, 0, 1)])) == ROWS
    with pytest.raises(UserError, match=r"^book.xlsb has cells merged over several rows, .* save it as .xlsx"):
        read(handmade.xlsb(tmp_path / "book.xlsb", CELLS, [(0, 0, 0, 5), (1, 4, 0, 0)]))


def test_what_a_program_repeats(tmp_path: Path) -> None:
    """Empty cells and rows up to the last ones, which programs write as repeated, do no harm."""
    rows = [
        ROW.format(' table:number-rows-repeated="2"', TEXT.format("a") + CELL.format(REST.format(16_383))),
        BELOW.format(10),
        ROW.format("", CELL.format(REST.format(2)) + TEXT.format("b") + CELL.format(REST.format(16_381))),
        BELOW.format(1_048_563),
    ]
    assert read(handmade.ods(tmp_path / "book.ods", "".join(rows))) == [
        (1, ["a"]),
        (2, ["a"]),
        (13, [None, None, "b"]),
    ]


def test_the_last_row(tmp_path: Path) -> None:
    """A value in the last row is read."""
    last = ROW.format("", CELL.format(REST.format(7)) + TEXT.format(" "))
    rows = ROW.format("", TEXT.format("a")) + BELOW.format(1_048_574) + last
    assert read(handmade.ods(tmp_path / "book.ods", rows)) == [(1, ["a"]), (1_048_576, [None] * 7 + [" "])]


def far_ods(path: Path) -> Path:
    """Write a table with a value in the last cell of the sheet."""
    last = ROW.format("", CELL.format(REST.format(16_383)) + TEXT.format("x"))
    return handmade.ods(path, ROW.format("", TEXT.format("a")) + BELOW.format(1_048_574) + last)


def far_xlsb(path: Path) -> Path:
    """Write a table with a value in the last cell of the sheet."""
    return handmade.xlsb(path, [(0, 0, "a"), (1_048_575, 16_383, "x")])


@pytest.mark.parametrize(("name", "write"), [("book.ods", far_ods), ("book.xlsb", far_xlsb)])
def test_the_last_cell(tmp_path: Path, name: str, write: Callable[[Path], Path]) -> None:
    """A value in the last cell needs too much memory: a user error, and only the isolated process ends."""
    with pytest.raises(UserError, match=FAR):
        read(write(tmp_path / name))


def test_the_last_cell_of_xls(tmp_path: Path) -> None:
    """The old format is so small that even its last cell can be read."""
    path = handmade.xls(tmp_path / "book.xls", [(0, 0, "a"), (65_535, 255, "x")])
    assert read(path) == [(1, ["a"]), (65_536, [None] * 255 + ["x"])]


def test_rows_that_are_not_read(tmp_path: Path) -> None:
    """The rows of a sheet need not be read, nor the last sheets."""
    path = handmade.ods(
        tmp_path / "book.ods", "", settings='<table:table table:name="R"><table:table-row/></table:table>'
    )
    found = sheets(path, ".ods", path.name, tmp_path)
    assert [next(found).name, next(found).name] == ["R", "S"]
    found.close()
    assert list(tmp_path.iterdir()) == [path]
