"""The XML of a sheet in blocks of rows, cut at the speed of C: only cells that stand further out are looked at.

Programs write `<row r="2"><c r="A2">…`. Of the other forms that are allowed, prefixes of the tags are taken away, and
rows and cells get their name where it is left out or is not the first attribute.
"""

import re
from collections.abc import Iterator
from functools import lru_cache, reduce
from typing import IO, NamedTuple

from producer.reading.workbooks.rows import Merge

CHUNK = 2**20
"""Bytes of a block, if a row is not longer: 3,500 rows of eight columns."""
LONGEST = 2**26
"""Bytes that a row, or what stands before the rows, may have: 16,384 cells of 4,096 bytes."""
SPARE = 100_000
"""Cells that the rectangle around a block may have beyond twice those that are there: 2.4 MB in calamine."""

BEGIN = re.compile(rb"<(\w+:)?sheetData\s*(/?)>")
CELL = re.compile(rb'<c r="([A-Za-z]{1,3})(\d{1,7})"')
A = ord("A")
ANY_CELL = re.compile(rb"<c[\s/>]")
ROW = re.compile(rb'<row r="(\d+)"')
TAG = re.compile(rb"<(row|c)(?=[\s/>])([^>]*)>")
NAME = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
MERGE = re.compile(rb"""<mergeCell\s+ref\s*=\s*["']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)""")


class Block(NamedTuple):
    """Some rows as they stand in the XML, and the furthest column that their cells reach, from 1."""

    xml: bytes
    width: int


class _UnnamedError(ValueError):
    """The name of a cell is missing, or not its first attribute."""


class SheetXml:
    """The XML of a sheet, read once from front to back: its blocks, then its merges."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._prefix = b""
        self._xml = b""

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks: the rectangle around the cells of one is worth them, or it is a single row."""
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
        """Yield the merged cells; they stand behind the rows."""
        while chunk := self._source.read(CHUNK):
            whole, tag, rest = self._plain(self._xml + chunk).rpartition(b"<")
            yield from map(_merge, MERGE.findall(whole))
            self._xml = tag + rest
        yield from map(_merge, MERGE.findall(self._xml))

    def _rows(self) -> Iterator[bytes]:
        while (begin := BEGIN.search(self._xml)) is None:
            self._read_on()
        self._prefix = begin[1] or b""
        self._xml = self._plain(self._xml[begin.end() :])
        if begin[2]:
            return
        while (end := self._xml.find(b"</sheetData")) < 0:
            if (whole := self._xml.rfind(b"<row")) > 0:
                yield self._xml[:whole]
                self._xml = self._xml[whole:]
            self._read_on()
        yield self._xml[:end]
        self._xml = self._xml[end:]

    def _read_on(self) -> None:
        chunk = self._source.read(CHUNK)
        if not chunk or len(self._xml) > LONGEST:
            raise EOFError("a sheet ends early")
        self._xml = self._plain(self._xml + chunk)

    def _plain(self, xml: bytes) -> bytes:
        if not self._prefix:
            return xml
        return xml.replace(b"<" + self._prefix, b"<").replace(b"</" + self._prefix, b"</")


def _fitting(rows: bytes) -> Iterator[Block]:
    """Yield rows as one block, or halved until the halves fit."""
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
    """Return how many columns, from A on, and rows the cells reach.

    Each search is for a cell beyond those that are known, further right or with more digits; there are few. For the
    rest, rows are taken to ascend, as they do in every program.
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
    """Return what finds a tag that begins as a cell's does, and is none up to this column with so many digits."""
    shorter = [b"[A-Z]{1,%d}" % (len(column) - 1)] * (len(column) > 1)
    smaller = [
        b"%b[A-%c]%b" % (column[:n], letter - 1, b"[A-Z]" * (len(column) - n - 1))
        for n, letter in enumerate(column)
        if letter > A
    ]
    return re.compile(rb'<c(?! r="(?:%b)\d{1,%d}")' % (b"|".join([*shorter, *smaller, column]), digits))


def _named(rows: bytes, row: int) -> bytes:
    """Return rows with each name as the first attribute; a row or cell that has none is the next one after `row`."""
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
