"""MariaDB: the content of the view in one snapshot."""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from oracle.snapshot import BRITISH, COLUMNS, EXTRA, OTHER, REJECTED, Batch, Customer, Generation, Row, Snapshot, Span
from oracle.summaries import differences

if TYPE_CHECKING:
    import pymysql
    from pymysql.cursors import Cursor

# Rejected messages may have 64 KiB each: fewer of them at a time.
PAGES = {BRITISH: 20_000, OTHER: 20_000, REJECTED: 1_000}

BATCHES = """
    SELECT batch, lines_read, british, other, rejected, repeated, generation FROM Batch_Log ORDER BY batch
"""
SPANS = """
    SELECT batch, kafka_partition, first_offset, next_offset FROM Batch_Offsets ORDER BY kafka_partition, first_offset
"""
RESENT = "SELECT kafka_partition, kafka_offset, resent_partition, resent_offset FROM Resent_Messages"
ERASED = "SELECT customer, kafka_partition, next_offset FROM Erased_Customers"
PROGRESS = "SELECT kafka_partition, first_offset, next_offset FROM Stream_Progress"
RECEIVED = "SELECT source, run, kafka_partition, last_row FROM Stream_Sources"
STATE = "SELECT last_batch, generation FROM Stream_State"
DIFFERENCES = "SELECT kafka_partition, difference FROM Reconciliation WHERE difference <> 0"
GENERATIONS = "SELECT generation, batch, features FROM Model_Generations ORDER BY generation"
CUSTOMERS = "SELECT CustomerID, first_purchase, last_purchase, frequency, monetary FROM Customer_Sales"
INVOICES = "SELECT CustomerID, InvoiceNo FROM Customer_Invoices WHERE NOT is_cancellation"
MEMBERS = "SELECT CustomerID FROM Segment_Members"
NEWEST_SALE = "SELECT newest_sale FROM Stream_State"
CENTRES = "SELECT generation, quantity, unit_price, weight FROM Model_Centres ORDER BY generation, cluster"


@contextmanager
def snapshot(connection: "pymysql.Connection[Cursor]") -> Iterator[Snapshot]:
    """Give the view's content as of now, whatever is committed meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield read(cursor)
        connection.rollback()


def read(cursor: "Cursor") -> Snapshot:
    """Read the small tables at once, and the three large ones lazily."""
    return Snapshot(
        rows=heapq.merge(*(_rows(cursor, table) for table in COLUMNS), key=attrgetter("place")),
        batches=[Batch(*row) for row in _all(cursor, BATCHES)],
        spans=[Span(*row) for row in _all(cursor, SPANS)],
        progress={partition: (first, following) for partition, first, following in _all(cursor, PROGRESS)},
        received={(source, run, partition): row for source, run, partition, row in _all(cursor, RECEIVED)},
        generations=_generations(cursor),
        state=_all(cursor, STATE)[0],
        differences=dict(_all(cursor, DIFFERENCES)),
        resent={(row[0], row[1]): (row[2], row[3]) for row in _all(cursor, RESENT)},
        erased={(customer, partition): offset for customer, partition, offset in _all(cursor, ERASED)},
        customers={name: Customer(*kept) for name, *kept in _all(cursor, CUSTOMERS)},
        invoices=_invoices(cursor),
        members=[name for (name,) in _all(cursor, MEMBERS)],
        newest_sale=_all(cursor, NEWEST_SALE)[0][0],
        unlike=differences(partial(_all, cursor)),
    )


def _all(cursor: "Cursor", query: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(query, values or None)
    return list(cursor.fetchall())


def _rows(cursor: "Cursor", table: str) -> Iterator[Row]:
    """Yield the rows of a table by partition and offset, a page at a time."""
    partitions = _all(cursor, f"SELECT DISTINCT kafka_partition FROM {table} ORDER BY 1")  # noqa: S608 - own words
    columns = ", ".join((*COLUMNS[table], EXTRA[table]))
    query = (
        f"SELECT kafka_partition, kafka_offset, {columns} FROM {table}"  # noqa: S608 - own words
        " WHERE kafka_partition = %s AND kafka_offset >= %s ORDER BY kafka_offset LIMIT %s"
    )
    for (partition,) in partitions:
        following = 0
        while page := _all(cursor, query, partition, following, PAGES[table]):
            following = page[-1][1] + 1
            yield from (_row(table, values) for values in page)


def _row(table: str, values: tuple[Any, ...]) -> Row:
    partition, offset, *content, extra = values
    return Row((partition, offset), (table, *content), extra)


def _invoices(cursor: "Cursor") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for customer, invoice in _all(cursor, INVOICES):
        found.setdefault(customer, set()).add(invoice)
    return found


def _generations(cursor: "Cursor") -> list[Generation]:
    centres: dict[int, list[tuple[float, ...]]] = {}
    for generation, *values in _all(cursor, CENTRES):
        centres.setdefault(generation, []).append(tuple(values))
    found = []
    for generation, batch, features in _all(cursor, GENERATIONS):
        table = np.array(centres.get(generation, []), dtype=np.float64).reshape(-1, 3)
        found.append(Generation(generation, batch, features, table[:, :2], table[:, 2]))
    return found
