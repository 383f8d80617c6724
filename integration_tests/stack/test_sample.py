"""The sample in MariaDB, after it was streamed."""

from decimal import Decimal

import pytest

from harness.sample import COLUMNS, Line, lines
from harness.stack import Offsets, Stack, where
from harness.streaming import BRITISH, LINES, OTHER

TABLES = ("British_Online_Retail", "Other_Online_Retail")


def arrived(stack: Stack, table: str, ends: Offsets) -> dict[int, Line]:
    """Return the lines of the sample's first run in a table by their row in the workbook."""
    rows = stack.sql(f"SELECT source_row, {COLUMNS} FROM {table} WHERE {where(dict.fromkeys(ends, 0), ends)}")  # noqa: S608
    assert len({row for row, *_ in rows}) == len(rows)
    return {row: Line(*fields) for row, *fields in rows}


@pytest.mark.parametrize(
    ("table", "count", "turnover"),
    [
        ("British_Online_Retail", BRITISH, "879120.382"),
        ("Other_Online_Retail", OTHER, "88833.536"),
    ],
)
def test_counts_and_sums_are_the_samples(
    stack: Stack, sample_ends: Offsets, table: str, count: int, turnover: str
) -> None:
    """Each table has the lines and the turnover in the sample's README."""
    run = where(dict.fromkeys(sample_ends, 0), sample_ends)
    assert stack.sql(f"SELECT COUNT(*), SUM(Quantity * UnitPrice) FROM {table} WHERE {run}") == [  # noqa: S608
        (count, Decimal(turnover))
    ]


def test_stock_codes_keep_their_letter_case(stack: Stack, sample_ends: Offsets) -> None:
    """MariaDB distinguishes codes that differ in letter case alone: 1,178 in both tables together."""
    run = where(dict.fromkeys(sample_ends, 0), sample_ends)
    codes = " UNION ".join(f"SELECT StockCode FROM {table} WHERE {run}" for table in TABLES)  # noqa: S608
    assert stack.sql(f"SELECT COUNT(*) FROM ({codes}) AS codes") == [(1178,)]  # noqa: S608


@pytest.mark.parametrize("table", TABLES)
def test_every_field_is_the_cells(stack: Stack, sample_ends: Offsets, table: str) -> None:
    """Each line of the workbook is in its table, each field as in the contract."""
    found = arrived(stack, table, sample_ends)
    is_british = table == "British_Online_Retail"
    expected = {row: line for row, line in lines().items() if (line.Country == "United Kingdom") == is_british}
    assert found.keys() == expected.keys()
    assert [(found[row], line) for row, line in expected.items() if found[row] != line][:3] == []


def test_predictions_are_clusters(stack: Stack) -> None:
    """Each British line has a cluster from 0 to k-1, and each of the five has lines."""
    assert stack.sql("SELECT DISTINCT prediction FROM British_Online_Retail ORDER BY 1") == [(n,) for n in range(5)]


def test_weights_add_up_to_the_british_lines(stack: Stack) -> None:
    """Without decay the newest model's weights add up to the British lines."""
    ((weights, british),) = stack.sql(
        "SELECT (SELECT SUM(weight) FROM Model_Centres JOIN Stream_State USING (generation)),"
        " (SELECT COUNT(*) FROM British_Online_Retail)"
    )
    assert weights == pytest.approx(british, rel=1e-12)


def test_the_reconciliation_shows_no_difference(stack: Stack) -> None:
    """Lines read = British + other + rejected, in total and per partition."""
    rows = stack.sql("SELECT kafka_partition, lines_read, difference FROM Reconciliation")
    assert {partition for partition, *_ in rows} == {"0", "1", "2", "3", "all"}
    assert all(difference == 0 for *_, difference in rows)
    assert {partition: read for partition, read, _ in rows}["all"] >= LINES


def test_the_batch_log_counts_every_line(stack: Stack) -> None:
    """The micro-batches of the log hold every line; none but the one that seeds the model exceeds the limit."""
    ((lines_read, batches, p99),) = stack.sql("SELECT SUM(lines_read), COUNT(*), MIN(latency_p99) FROM Batch_Log")
    assert lines_read == sum(stack.end_offsets().values())
    assert batches >= LINES / 2000 / 2
    assert p99 > 0
