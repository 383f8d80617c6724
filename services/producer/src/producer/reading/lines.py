"""Turns a table's cells into canonical lines and validates them.

Three equal lines in one sheet are three sales. An equal line in another sheet of the workbook is the same sale: the
largest count of any sheet holds, and what a later sheet repeats is skipped.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from producer.reading import codes, dates, numbers
from producer.reading.decisions import DATE, NUMBERS, Decisions
from producer.reading.facts import Facts, Rejects
from producer.reading.tables import Block, Column, Table
from producer.reading.validation import fault
from producer.record import COLUMNS, field, fingerprint, text

type Mask = npt.NDArray[np.bool_]


class Cell(NamedTuple):
    """A cell's canonical text, the same as a csv field, and what is wrong with it."""

    text: str
    field: str
    fault: str | None


class Lines(NamedTuple):
    """Lines as the content of csv records, their fingerprints, and the numbers of their rows in the file."""

    contents: list[str]
    fingerprints: list[bytes]
    rows: npt.NDArray[np.int64]


class Reader:
    """Reads the tables of a file as decided, one after the other, and counts what they contain."""

    def __init__(self, tables: Sequence[Table], decisions: Decisions) -> None:
        self._tables = tables
        # Cached: most cells of a column occur many times.
        self._read_cell = {name: lru_cache(maxsize=65_536)(partial(_cell, name, decisions)) for name in COLUMNS}
        self._customers: set[str] = set()
        self._facts = Facts()

    def facts(self) -> Facts:
        """Return what the tables contained so far."""
        return self._facts.model_copy(update={"customers": len(self._customers)})

    def lines(self) -> Iterator[tuple[Table, Lines]]:
        """Yield the lines of each table, some thousand at a time."""
        before: Counter[bytes] = Counter()
        for table in self._tables:
            own: Counter[bytes] = Counter()
            for block in table.blocks():
                self._facts.headers_again += block.headers_again
                if len(block.rows) and len((lines := self._read(block, table, own, before)).rows):
                    yield table, lines
            before |= own

    def _read(self, block: Block, table: Table, own: Counter[bytes], before: Counter[bytes]) -> Lines:
        cells = [
            [self._read_cell[name](value) for value in column.values]
            for name, column in zip(COLUMNS, block.columns, strict=True)
        ]
        contents = _contents(block, cells)
        fingerprints = [fingerprint(content.encode()) for content in contents]
        if len(self._tables) > 1:
            is_new = np.array([_is_new(one, own, before) for one in fingerprints], dtype=bool)
            self._facts.repeated += len(contents) - int(is_new.sum())
            block = block.where(is_new)
            contents, fingerprints = list(compress(contents, is_new)), list(compress(fingerprints, is_new))
        self._count(block, cells, table)
        return Lines(contents, fingerprints, block.rows)

    def _count(self, block: Block, cells: list[list[Cell]], table: Table) -> None:
        is_wrong = self._count_rejects(block, cells, table)
        by_name = dict(zip(COLUMNS, zip(block.columns, cells, strict=True), strict=True))
        column, texts = by_name["Country"]
        british = int((_flags(column, [one.text == codes.UNITED_KINGDOM for one in texts]) & ~is_wrong).sum())
        self._facts.british += british
        self._facts.other += int((~is_wrong).sum()) - british
        column, texts = by_name["CustomerID"]
        is_placeholder = [not one.text and value != "" for one, value in zip(texts, column.values, strict=True)]
        self._facts.nobody += int(_flags(column, is_placeholder).sum())
        self._customers.update({texts[code].text for code in np.unique(column.codes[~is_wrong])} - {""})
        column, texts = by_name[DATE]
        moments = [texts[code].text for code in np.unique(column.codes[~is_wrong])]
        if moments:
            self._facts.first_date = min([*moments, self._facts.first_date or moments[0]])
            self._facts.last_date = max([*moments, self._facts.last_date])

    def _count_rejects(self, block: Block, cells: list[list[Cell]], table: Table) -> Mask:
        """Count the lines with a fault, each under its first one; return which lines those are."""
        is_wrong = np.zeros(len(block.rows), dtype=bool)
        for column, texts in zip(block.columns, cells, strict=True):
            for kind in {one.fault: None for one in texts if one.fault is not None}:
                own = _flags(column, [one.fault == kind for one in texts]) & ~is_wrong
                if own.any():
                    first = int(np.argmax(own))
                    reject = Rejects(
                        count=0, place=table.at(int(block.rows[first])), value=texts[column.codes[first]].text
                    )
                    self._facts.rejects.setdefault(kind, reject).count += int(own.sum())
                    is_wrong |= own
        return is_wrong


def _is_new(line: bytes, own: Counter[bytes], before: Counter[bytes]) -> bool:
    """Count a line in its sheet; return whether it now occurs there more often than in any earlier sheet."""
    own[line] += 1
    return own[line] > before[line]


def _cell(name: str, decisions: Decisions, cell: object) -> Cell:
    canonical = _canonical(name, decisions, cell)
    return Cell(canonical, field(canonical), fault(name, canonical))


def _canonical(name: str, decisions: Decisions, cell: object) -> str:
    """Return a cell as the contract's text."""
    if name == DATE:
        return dates.canonical(cell, decisions.dates, is_1904=decisions.is_1904)
    plain = text(cell)
    if name in NUMBERS:
        return numbers.canonical(plain, decisions.numbers) if isinstance(cell, str) else plain
    if name in NUMBERED:
        plain = codes.ungrouped(plain, decisions.numbers)
    return TEXTS[name](plain)


def _unchanged(value: str) -> str:
    return value


NUMBERED = ("InvoiceNo", "CustomerID")
TEXTS: dict[str, Callable[[str], str]] = {
    "InvoiceNo": codes.code,
    "StockCode": codes.code,
    "Description": _unchanged,
    "CustomerID": codes.customer,
    "Country": codes.country,
}


def _contents(block: Block, cells: list[list[Cell]]) -> list[str]:
    fields = []
    for column, texts in zip(block.columns, cells, strict=True):
        distinct = np.empty(len(texts), dtype=object)
        distinct[:] = [one.field for one in texts]
        fields.append(distinct[column.codes].tolist())
    return list(map(",".join, zip(*fields, strict=True)))


def _flags(column: Column, is_so: list[bool]) -> Mask:
    flags: Mask = np.array(is_so, dtype=bool)[column.codes]
    return flags
