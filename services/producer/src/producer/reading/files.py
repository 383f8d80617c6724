"""Opens a file: its tables, and how they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from common.errors import UserError
from producer.reading import delimited, header
from producer.reading.containers import TEXTS, Unpacked, unpacked
from producer.reading.dates import Order
from producer.reading.decisions import Decisions, decide, described
from producer.reading.tables import Table, blocks
from producer.reading.workbooks.epoch import is_1904
from producer.reading.workbooks.sheets import Sheet, sheets
from producer.record import COLUMNS


@dataclass
class Opened:
    """The tables of a file, how it is read, and the names of its sheets without a table."""

    tables: list[Table]
    form: str
    decisions: Decisions
    skipped: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [described(self.form, self.decisions)]
        if self.skipped:
            parts.append(f"{_plural('sheet', self.skipped)} skipped: none of the columns")
        others = list(dict.fromkeys(chain.from_iterable(table.others for table in self.tables)))
        if others:
            parts.append(f"{_plural('column', others)} ignored")
        return "; ".join(parts)


@contextmanager
def opened(path: Path, scratch: Path, order: Order | None) -> Iterator[Opened]:
    """Open a file and decide how to read it; raise a UserError that names what is wrong, where, and the way out."""
    with unpacked(path, scratch) as file:
        yield _text(file, order) if file.suffix in TEXTS else _workbook(file, scratch, order)


def _text(file: Unpacked, order: Order | None) -> Opened:
    """Return a text file in the first dialect in which it can be read; raise the first dialect's UserError."""
    errors = []
    for dialect in delimited.dialects(file.path, file.name):
        try:
            table = delimited.table(dialect, file.path, file.name)
            return Opened([table], f"read as {dialect}", decide([table], order, is_1904=False))
        except UserError as error:
            errors.append(error)
    raise errors[0]


def _workbook(file: Unpacked, scratch: Path, order: Order | None) -> Opened:
    tables, skipped = [], []
    for sheet in sheets(file.path, file.suffix, file.name, scratch):
        table = _table(sheet, f"{file.name}, sheet {sheet.name!r}")
        if table is None:
            skipped.append(sheet.name)
        else:
            tables.append(table)
    if not tables:
        raise UserError(
            f"{file.name} has no sheet with the columns of sales lines ({_plural('sheet', skipped)}): the header of "
            f"one must name {', '.join(COLUMNS)}."
        )
    decisions = decide(tables, order, is_1904=is_1904(file.path, file.suffix, file.name))
    return Opened(tables, "read as a workbook", decisions, skipped)


def _table(sheet: Sheet, where: str) -> Table | None:
    """Return a sheet's table, None if it has no header; its cells stay in memory, each distinct one of a block once."""
    first = list(islice(sheet.rows, header.FIRST_ROWS))
    found = header.find(first, where)
    if found is None:
        return None
    below = chain((row for row in first if row[0] > found.row), sheet.rows)
    kept = list(blocks(below, found))
    return Table(sheet.name, where, found.others, lambda: iter(kept))


def _plural(word: str, names: list[str]) -> str:
    return f"{word}{'s' * (len(names) > 1)} {', '.join(map(repr, names))}"
