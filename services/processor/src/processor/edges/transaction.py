"""The statements of one micro-batch in its transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
from pymysql.cursors import Cursor

from processor.clusters.model import ColumnarStreamingKMeansModel
from processor.edges.loading import load, load_rows
from processor.edges.positions import Erasure, Fingerprint, OffsetRange, Place, Position, Source, State, Tally

# The purchases of a micro-batch beside the customers: a table that the connection alone sees.
BATCH_PURCHASES = """
    CREATE TEMPORARY TABLE IF NOT EXISTS Batch_Purchases (
        CustomerID VARCHAR(32) NOT NULL, InvoiceNo VARCHAR(32) NOT NULL, is_cancellation TINYINT UNSIGNED NOT NULL,
        first_sale DATETIME NOT NULL, last_sale DATETIME NOT NULL, turnover DECIMAL(30, 3) NOT NULL,
        PRIMARY KEY (CustomerID, InvoiceNo)
    ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
"""
# An invoice counts once, however many micro-batches hold its lines: by its first, and ADD_INVOICES remembers it.
ADD_SALES = """
    INSERT INTO Customer_Sales (CustomerID, first_purchase, last_purchase, frequency, monetary)
    SELECT
        batch.CustomerID,
        MIN(IF(batch.is_cancellation, NULL, batch.first_sale)) AS first_bought,
        MAX(IF(batch.is_cancellation, NULL, batch.last_sale)) AS last_bought,
        SUM(NOT batch.is_cancellation AND known.InvoiceNo IS NULL),
        SUM(batch.turnover)
    FROM Batch_Purchases AS batch
    LEFT JOIN Customer_Invoices AS known ON known.CustomerID = batch.CustomerID AND known.InvoiceNo = batch.InvoiceNo
    GROUP BY batch.CustomerID
    ON DUPLICATE KEY UPDATE
        first_purchase =
            COALESCE(LEAST(first_purchase, VALUES(first_purchase)), first_purchase, VALUES(first_purchase)),
        last_purchase =
            COALESCE(GREATEST(last_purchase, VALUES(last_purchase)), last_purchase, VALUES(last_purchase)),
        frequency = frequency + VALUES(frequency),
        monetary = monetary + VALUES(monetary)
"""
ADD_INVOICES = """
    INSERT INTO Customer_Invoices (CustomerID, InvoiceNo)
    SELECT batch.CustomerID, batch.InvoiceNo
    FROM Batch_Purchases AS batch
    LEFT JOIN Customer_Invoices AS known ON known.CustomerID = batch.CustomerID AND known.InvoiceNo = batch.InvoiceNo
    WHERE NOT batch.is_cancellation AND known.InvoiceNo IS NULL
"""
# Keys that one statement asks for.
CHUNK = 1_000
# Each holds a message at least, so that as many hold as many messages as the limit of rejects looks back on.
RECENT_BATCHES = 1_000


class Transaction:
    """The statements of one micro-batch."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def lock_state(self) -> State:
        """Take the lock of the stream and return what it stands at; must be the transaction's first statement.

        MariaDB 11.8 refuses a locking read after an older snapshot (error 1020).
        """
        self._cursor.execute(
            "SELECT topic_id, last_batch, generation, newest_sale FROM Stream_State WHERE id = 1 FOR UPDATE"
        )
        topic_id, last_batch, generation, newest_sale = self._cursor.fetchall()[0]
        self._cursor.execute("SELECT kafka_partition, next_offset, last_timestamp, last_crc32 FROM Stream_Progress")
        positions = {
            partition: Position(next_offset, None if crc32 is None else Fingerprint(timestamp, crc32))
            for partition, next_offset, timestamp, crc32 in self._cursor.fetchall()
        }
        return State(topic_id, last_batch, generation, positions, newest_sale)

    def claim(self, topic: str, topic_id: str, first_offsets: Mapping[int, int]) -> None:
        """Bind the view to a topic; reading begins at the first offset of each partition."""
        self._cursor.execute("UPDATE Stream_State SET topic = %s, topic_id = %s WHERE id = 1", (topic, topic_id))
        self._cursor.executemany(
            "INSERT INTO Stream_Progress (kafka_partition, first_offset, next_offset) VALUES (%s, %s, %s)",
            [(partition, first, first) for partition, first in first_offsets.items()],
        )

    def received(self, sources: Sequence[Source]) -> dict[Source, int]:
        """Return the highest row received of each source; sources not seen before are left out."""
        found = {}
        for some in _chunks(sources):
            self._cursor.execute(
                "SELECT source, run, kafka_partition, last_row FROM Stream_Sources"
                " WHERE (source, run, kafka_partition) IN %s",
                (tuple(map(tuple, some)),),
            )
            found.update({Source(*key): row for *key, row in self._cursor.fetchall()})
        return found

    def open_rejects(self, places: Collection[Place]) -> set[Place]:
        """Return which of the places hold a rejected message that is no repetition and was not sent again yet."""
        found: set[Place] = set()
        for some in _chunks(sorted(places)):
            self._cursor.execute(
                "SELECT kafka_partition, kafka_offset FROM Open_Rejects WHERE (kafka_partition, kafka_offset) IN %s",
                (tuple(map(tuple, some)),),
            )
            found.update(Place(*row) for row in self._cursor.fetchall())
        return found

    def open_offsets(self, partition: int, span: range, reason: str) -> list[int]:
        """Return the first offsets in the span of open rejects whose reason begins so, as many as one page has."""
        self._cursor.execute(
            "SELECT kafka_offset FROM Open_Rejects WHERE kafka_partition = %s AND kafka_offset >= %s"
            " AND kafka_offset < %s AND LEFT(reason, CHAR_LENGTH(%s)) = %s ORDER BY kafka_offset LIMIT %s",
            (partition, span.start, span.stop, reason, reason, CHUNK),
        )
        return [offset for (offset,) in self._cursor.fetchall()]

    def save_resent(self, taken: Mapping[Place, Place]) -> None:
        """Store the rejects whose place another message took."""
        self._cursor.executemany(
            "INSERT INTO Resent_Messages (kafka_partition, kafka_offset, resent_partition, resent_offset)"
            " VALUES (%s, %s, %s, %s)",
            [(*reject, *place) for reject, place in taken.items()],
        )

    def first_places(self, rejects: Collection[Place]) -> dict[Place, Place]:
        """Return, for rejects that were messages sent again themselves, where what they carry stood first."""
        found = {}
        for some in _chunks(sorted(rejects)):
            self._cursor.execute(
                "WITH RECURSIVE chain AS ("
                "SELECT resent_partition, resent_offset, kafka_partition, kafka_offset FROM Resent_Messages"
                " WHERE (resent_partition, resent_offset) IN %s UNION ALL "
                "SELECT chain.resent_partition, chain.resent_offset, earlier.kafka_partition, earlier.kafka_offset"
                " FROM chain JOIN Resent_Messages AS earlier ON earlier.resent_partition = chain.kafka_partition"
                " AND earlier.resent_offset = chain.kafka_offset)"
                # Both stand in one partition, the reject before what carries it again.
                " SELECT resent_partition, resent_offset, MIN(kafka_offset) FROM chain GROUP BY 1, 2",
                (tuple(map(tuple, some)),),
            )
            found.update({Place(part, offset): Place(part, first) for part, offset, first in self._cursor.fetchall()})
        return found

    def erasures(self, least: Mapping[int, int]) -> list[Erasure]:
        """Return the erasures that reach beyond an offset of each partition: none, unless the view is being rebuilt."""
        self._cursor.execute(
            "SELECT customer, kafka_partition, next_offset FROM Erased_Customers WHERE "  # noqa: S608 - no value in it
            + " OR ".join(["kafka_partition = %s AND next_offset > %s"] * len(least)),
            [number for pair in least.items() for number in pair],
        )
        return [Erasure(*row) for row in self._cursor.fetchall()]

    def recent_batches(self) -> Iterator[Tally]:
        """Yield what was read and rejected in the batches before, newest first; asks when the first is wanted."""
        self._cursor.execute(
            "SELECT lines_read, rejected - repeated FROM Batch_Log ORDER BY batch DESC LIMIT %s", (RECENT_BATCHES,)
        )
        yield from (Tally(*row) for row in self._cursor.fetchall())

    def save_received(self, rows: Mapping[Source, int]) -> None:
        """Store the highest row received of each source."""
        self._cursor.executemany(
            "INSERT INTO Stream_Sources (source, run, kafka_partition, last_row) VALUES (%s, %s, %s, %s)"
            " ON DUPLICATE KEY UPDATE last_row = VALUES(last_row)",
            [(*source, row) for source, row in rows.items()],
        )

    def model_kind(self, generation: int) -> tuple[int, str]:
        """Return how many clusters a stored model has, and of which features."""
        self._cursor.execute("SELECT clusters, features FROM Model_Generations WHERE generation = %s", (generation,))
        ((clusters, features),) = self._cursor.fetchall()
        return clusters, features

    def model(self, generation: int) -> ColumnarStreamingKMeansModel:
        """Return a stored model."""
        self._cursor.execute(
            "SELECT quantity, unit_price, weight FROM Model_Centres WHERE generation = %s ORDER BY cluster",
            (generation,),
        )
        values = np.array(self._cursor.fetchall(), dtype=np.float64)
        return ColumnarStreamingKMeansModel(list(values[:, :2]), values[:, 2])

    def save_model(self, generation: int, batch: int, model: ColumnarStreamingKMeansModel, features: str) -> None:
        """Store a new generation of the model."""
        centres, weights = model.arrays()
        self._cursor.execute(
            "INSERT INTO Model_Generations (generation, batch, clusters, features) VALUES (%s, %s, %s, %s)",
            (generation, batch, len(centres), features),
        )
        self._cursor.executemany(
            "INSERT INTO Model_Centres (generation, cluster, quantity, unit_price, weight) VALUES (%s, %s, %s, %s, %s)",
            [
                (generation, cluster, *map(float, centre), float(weight))
                for cluster, (centre, weight) in enumerate(zip(centres, weights, strict=True))
            ],
        )

    def load(self, table: str, lines: pa.Table) -> None:
        """Add lines to one of the three result tables, all of them unaltered, or raise a `LoadError`."""
        load(self._cursor, table, lines)

    def save_purchases(self, purchases: pa.Table) -> None:
        """Add purchases, a row per customer and invoice, to what is kept of the customers.

        The work depends on the rows alone: each customer and each invoice is found by its key.
        """
        if not purchases.num_rows:
            return
        self._cursor.execute(BATCH_PURCHASES)
        self._cursor.execute("DELETE FROM Batch_Purchases")
        load_rows(self._cursor, "Batch_Purchases", purchases)
        self._cursor.execute(ADD_SALES)
        self._cursor.execute(ADD_INVOICES)

    def advance(self, ranges: Mapping[int, OffsetRange], report: Mapping[str, float | None]) -> None:
        """Move the stream on: next offsets, the batch's row of the log and its offsets."""
        batch = report["batch"]
        self._cursor.execute(
            "UPDATE Stream_State SET last_batch = %(batch)s, generation = %(generation)s, newest_sale = %(newest_sale)s"
            " WHERE id = 1",
            report,
        )
        self._cursor.executemany(
            "UPDATE Stream_Progress SET next_offset = %s, last_timestamp = %s, last_crc32 = %s"
            " WHERE kafka_partition = %s",
            [(span.next, *span.last, partition) for partition, span in ranges.items()],
        )
        self._cursor.executemany(
            "INSERT INTO Batch_Offsets (batch, kafka_partition, first_offset, next_offset) VALUES (%s, %s, %s, %s)",
            [(batch, partition, span.first, span.next) for partition, span in ranges.items()],
        )
        self._cursor.execute(
            "INSERT INTO Batch_Log (batch, generation, inertia, committed_at, lines_read, british, customers, other,"
            " rejected, repeated, seconds, lines_per_second, lag, latency_p50, latency_p99) VALUES (%(batch)s,"
            " %(generation)s, %(inertia)s, UTC_TIMESTAMP(3), %(lines_read)s, %(british)s, %(customers)s, %(other)s,"
            " %(rejected)s, %(repeated)s, %(seconds)s, %(lines_per_second)s, %(lag)s, %(latency_p50)s,"
            " %(latency_p99)s)",
            report,
        )


def _chunks[T](rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield pieces of the rows that one statement can name."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
