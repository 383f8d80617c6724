"""A workbook as long as the soak: the sample's lines repeated, each time with new invoices."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.sample import Line, lines


class Repeated(Mapping[int, Line]):
    """The workbook's lines by row, from 1, made lazily."""

    def __init__(self, rows: int) -> None:
        self._rows, self._lines = rows, list(lines().values())

    def __getitem__(self, row: int) -> Line:
        """Return a line, with the number of the repetition in its invoice."""
        if not 1 <= row <= self._rows:
            raise KeyError(row)
        repetition, place = divmod(row - 1, len(self._lines))
        line = self._lines[place]
        return line._replace(InvoiceNo=f"{line.InvoiceNo}-{repetition + 1}")

    def __iter__(self) -> Iterator[int]:
        """Yield the rows."""
        return iter(range(1, self._rows + 1))

    def __len__(self) -> int:
        """Return how many lines there are."""
        return self._rows


def write(path: Path, source: Mapping[int, Line]) -> None:
    """Write the workbook as csv."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Line._fields)
        writer.writerows(source.values())
