"""Merged cells of the formats in which calamine does not report them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.parsers.expat import ParserCreate
from zipfile import ZipFile

from producer.reading.workbooks.rows import Merge

CHUNK = 2**20
ODS_SPAN = re.compile(rb'-spanned="(?!1")')
CELLS = ("table:table-cell", "table:covered-table-cell")
# Records of an .xlsb sheet: the number of merges, then first and last row and column of each.
XLSB_MERGES = re.compile(rb"\xb1\x01\x04.{4}((?:\xb0\x01\x10.{16})+)\xb2\x01\x00", re.DOTALL)
XLSB_MERGE = 19
"""Bytes of one merge."""


def of_ods(path: Path) -> Mapping[str, list[Merge]]:
    """Return the merged cells of each table by name; only a file that has some is parsed cell by cell."""
    walk = _Walk()
    with ZipFile(path) as archive:
        with archive.open("content.xml") as content:
            has_some = any(map(ODS_SPAN.search, _overlapping(content)))
        if has_some:
            with archive.open("content.xml") as content:
                walk.parser.ParseFile(content)
    return walk.merges


def _overlapping(content: IO[bytes]) -> Iterator[bytes]:
    """Yield the content in chunks, each starting with the end of the one before."""
    end = b""
    while chunk := content.read(CHUNK):
        yield end + chunk
        end = chunk[-20:]


class _Walk:
    """Parses an .ods file's cells and collects the merges."""

    def __init__(self) -> None:
        self.merges: defaultdict[str, list[Merge]] = defaultdict(list)
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self._table = ""
        self._row = self._next_row = self._column = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        def number(attribute: str) -> int:
            return int(attributes.get(f"table:number-{attribute}", 1))

        if name in CELLS:
            rows, columns = number("rows-spanned"), number("columns-spanned")
            if rows * columns > 1:
                first, last = (self._row, self._column), (self._row + rows - 1, self._column + columns - 1)
                self.merges[self._table].append((first, last))
            self._column += number("columns-repeated")
        elif name == "table:table-row":
            self._row, self._column = self._next_row, 0
            self._next_row += number("rows-repeated")
        elif name == "table:table":
            self._table, self._next_row = attributes.get("table:name", ""), 0


def are_tall_in_xlsb(path: Path) -> bool:
    """Return whether an .xlsb file has cells that are merged over several rows."""
    with ZipFile(path) as archive:
        return any(
            first != last
            for part in archive.namelist()
            if "worksheets/" in part.lower()
            for merges in XLSB_MERGES.findall(archive.read(part))
            for place in range(3, len(merges), XLSB_MERGE)
            for first, last in [(merges[place : place + 4], merges[place + 4 : place + 8])]
        )
