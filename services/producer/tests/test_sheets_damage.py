"""No damage to a workbook is more than a user error: its rows come, or the error says what is wrong with the file."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import handmade
import openpyxl
import pytest
from conftest import LINE
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import UserError
from producer.reading.containers import WORKBOOKS, unpacked
from producer.reading.workbooks import epoch
from producer.reading.workbooks.sheets import sheets
from producer.record import COLUMNS

CELLS: handmade.Cells = [(0, 0, "InvoiceNo"), (1, 0, 536365.0), (1, 1, 2.55), (4, 1, " ")]
ODS_ROW = '<table:table-row><table:table-cell office:value-type="float" office:value="6"/></table:table-row>'
# Each format but the first is read in a process of its own.
EXAMPLES = {".xlsx": 300, ".xls": 40, ".xlsb": 40, ".ods": 40}

type Changes = Sequence[tuple[float, int]]
"""Where a byte is changed, as a part of the whole, and into what."""

CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory for all examples."""
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="module")
def books(directory: Path) -> Mapping[str, bytes]:
    """Give the content of a small workbook in each format."""
    book = openpyxl.Workbook()
    for row in (COLUMNS, LINE, LINE):
        book.worksheets[0].append(list(row))
    book.worksheets[0].merge_cells("A2:A3")
    book.save(directory / "book.xlsx")
    files = [
        directory / "book.xlsx",
        handmade.xls(directory / "book.xls", CELLS),
        handmade.xlsb(directory / "book.xlsb", CELLS),
        handmade.ods(directory / "book.ods", ODS_ROW),
    ]
    return {file.suffix: file.read_bytes() for file in files}


def assert_is_explained(path: Path, content: bytes) -> None:
    """Raise unless a file's rows come, or one error names it; nothing is left behind."""
    path.write_bytes(content)
    there = set(path.parent.iterdir())
    try:
        with unpacked(path, path.parent) as file:
            if file.suffix in WORKBOOKS:
                epoch.is_1904(file.path, file.suffix, file.name)
                for sheet in sheets(*file, path.parent):
                    assert all(number > 0 and cells for number, cells in sheet.rows)
    except UserError as error:
        assert str(error).startswith(str(path))  # noqa: PT017 - either is right
    assert set(path.parent.iterdir()) == there


def changed(content: bytes, changes: Changes) -> bytes:
    """Return content with some bytes changed."""
    damaged = bytearray(content)
    for place, value in changes:
        damaged[int(place * len(content))] = value
    return bytes(damaged)


@pytest.mark.parametrize("suffix", EXAMPLES)
def test_any_end(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook that ends early, wherever that is."""
    content = books[suffix]
    for end in range(0, len(content), -(-len(content) // EXAMPLES[suffix])):
        assert_is_explained(directory / f"short{suffix}", content[:end])


@pytest.mark.parametrize("suffix", EXAMPLES)
def test_any_byte(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook of which some bytes are others."""

    @settings(max_examples=EXAMPLES[suffix])
    @given(CHANGES)
    def check(changes: Changes) -> None:
        assert_is_explained(directory / f"changed{suffix}", changed(books[suffix], changes))

    check()


@pytest.mark.parametrize("suffix", [suffix for suffix in EXAMPLES if suffix != ".xls"])
def test_any_byte_of_a_part(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook of which a part says something else, with a checksum that is right."""
    with ZipFile(io.BytesIO(books[suffix])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    @settings(max_examples=EXAMPLES[suffix])
    @given(st.sampled_from(sorted(parts)), CHANGES)
    def check(name: str, changes: Changes) -> None:
        target = io.BytesIO()
        with ZipFile(target, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, changed(content, changes) if part == name else content)
        assert_is_explained(directory / f"part{suffix}", target.getvalue())

    check()


def test_a_number_of_texts_that_is_not_true(directory: Path, books: Mapping[str, bytes]) -> None:
    """No memory is taken for texts that are only promised."""
    with ZipFile(io.BytesIO(books[".xlsx"])) as archive, ZipFile(directory / "promise.xlsx", "w") as target:
        for name in archive.namelist():
            target.writestr(name, re.sub(rb'uniqueCount="[0-9]+"', b'uniqueCount="99999999999"', archive.read(name)))
    [sheet] = [list(sheet.rows) for sheet in sheets(directory / "promise.xlsx", ".xlsx", "it", directory)]
    assert [cells[1] for _, cells in sheet] == ["StockCode", LINE[1], LINE[1]]
