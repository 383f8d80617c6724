"""Erasing a customer from the view, on tables that this file fills."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.mariadb_alone import empty, run_db_init
from harness.stack import Stack, wait_until

LINES = {"12345": 3, "12345 ": 1, "12345A": 1, "12345a": 1}
FILL = (
    "INSERT INTO Stream_Progress (kafka_partition, first_offset, next_offset) VALUES (0, 0, 10), (1, 0, 5)",
    "UPDATE Stream_State SET topic = 'online-retail', topic_id = 'x', last_batch = 1",
    """INSERT INTO Batch_Log (batch, committed_at, lines_read, british, customers, other, rejected, turnover,
       seconds, lines_per_second, lag, latency_p50, latency_p99)
       VALUES (1, '2026-01-01', 15, 4, 3, 2, 2, 6, 1, 1, 7, 1, 1)""",
    """INSERT INTO Customer_Sales VALUES
       ('12345', '2026-01-01', '2026-01-01', 1, 2), ('12345A', '2026-01-01', '2026-01-01', 1, 1)""",
    """INSERT INTO Customer_Invoices (CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover,
       first_sale, last_sale, first_offset, last_offset) VALUES
       ('12345', '1', 0, 0, 2, 2, '2026-01-01', '2026-01-01', 0, 1),
       ('12345A', '1', 0, 0, 1, 1, '2026-01-01', '2026-01-01', 3, 3)""",
    "INSERT INTO Segment_Members VALUES ('12345', 0), ('12345A', 1)",
    """INSERT INTO Customer_Moves VALUES
       (2, '12345', '2026-01-01', 1, 'new', 0, 'loyal'), (2, '12345A', '2026-01-01', 0, 'loyal', 1, 'new')""",
    """INSERT INTO British_Online_Retail (InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID, Country,
       prediction, source_row, kafka_partition, kafka_offset) VALUES
       ('1', 'A', 1, '2026-01-01', 1, '12345', 'United Kingdom', 0, 1, 0, 0),
       ('1', 'A', 1, '2026-01-01', 1, '12345', 'United Kingdom', 0, 2, 0, 1),
       ('1', 'A', 1, '2026-01-01', 1, '12345 ', 'United Kingdom', 0, 3, 0, 2),
       ('1', 'A', 1, '2026-01-01', 1, '12345A', 'United Kingdom', 0, 4, 0, 3)""",
    """INSERT INTO Other_Online_Retail (InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID, Country,
       source_row, kafka_partition, kafka_offset) VALUES
       ('2', 'A', 1, '2026-01-01', 1, '12345', 'EIRE', 5, 1, 0),
       ('2', 'A', 1, '2026-01-01', 1, '12345a', 'EIRE', 6, 1, 1)""",
    """INSERT INTO Rejected_Online_Retail VALUES
       ('Quantity ''12345'' is not a whole number', '7,1,A,,12345,2026-01-01,1,,EIRE', '2026-01-01', 1, 2),
       ('x', NULL, '2026-01-01', 1, 3)""",
)
FILLED = (
    "Stream_Progress", "Batch_Log", "Customer_Sales", "Customer_Invoices", "Segment_Members", "Customer_Moves",
    "British_Online_Retail", "Other_Online_Retail", "Rejected_Online_Retail", "Erased_Customers",
)  # fmt: skip
CUSTOMERS = """
    SELECT CustomerID, COUNT(*) FROM (
        SELECT CustomerID FROM British_Online_Retail UNION ALL SELECT CustomerID FROM Other_Online_Retail
    ) AS line GROUP BY CustomerID
"""


@pytest.fixture(scope="module")
def migrated(mariadb: Stack) -> Stack:
    """A MariaDB with the newest schema."""
    empty(mariadb)
    run_db_init(mariadb)
    return mariadb


@pytest.fixture
def filled(migrated: Stack) -> Stack:
    """The tables with a few lines of customers with similar numbers."""
    for statement in (*(f"DELETE FROM {table}" for table in FILLED), *FILL):  # noqa: S608 - our own words
        migrated.sql(statement, user="root")
    return migrated


def erase(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Return the exit code and the command's log."""
    done = run_db_init(stack, "python", "-m", "db_init.erase", *arguments, check=False)
    return done.returncode, done.stderr


def test_lines_lose_the_customer_and_stay(filled: Stack) -> None:
    """All lines of the customer lose the number; those of similar numbers keep theirs."""
    assert dict(filled.sql(CUSTOMERS)) == LINES
    assert "erased from 3 lines (2 British, 1 other); 1 rejected messages" in erase(filled, "12345")[1]
    assert dict(filled.sql(CUSTOMERS)) == {None: 3, "12345 ": 1, "12345A": 1, "12345a": 1}


@pytest.mark.parametrize("table", ["Customer_Sales", "Customer_Invoices", "Segment_Members", "Customer_Moves"])
def test_nothing_is_kept_of_the_customer(filled: Stack, table: str) -> None:
    """Purchases, invoices, group and moves are deleted; those of others stay."""
    erase(filled, "12345")
    assert filled.sql(f"SELECT CustomerID FROM {table}") == [("12345A",)]  # noqa: S608 - our own words


WAITS = "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT id FROM Grouping_State%'"


def test_it_waits_for_a_grouping(filled: Stack) -> None:
    """A grouping that has read the customer would write it again: erasing comes before or after it."""
    with filled.connect("root") as connection, ThreadPoolExecutor() as pool:
        connection.begin()
        connection.cursor().execute("SELECT version FROM Grouping_State FOR UPDATE")
        erasing = pool.submit(erase, filled, "12345")
        wait_until(lambda: assert_some(filled, WAITS))
        assert_some(filled, "SELECT 1 FROM Customer_Sales WHERE CustomerID = '12345'")
        connection.commit()
        assert erasing.result()[0] == 0
    assert filled.sql("SELECT CustomerID FROM Customer_Sales") == [("12345A",)]


def assert_some(stack: Stack, query: str) -> None:
    """Raise unless a query has rows."""
    assert stack.sql(query, user="root")


def test_rejected_messages_lose_what_may_name_someone(filled: Stack) -> None:
    """They may name anyone in any form: their bytes are deleted, and the values in their reasons."""
    erase(filled, "12345")
    assert filled.sql("SELECT reason, message FROM Rejected_Online_Retail ORDER BY 1") == [
        ("Quantity '...' is not a whole number", None), ("x", None),
    ]  # fmt: skip


def test_the_record_names_nobody(filled: Stack) -> None:
    """The record has a digest, and for each partition the offset up to which it applies."""
    erase(filled, "12345")
    digest = hashlib.sha256(b"12345").hexdigest()
    found = filled.sql("SELECT customer, kafka_partition, next_offset FROM Erased_Customers ORDER BY 2")
    assert found == [(digest, 0, 10), (digest, 1, 5)]


def test_a_later_erasure_never_covers_less(filled: Stack) -> None:
    """While the view is rebuilt its next offsets are low; later lines that were erased stay erased."""
    erase(filled, "12345")
    filled.sql("UPDATE Stream_Progress SET next_offset = 2 + 5 * kafka_partition", user="root")
    erase(filled, "12345")
    assert filled.sql("SELECT kafka_partition, next_offset FROM Erased_Customers ORDER BY 1") == [(0, 10), (1, 7)]


@pytest.mark.parametrize("customer", ["54321", "' OR '1'='1", "%", "12345%"])
def test_an_unknown_customer_is_recorded_with_a_warning(filled: Stack, customer: str) -> None:
    """A rejected message may name the customer: recorded with a warning, and no line changes."""
    code, said = erase(filled, customer)
    assert code == 0
    assert f"no line has customer {customer!r}" in said
    assert dict(filled.sql(CUSTOMERS)) == LINES
    assert filled.sql("SELECT COUNT(DISTINCT customer) FROM Erased_Customers") == [(1,)]


def test_waiting_messages_are_reported(filled: Stack) -> None:
    """Lines that the processor has not read yet are not covered: the command warns."""
    assert "7 messages are not read yet: erase again when the lag is 0" in erase(filled, "12345")[1]


@pytest.mark.parametrize("arguments", [(), ("",), ("1", "2"), ("x" * 33,)])
def test_what_names_no_customer_is_refused(filled: Stack, arguments: tuple[str, ...]) -> None:
    """A user error, exit code 78, and nothing recorded."""
    code, said = erase(filled, *arguments)
    assert (code, "Name one customer, of at most 32 characters" in said) == (78, True)
    assert filled.sql("SELECT * FROM Erased_Customers") == []


def test_an_empty_view_is_refused(filled: Stack) -> None:
    """Before the first message, or while the view is emptied, there is nothing to erase."""
    filled.sql("DELETE FROM Stream_Progress", user="root")
    code, said = erase(filled, "12345")
    assert (code, "erase once the processor has caught up" in said) == (78, True)
