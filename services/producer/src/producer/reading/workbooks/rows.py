"""Turns cells from calamine into rows: without empty ones, and with merged cells filled."""

from collections.abc import Iterable, Iterator, Sequence

type Row = tuple[int, list[object]]
"""A row's number in the file, and its cells from column A to the last one with content."""
type Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merge; row and column, from 0."""


def numbered(values: Iterable[Sequence[object]], start: tuple[int, int]) -> Iterator[Row]:
    """Yield the rows that have content; `start` is the row and column, from 0, of the first value."""
    top, left = start
    for number, found in enumerate(values, top + 1):
        # calamine returns all numbers as doubles, and an empty text for an empty cell, an error or a missing result.
        cells = [
            (int(cell) if cell.is_integer() else cell) if type(cell) is float else None if cell == "" else cell
            for cell in found
        ]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            yield number, [None] * left + cells


def filled(rows: Iterable[Row], merges: Sequence[Merge], width: int) -> Iterator[Row]:
    """Yield rows in which each cell of a merge has the value of its first one; merges fill columns up to `width`.

    Rows without other content are not added: a merge may reach down to the last row of the sheet.
    """
    waiting = sorted(merges, reverse=True)
    active: list[tuple[int, slice, object]] = []
    for number, cells in rows:
        active = [merge for merge in active if merge[0] >= number]
        while waiting and waiting[-1][0][0] < number:
            (first, left), (last, right) = waiting.pop()
            if first + 1 == number and left < len(cells) and cells[left] is not None:
                active.append((last + 1, slice(left, min(right + 1, width)), cells[left]))
        for _, span, value in active:
            _fill(cells, span, value)
        yield number, cells


def _fill(cells: list[object], span: slice, value: object) -> None:
    cells.extend([None] * (span.stop - len(cells)))
    cells[span] = [value] * (span.stop - span.start)
