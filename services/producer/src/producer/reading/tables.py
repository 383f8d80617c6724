"""Sheets and csv files as columns of distinct cells, each of which is read once, however often it occurs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, compress
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from producer.reading.header import Header, Row, known
from producer.record import COLUMNS, text

BLOCK = 16_384
"""Rows read at a time: limits the memory for long lines."""


class Column(NamedTuple):
    """The distinct cells of a column in a block, and the index of each row's cell."""

    codes: npt.NDArray[np.intp]
    values: list[object]

    def first(self, rows: npt.NDArray[np.int64]) -> Callable[[int], int]:
        """Return a function that returns the first row with the cell at an index."""
        return lambda index: int(rows[int(np.argmax(self.codes == index))])


class Block(NamedTuple):
    """Some rows below a header: their numbers in the file, and the data's eight columns."""

    rows: npt.NDArray[np.int64]
    columns: tuple[Column, ...]
    headers_again: int

    def where(self, is_kept: npt.NDArray[np.bool_]) -> "Block":
        """Return the block with the flagged rows."""
        columns = tuple(Column(column.codes[is_kept], column.values) for column in self.columns)
        return self._replace(rows=self.rows[is_kept], columns=columns)


@dataclass(frozen=True)
class Table:
    """A sheet, or a csv file, below its header; `blocks` may be iterated more than once.

    `name` is the sheet's (empty for a csv file), `where` includes the file's, `others` are unused columns.
    """

    name: str
    where: str
    others: tuple[str, ...]
    blocks: Callable[[], Iterator[Block]]

    def at(self, row: int) -> str:
        """Return the place of a row in its file."""
        return f"sheet {self.name!r}, row {row:,}" if self.name else f"row {row:,}"


def blocks(rows: Iterable[Row], header: Header) -> Iterator[Block]:
    """Yield the rows below a header, without blank rows and repeated headers."""
    pick, width = itemgetter(*header.positions), max(header.positions) + 1
    for some in batched(rows, BLOCK, strict=False):
        cells = [pick(row if len(row) >= width else _padded(row, width)) for _, row in some]
        numbers = np.fromiter((number for number, _ in some), np.int64, len(some))
        columns = _columns(cells)
        is_blank = _everywhere(columns, lambda value, _: not value or (isinstance(value, str) and not value.strip()))
        is_header = _everywhere(columns, lambda value, name: known(value) == name)
        if is_blank.any() or is_header.any():
            is_line = ~(is_blank | is_header)
            numbers, columns = numbers[is_line], _columns(list(compress(cells, is_line)))
        yield Block(numbers, columns, int(is_header.sum()))


def _columns(cells: Sequence[Sequence[object]]) -> tuple[Column, ...]:
    return (
        tuple(map(_column, zip(*cells, strict=True))) if cells else (Column(np.array([], np.intp), []),) * len(COLUMNS)
    )


def _column(cells: Sequence[object]) -> Column:
    if bool in set(map(type, cells)):  # True would be counted as a 1
        cells = [text(cell) if isinstance(cell, bool) else cell for cell in cells]
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    codes, values = pd.factorize(array, use_na_sentinel=False)
    return Column(codes, ["" if value is None or value != value else value for value in values])  # noqa: PLR0124 - NaN


def _everywhere(columns: Sequence[Column], is_so: Callable[[Any, str], bool]) -> npt.NDArray[np.bool_]:
    """Return for each row whether a predicate holds for all of its cells."""
    result = np.ones(len(columns[0].codes), dtype=bool)
    for name, (codes, values) in zip(COLUMNS, columns, strict=True):
        result &= np.array([is_so(value, name) for value in values], dtype=bool)[codes]
        if not result.any():
            break
    return result


def _padded(cells: Sequence[object], width: int) -> list[object]:
    return [*cells, *[None] * (width - len(cells))]
