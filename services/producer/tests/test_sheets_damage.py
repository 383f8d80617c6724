"""Any damage to a workbook is a user error at most: its rows are read, or the error names the file."""

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
# All formats but the first are read in a separate process.
EXAMPLES = {".xlsx": 300, ".xls": 40, ".xlsb": 40, ".ods": 40}

type Changes = Sequence[tuple[float, int]]
"""The place of a changed byte, as a fraction of the file, and its new value."""

CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory for all examples."""
    return tmp_path_factory.mktemp("damage")


@pytest.fixture(scope="module")
def books(directory: Path) -> Mapping[str, bytes]:
    """Return the content of a small workbook in each format."""
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


def assert_is_handled(path: Path, content: bytes) -> None:
    """Assert that a file's rows are read, or one error names it, and that no temporary file remains."""
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
def test_any_truncation(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook that is truncated anywhere is handled."""
    content = books[suffix]
    for end in range(0, len(content), -(-len(content) // EXAMPLES[suffix])):
        assert_is_handled(directory / f"short{suffix}", content[:end])


@pytest.mark.parametrize("suffix", EXAMPLES)
def test_any_byte(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook with any changed bytes is handled."""

    @settings(max_examples=EXAMPLES[suffix])
    @given(CHANGES)
    def check(changes: Changes) -> None:
        assert_is_handled(directory / f"changed{suffix}", changed(books[suffix], changes))

    check()


@pytest.mark.parametrize("suffix", [suffix for suffix in EXAMPLES if suffix != ".xls"])
def test_any_byte_of_a_part(directory: Path, books: Mapping[str, bytes], suffix: str) -> None:
    """A workbook with changed bytes in a part, and a valid checksum, is handled."""
    with ZipFile(io.BytesIO(books[suffix])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    @settings(max_examples=EXAMPLES[suffix])
    @given(st.sampled_from(sorted(parts)), CHANGES)
    def check(name: str, changes: Changes) -> None:
        target = io.BytesIO()
        with ZipFile(target, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, changed(content, changes) if part == name else content)
        assert_is_handled(directory / f"part{suffix}", target.getvalue())

    check()


def test_a_wrong_count_of_texts(directory: Path, books: Mapping[str, bytes]) -> None:
    """No memory is allocated for a wrong count of texts."""
    with ZipFile(io.BytesIO(books[".xlsx"])) as archive, ZipFile(directory / "promise.xlsx", "w") as target:
        for name in archive.namelist():
            target.writestr(name, re.sub(rb'uniqueCount="[0-9]+"', b'uniqueCount="99999999999"', archive.read(name)))
    [sheet] = [list(sheet.rows) for sheet in sheets(directory / "promise.xlsx", ".xlsx", "it", directory)]
    assert [cells[1] for _, cells in sheet] == ["StockCode", LINE[1], LINE[1]]
