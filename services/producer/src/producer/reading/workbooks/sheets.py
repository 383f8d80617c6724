"""The sheets of a workbook as rows of cells; memory depends only on the cells that have content."""

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from common.errors import UserError
from producer.reading.damage import as_user_errors
from producer.reading.workbooks import isolated, pieces
from producer.reading.workbooks.package import Package
from producer.reading.workbooks.rows import Row

# The formats whose sheets can be read in pieces.
IN_PIECES = (".xlsx", ".xlsm")


class Sheet(NamedTuple):
    """A sheet: its name, and those of its rows that have content.

    A row is its number in the file and its cells, from column A to the last one with content: str, int, float, bool,
    date, datetime, time, timedelta, and None for an empty cell, an error, and a formula without a stored result. All
    cells of a merge have the value of its first one; in .xlsb, a merge over several rows is a UserError.
    """

    name: str
    rows: Iterator[Row]


def sheets(path: Path, suffix: str, where: str, scratch: Path) -> Generator[Sheet]:
    """Yield the sheets in order, including hidden ones; a sheet's rows end when the next sheet is requested.

    `suffix` is the workbook's by its content, `where` names it in errors, `scratch` is a directory for temporary files.
    Raises a UserError if a workbook has no sheet with cells, or cannot be read.
    """
    name = None
    for name, rows in (_of_package if suffix in IN_PIECES else isolated.sheets)(path, suffix, where, scratch):
        yield Sheet(name, rows)
    if name is None:
        raise UserError(f"{where} has no worksheet: choose a workbook that has one.")


def _of_package(path: Path, _suffix: str, where: str, scratch: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    with as_user_errors(where), ZipFile(path) as archive:
        package = Package(archive)
        for name, part in package.sheets:
            with closing(_rows(package, part, f"{where}, sheet {name!r}", scratch)) as rows:
                yield name, rows


def _rows(package: Package, part: str, where: str, scratch: Path) -> Generator[Row]:
    with as_user_errors(where):
        yield from pieces.rows(package, part, scratch)
