"""Customers, their groups, and the clusters of lines in the analyst's views."""

import json
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest

from harness.stack import Stack, kill, wait_until
from harness.streaming import SAMPLE, assert_caught_up, begin
from oracle.summaries import differences

RATE = 1_500  # rows per second: the sample takes thirteen seconds
PENNY = Decimal("0.01")
POINTS = (3_000, 8_000, 13_000)  # lines that have arrived when the customers are checked in mid-stream

CUSTOMERS = "SELECT COUNT(*) FROM British_Customers"
WRONGLY_GROUPED = """
    SELECT COUNT(*) FROM Customer_Sales LEFT JOIN Segment_Members USING (CustomerID)
    WHERE (frequency > 0 AND monetary > 0) <> (segment IS NOT NULL)
"""
SEGMENTS = """
    SELECT segment, name, customers, turnover, mean_recency, mean_frequency
    FROM Segment_History JOIN Grouping_State USING (version) ORDER BY segment
"""
RECOMPUTED_SEGMENTS = """
    SELECT segment, name, COUNT(*), SUM(sales.monetary), AVG(recency), AVG(sales.frequency)
    FROM British_Customers_RFM JOIN Customer_Sales AS sales USING (CustomerID)
    WHERE segment IS NOT NULL GROUP BY segment, name ORDER BY segment
"""
CENTRES = """
    SELECT quantity, unit_price FROM Model_Centres JOIN Model_Generations USING (generation)
    WHERE batch = %s AND generation > 0 ORDER BY cluster
"""

LINES_OF_BATCH = """
    SELECT Quantity, UnitPrice, prediction FROM British_Online_Retail JOIN Batch_Offsets USING (kafka_partition)
    WHERE kafka_offset >= first_offset AND kafka_offset < next_offset AND batch = %s
"""


def version(stack: Stack) -> int:
    """Return the number of the last grouping, which must include all committed lines."""
    rows = stack.sql("SELECT version FROM Grouping_State JOIN Stream_State ON batch = last_batch")
    assert rows, "the newest micro-batch is not grouped yet"
    return int(rows[0][0])


def caught_up(stack: Stack) -> int:
    """Wait until all lines are in the view and grouped; return the number of the grouping."""
    wait_until(lambda: assert_caught_up(stack))
    return wait_until(lambda: version(stack))


@pytest.fixture
def grouped(stack: Stack) -> Stack:
    """The shared stack, its customers grouped."""
    caught_up(stack)
    return stack


def test_summaries_match_their_lines_at_any_moment(stack: Stack) -> None:
    """In mid-stream, also right after a SIGKILL, and at the end: customers, hours, products and clusters."""
    run = begin(stack, RATE, SAMPLE)
    for lines in POINTS:
        run.wait_for(lines)
        if lines == POINTS[1]:
            kill(stack.container("processor"))
        assert stack.sql(CUSTOMERS)[0][0] > 100
        assert differences(stack.sql) == {}
    assert len(run.rows()) < run.lines  # it was in mid-stream
    run.assert_each_line_arrived_once()
    assert differences(stack.sql) == {}


def test_customers_with_purchases_are_in_a_group(grouped: Stack) -> None:
    """Customers with cancellations alone, or who returned everything, are in none."""
    assert grouped.sql(WRONGLY_GROUPED) == [(0,)]
    assert grouped.sql("SELECT COUNT(*) FROM British_Customers WHERE segment IS NULL")[0][0] > 0


def test_the_segments_match_their_customers(grouped: Stack) -> None:
    """Customers, means and turnover of each group, recomputed by SQL; the shares add up to 1."""
    stored = grouped.sql(SEGMENTS)
    made = grouped.sql(RECOMPUTED_SEGMENTS)
    assert len(stored) == 4
    assert [row[:4] for row in stored] == [row[:4] for row in made]
    means = [[float(mean) for mean in row[4:]] for row in made]  # MariaDB's have four decimals
    np.testing.assert_allclose([row[4:] for row in stored], means, atol=1e-4)
    ((shares, turnovers),) = grouped.sql(
        "SELECT SUM(share), SUM(turnover_share) FROM Segment_History JOIN Grouping_State USING (version)"
    )
    assert (shares, turnovers) == pytest.approx((1, 1))


# Decimals of the columns that are not whole numbers: money 2, shares 4, days, invoices and weights 1 or 2.
DECIMALS = {
    "British_Customers": {"monetary": 2},
    "British_Customers_RFM": {"monetary": 2},
    "Customer_Segments": {
        "share": 4, "mean_recency": 1, "median_recency": 1, "mean_frequency": 2, "median_frequency": 1,
        "mean_monetary": 2, "median_monetary": 2, "turnover": 2, "turnover_share": 4,
    },
    "Cluster_Centres": {"quantity": 2, "unit_price": 2, "weight": 1, "share": 4},
    "Products": {"turnover": 2, "british_turnover": 2, "returned": 2},
    "Segment_Favourites": {"turnover": 2, "share": 4, "share_of_all": 4},
    "Cluster_Profiles": {"share": 4, "median_price": 2, "turnover": 2},
}  # fmt: skip
FRACTIONAL = """
    SELECT table_name, column_name, numeric_scale FROM information_schema.columns
    JOIN information_schema.views USING (table_schema, table_name)
    WHERE table_schema = 'kappa-view'
      AND (data_type IN ('double', 'float') OR data_type = 'decimal' AND numeric_scale > 0)
"""


def test_views_show_rounded_values(grouped: Stack) -> None:
    """Every column of a view with decimals is rounded for people; the tables keep the exact values."""
    found: dict[str, dict[str, int]] = {}
    for view, column, scale in grouped.sql(FRACTIONAL):
        found.setdefault(view, {})[column] = scale
    assert found == DECIMALS
    assert grouped.sql("SELECT segment, share, turnover FROM Customer_Segments") == grouped.sql("""
        SELECT segment, ROUND(share, 4), ROUND(turnover, 2)
        FROM Segment_History JOIN Grouping_State USING (version) ORDER BY segment
    """)


def test_the_planted_groups_have_their_names(grouped: Stack) -> None:
    """The sample's planted groups of customers are found and named."""
    names = {name for (name,) in grouped.sql("SELECT name FROM Customer_Segments")}
    assert {"champions", "loyal", "lost"} <= names


def test_a_restart_moves_nobody(grouped: Stack) -> None:
    """A restart without new lines makes no new grouping; another number of groups does."""
    before = caught_up(grouped)
    moves = grouped.sql("SELECT COUNT(*) FROM Customer_Moves")
    grouped.up("processor", SEGMENTS="3")
    assert wait_until(lambda: grouped_in(grouped, 3)) == before + 1
    grouped.up("processor")
    assert wait_until(lambda: grouped_in(grouped, 4)) == before + 2
    assert grouped.sql("SELECT COUNT(*) FROM Customer_Moves") == moves


def grouped_in(stack: Stack, segments: int) -> int:
    """Return the number of the last grouping, which must have this many groups."""
    rows = stack.sql("SELECT version FROM Grouping_State WHERE segments = %s", segments)
    assert rows
    return int(rows[0][0])


FAVOURITES = """
    WITH bought AS (
        SELECT
            segment, StockCode, COUNT(*) AS sales_lines, COUNT(DISTINCT CustomerID) AS customers,
            SUM(Quantity) AS pieces
        FROM British_Online_Retail JOIN Segment_Members USING (CustomerID)
        WHERE segment IS NOT NULL AND Quantity > 0 AND UnitPrice > 0 GROUP BY segment, StockCode
    ),
    shares AS (
        SELECT
            bought.*,
            1e0 * sales_lines / SUM(sales_lines) OVER (PARTITION BY segment) AS share,
            1e0 * SUM(sales_lines) OVER (PARTITION BY StockCode) / SUM(sales_lines) OVER () AS share_of_all
        FROM bought
    )
    SELECT segment, StockCode, customers, sales_lines, pieces, ROUND(share, 4), ROUND(share_of_all, 4) FROM (
        SELECT shares.*, ROW_NUMBER() OVER (
            PARTITION BY segment ORDER BY ROUND(sales_lines * LN(share / share_of_all), 6) DESC, StockCode
        ) AS place FROM shares WHERE customers >= 3 AND share > share_of_all
    ) AS ranked WHERE place <= 20 ORDER BY segment, place
"""


def test_favourites_are_what_a_group_buys_more_than_all(grouped: Stack) -> None:
    """Recomputed by SQL from the lines, of the newest grouping."""
    newest = "SELECT COUNT(*) FROM Segment_Products JOIN Grouping_State USING (version)"
    wait_until(lambda: assert_rows(grouped.sql(newest)))
    found = grouped.sql(
        "SELECT segment, StockCode, customers, sales_lines, pieces, share, share_of_all FROM Segment_Favourites"
    )
    wanted = grouped.sql(FAVOURITES)
    assert {row[0] for row in found} == {0, 1, 2, 3}
    assert [row[:5] for row in found] == [row[:5] for row in wanted]
    shares = [[float(share) for share in row[5:]] for row in wanted]
    np.testing.assert_allclose([row[5:] for row in found], shares, atol=1e-4)
    assert "products failed" not in grouped.logs("processor")


def assert_rows(counted: list[tuple[int, ...]]) -> None:
    """Raise unless a query counted anything."""
    assert counted != [(0,)]


def test_profiles_of_clusters_count_all_lines(grouped: Stack) -> None:
    """Lines, turnover and cancellations of `Cluster_Profiles` are those of the table; medians are values that occur."""
    assert grouped.sql("""
        SELECT cluster, sales_lines, turnover, cancellations FROM Cluster_Profiles ORDER BY cluster
    """) == grouped.sql("""
        SELECT prediction, COUNT(*), ROUND(SUM(Quantity * UnitPrice), 2), SUM(LEFT(InvoiceNo, 1) IN ('C', 'c'))
        FROM British_Online_Retail GROUP BY prediction ORDER BY prediction
    """)
    for cluster, quantity, price in grouped.sql("SELECT cluster, median_quantity, median_price FROM Cluster_Profiles"):
        lines = grouped.sql("SELECT Quantity, UnitPrice FROM British_Online_Retail WHERE prediction = %s", cluster)
        quantities, prices = (sorted(column) for column in zip(*lines, strict=True))
        middle = (len(lines) - 1) // 2
        assert (quantity, price) == (quantities[middle], prices[middle].quantize(PENNY, ROUND_HALF_UP))


def test_centres_are_in_pieces_and_pounds(grouped: Stack) -> None:
    """The view has the model of every micro-batch, its shares add up to 1, and the inertia is that of its lines."""
    ((batches, first, last),) = grouped.sql("SELECT COUNT(DISTINCT batch), MIN(batch), MAX(batch) FROM Cluster_Centres")
    assert (batches, first) == grouped.sql("SELECT COUNT(*), MIN(batch) FROM Batch_Log WHERE british > 0")[0]
    shares = grouped.sql("SELECT SUM(share) FROM Cluster_Centres GROUP BY batch")
    np.testing.assert_allclose([float(share) for (share,) in shares], 1, atol=1e-3)
    lines = grouped.sql(LINES_OF_BATCH, last)
    centres = np.array(grouped.sql(CENTRES, last))
    shown = grouped.sql("SELECT quantity, unit_price FROM Cluster_Centres WHERE batch = %s ORDER BY cluster", last)
    np.testing.assert_allclose(np.array(shown), np.copysign(np.expm1(np.abs(centres)), centres), atol=0.0051)
    points = signed_log([line[:2] for line in lines])
    labels = np.array([line[2] for line in lines])
    squares = ((points - centres[labels]) ** 2).sum(axis=1)
    ((inertia,),) = grouped.sql("SELECT inertia FROM Batch_Log WHERE batch = %s", last)
    assert squares.mean() == pytest.approx(inertia, rel=1e-6)


def signed_log(values: list[tuple[Decimal | float, ...]]) -> np.ndarray:
    """Return sign(x)·log1p(|x|)."""
    numbers = np.array(values, dtype=np.float64)
    return np.copysign(np.log1p(np.abs(numbers)), numbers)


def test_the_number_of_groups_is_measured(grouped: Stack) -> None:
    """The program reads the view as the read-only user, and keeps its result for the dashboard."""
    done = grouped.compose("run", "--rm", "--no-deps", "-T", "analysis")
    assert done.stdout.count("recommended: k = ") == 2
    kept = grouped.compose("exec", "-T", "dashboard", "cat", "/var/lib/choices/choose-k.json")
    assert json.loads(kept.stdout)["batch"] > 0
