"""Any cell: written into a sheet, streamed, and read back from the tables as in the contract, or rejected."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts import reference
from harness import cells
from harness.cells import Row
from harness.sample import COLUMNS
from harness.stack import REPORTS, Stack, wait_until, where
from harness.streaming import Run, Workbook, assert_succeeded, begin

ROWS = 1_500
PREFIX = b",2,0000000000000000,1,"


@pytest.mark.parametrize("name", cells.WRITERS)
def test_any_cell_comes_back(stack: Stack, name: str) -> None:
    """Each row of a generated sheet is in its country's table, all fields exact, or is rejected with its bytes."""
    rows = cells.rows(ROWS)[list(cells.WRITERS).index(name) :: len(cells.WRITERS)]
    run = stream(stack, name, rows)
    expected = {number: outcome(cells.record(number, row)) for number, row in enumerate(rows, start=1)}
    found = dict(stored(run))
    assert [(wanted, found.get(row)) for row, wanted in expected.items() if found.get(row) != wanted] == []
    assert found.keys() == expected.keys()
    assert {table for table, _ in found.values()} == {"British", "Other", "Rejected"}


def stream(stack: Stack, name: str, rows: list[Row]) -> Run:
    """Write a sheet, let the producer send it, and wait until the processor has read it."""
    folder = REPORTS / f"round_trip_{name}"
    folder.mkdir(exist_ok=True)
    cells.WRITERS[name](folder / name, rows)
    run = begin(stack, 0, Workbook(folder, len(rows)))
    wait_until(lambda: assert_succeeded(stack))

    def assert_caught_up() -> None:
        assert stack.lag() == 0

    wait_until(assert_caught_up)
    return run


def outcome(record: bytes) -> tuple[str, object]:
    """Return the table that a record belongs in, and its content there."""
    line = reference.read(PREFIX + record)
    if line is None:
        return "Rejected", record
    return "British" if line.is_british else "Other", tuple(line)[:8]


def stored(run: Run) -> Iterator[tuple[int, tuple[str, Any]]]:
    """Yield a run's rows in the tables: its row, then table and fields, or a rejected record."""
    for table in ("British", "Other"):
        query = f"SELECT source_row, {COLUMNS} FROM {table}_Online_Retail WHERE {where(run.begins)}"  # noqa: S608 - own words
        yield from ((row, (table, tuple(fields))) for row, *fields in run.stack.sql(query))
    query = f"SELECT message FROM Rejected_Online_Retail WHERE {where(run.begins)}"  # noqa: S608 - own words
    records = (message.split(b",", PREFIX.count(b","))[-1] for (message,) in run.stack.sql(query))
    yield from ((int(record.split(b",")[0]), ("Rejected", record)) for record in records)
