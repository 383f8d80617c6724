"""Splits the XML of a sheet into blocks of rows, with regular expressions that stop only at the outermost cells.

Programs write `<row r="2"><c r="A2">…`. Other allowed forms are rewritten: tag prefixes are removed, and rows and cells
get their name as the first attribute if it is missing or elsewhere.
"""

import re
from collections.abc import Iterator
from functools import lru_cache, reduce
from typing import IO, NamedTuple

from producer.reading.workbooks.rows import Merge

CHUNK = 2**20
"""Bytes of a block, unless a row is longer: 3,500 rows of eight columns."""
LONGEST = 2**26
"""Bytes that a row, or the part before the rows, may have: 16,384 cells of 4,096 bytes."""
SPARE = 100_000
"""Cells that the rectangle around a block may have beyond twice its actual cells: 2.4 MB in calamine."""

START = re.compile(rb"<(\w+:)?sheetData\s*(/?)>")
CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,7})"')
A = ord("A")
ANY_CELL = re.compile(rb"<c[\s/>]")
ROW = re.compile(rb'<row r="(\d+)"')
TAG = re.compile(rb"<(row|c)(?=[\s/>])([^>]*)>")
NAME = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
MERGE = re.compile(rb"""<mergeCell\s+ref\s*=\s*["']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)""")


class Block(NamedTuple):
    """The XML of some rows, and the last column that their cells reach, from 1."""

    xml: bytes
    width: int


class _UnnamedError(ValueError):
    """A cell's name is missing, or not its first attribute."""


class SheetXml:
    """The XML of a sheet, read once from start to end: its blocks, then its merges."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._prefix = b""
        self._xml = b""

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks that fill enough of the rectangle around their cells, or are a single row."""
        row = 0
        for found in self._rows():
            try:
                rows, blocks = found, list(_fitting(found))
            except _UnnamedError:
                rows = _named(found, row)
                blocks = list(_fitting(rows))
            yield from blocks
            row = _last_row(rows, row)

    def merges(self) -> Iterator[Merge]:
        """Yield the merged cells, which follow the rows in the XML."""
        while chunk := self._source.read(CHUNK):
            whole, tag, rest = self._plain(self._xml + chunk).rpartition(b"<")
            yield from map(_merge, MERGE.findall(whole))
            self._xml = tag + rest
        yield from map(_merge, MERGE.findall(self._xml))

    def _rows(self) -> Iterator[bytes]:
        while (start := START.search(self._xml)) is None:
            self._read_more()
        self._prefix = start[1] or b""
        self._xml = self._plain(self._xml[start.end() :])
        if start[2]:
            return
        while (end := self._xml.find(b"</sheetData")) < 0:
            if (whole := self._xml.rfind(b"<row")) > 0:
                yield self._xml[:whole]
                self._xml = self._xml[whole:]
            self._read_more()
        yield self._xml[:end]
        self._xml = self._xml[end:]

    def _read_more(self) -> None:
        chunk = self._source.read(CHUNK)
        if not chunk or len(self._xml) > LONGEST:
            raise EOFError("a sheet ends early")
        self._xml = self._plain(self._xml + chunk)

    def _plain(self, xml: bytes) -> bytes:
        if not self._prefix:
            return xml
        return xml.replace(b"<" + self._prefix, b"<").replace(b"</" + self._prefix, b"</")


def _fitting(rows: bytes) -> Iterator[Block]:
    """Yield rows as one block, or halve them until the halves fit."""
    width, height = _extent(rows)
    if width * height <= 2 * rows.count(b"<c ") + SPARE:
        if width:
            yield Block(rows, width)
        return
    half = max(rows.find(b"<row", len(rows) // 2), 0) or rows.rfind(b"<row")
    if half <= 0:
        raise ValueError("a row holds cells of another one")
    yield from _fitting(rows[:half])
    yield from _fitting(rows[half:])


def _extent(rows: bytes) -> tuple[int, int]:
    """Return the number of columns, from A on, and of rows that the cells reach.

    Each search finds a cell beyond the known ones, further right or with more digits in its row; there are few of them.
    Otherwise rows are assumed to ascend, as every program writes them.
    """
    first = ANY_CELL.search(rows)
    if first is None:
        return 0, 0
    column, first_row = _place(rows, first.start())
    numbers = [first_row, _place(rows, rows.rfind(b"<c "))[1]]
    place = first.end()
    while found := _beyond(column, len(str(max(numbers)))).search(rows, place):
        place = found.end()
        if ANY_CELL.match(rows, found.start()):
            letters, number = _place(rows, found.start())
            column = max(column, letters, key=_index)
            numbers.append(number)
    return _index(column), max(numbers) - min(numbers) + 1


def _place(rows: bytes, at: int) -> tuple[bytes, int]:
    cell = CELL.match(rows, at)
    if cell is None:
        raise _UnnamedError("a cell has no place")
    return cell[1].upper(), int(cell[2])


@lru_cache
def _beyond(column: bytes, digits: int) -> re.Pattern[bytes]:
    """Return a pattern for the start of a cell's tag that is beyond this column, or has more digits in its row."""
    shorter = [b"[A-Z]{1,%d}" % (len(column) - 1)] * (len(column) > 1)
    smaller = [
        b"%b[A-%c]%b" % (column[:n], letter - 1, b"[A-Z]" * (len(column) - n - 1))
        for n, letter in enumerate(column)
        if letter > A
    ]
    return re.compile(rb'<c(?! r="(?:%b)\d{1,%d}")' % (b"|".join([*shorter, *smaller, column]), digits))


def _named(rows: bytes, row: int) -> bytes:
    """Return rows with each name as the first attribute; a row or cell without one follows the one before it."""
    column = 0

    def name(tag: re.Match[bytes]) -> bytes:
        nonlocal row, column
        found = NAME.search(tag[2])
        others = NAME.sub(b"", tag[2])
        if tag[1] == b"row":
            row, column = int(found[2]) if found else row + 1, 0
            return b'<row r="%d"%b>' % (row, others)
        column = _index(found[1]) if found else column + 1
        return b'<c r="%b%d"%b>' % (_letters(column), int(found[2]) if found else row, others)

    return TAG.sub(name, rows)


def _last_row(rows: bytes, before: int) -> int:
    """Return the number of the last row, with or without cells."""
    place = rows.rfind(b'<row r="')
    last = ROW.match(rows, max(place, 0))
    return (int(last[1]) if last else before) + rows.count(b"<row", place + 1)


def _merge(found: tuple[bytes, bytes, bytes, bytes]) -> Merge:
    left, first, right, last = found
    return (int(first) - 1, _index(left) - 1), (int(last) - 1, _index(right) - 1)


def _index(letters: bytes) -> int:
    """Return the number of a column, from 1."""
    return reduce(lambda index, letter: 26 * index + letter - A + 1, letters.upper(), 0)


def _letters(index: int) -> bytes:
    return _letters((index - 1) // 26) + bytes([A + (index - 1) % 26]) if index else b""
