"""The statements of one micro-batch in its transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import pyarrow as pa
from pymysql.cursors import Cursor

from processor.clusters.store import Models
from processor.customers.store import Purchases
from processor.edges.loading import load
from processor.edges.positions import Counts, Erasure, Fingerprint, OffsetRange, Place, Position, Source, State, Tally
from processor.edges.statements import statements
from processor.sales.store import Sales

statement = statements(__name__)
STATE = statement("state_for_update")
RECEIVED_ROWS, SAVE_RECEIVED_ROWS = statement("received_rows"), statement("save_received_rows")
OPEN_REJECTS, OPEN_OFFSETS = statement("open_rejects"), statement("open_offsets")
SAVE_RESENT, FIRST_PLACES = statement("save_resent"), statement("first_places")
SAVE_STATE, SAVE_PROGRESS = statement("save_state"), statement("save_progress")
SAVE_OFFSETS, SAVE_REPORT = statement("save_offsets"), statement("save_report")
# Keys in one statement.
CHUNK = 1_000
# Each holds at least one message: together they cover what the limit of rejects looks back on (`rejects.WINDOW`).
RECENT_BATCHES = 1_000


class Transaction:
    """The statements of one micro-batch, with those on the model, on summaries of the sales and on customers."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.models, self.sales, self.purchases = Models(cursor), Sales(cursor), Purchases(cursor)

    def lock_state(self) -> State:
        """Take the lock of the stream and return its state; must be the transaction's first statement."""
        self._cursor.execute(STATE)
        topic_id, last_batch, generation, newest_sale = self._cursor.fetchall()[0]
        self._cursor.execute("SELECT kafka_partition, next_offset, last_timestamp, last_crc32 FROM Stream_Progress")
        positions = {
            partition: Position(next_offset, None if crc32 is None else Fingerprint(timestamp, crc32))
            for partition, next_offset, timestamp, crc32 in self._cursor.fetchall()
        }
        return State(topic_id, last_batch, generation, positions, newest_sale)

    def claim(self, topic: str, topic_id: str, first_offsets: Mapping[int, int]) -> None:
        """Bind the view to a topic; reading starts at the first offset of each partition."""
        self._cursor.execute("UPDATE Stream_State SET topic = %s, topic_id = %s WHERE id = 1", (topic, topic_id))
        self._cursor.executemany(
            "INSERT INTO Stream_Progress (kafka_partition, first_offset, next_offset) VALUES (%s, %s, %s)",
            [(partition, first, first) for partition, first in first_offsets.items()],
        )

    def received(self, sources: Sequence[Source]) -> dict[Source, int]:
        """Return the highest row received of each source; sources not seen before are left out."""
        found = {}
        for some in _chunks(sources):
            self._cursor.execute(RECEIVED_ROWS, (tuple(map(tuple, some)),))
            found.update({Source(*key): row for *key, row in self._cursor.fetchall()})
        return found

    def open_rejects(self, places: Collection[Place]) -> set[Place]:
        """Return which of the places hold a rejected message that is no repetition and was not resent yet."""
        found: set[Place] = set()
        for some in _chunks(sorted(places)):
            self._cursor.execute(OPEN_REJECTS, (tuple(map(tuple, some)),))
            found.update(Place(*row) for row in self._cursor.fetchall())
        return found

    def open_offsets(self, partition: int, span: range, reason: str) -> list[int]:
        """Return a page of the offsets in the span of open rejects whose reason starts with a text, in order."""
        span_of = {"partition": partition, "start": span.start, "stop": span.stop}
        self._cursor.execute(OPEN_OFFSETS, {**span_of, "reason": reason, "limit": CHUNK})
        return [offset for (offset,) in self._cursor.fetchall()]

    def save_resent(self, taken: Mapping[Place, Place]) -> None:
        """Store the rejects whose place another message took."""
        self._cursor.executemany(
            SAVE_RESENT,
            [(*reject, *place) for reject, place in taken.items()],
        )

    def first_places(self, rejects: Collection[Place]) -> dict[Place, Place]:
        """Return the first places of those rejects that were resent messages themselves."""
        found = {}
        for some in _chunks(sorted(rejects)):
            self._cursor.execute(FIRST_PLACES, (tuple(map(tuple, some)),))
            found.update({Place(part, offset): Place(part, first) for part, offset, first in self._cursor.fetchall()})
        return found

    def erasures(self, least: Mapping[int, int]) -> list[Erasure]:
        """Return the erasures above an offset of each partition: none, unless the view is being rebuilt."""
        self._cursor.execute(
            "SELECT customer, kafka_partition, next_offset FROM Erased_Customers WHERE "  # noqa: S608 - no value in it
            + " OR ".join(["kafka_partition = %s AND next_offset > %s"] * len(least)),
            [number for pair in least.items() for number in pair],
        )
        return [Erasure(*row) for row in self._cursor.fetchall()]

    def recent_batches(self) -> Iterator[Tally]:
        """Yield what was read and rejected in the batches before, newest first; queried on first use."""
        self._cursor.execute(
            "SELECT lines_read, rejected - repeated FROM Batch_Log ORDER BY batch DESC LIMIT %s", (RECENT_BATCHES,)
        )
        yield from (Tally(*row) for row in self._cursor.fetchall())

    def save_received(self, rows: Mapping[Source, int]) -> None:
        """Store the highest row received of each source."""
        self._cursor.executemany(SAVE_RECEIVED_ROWS, [(*source, row) for source, row in rows.items()])

    def load(self, table: str, lines: pa.Table) -> None:
        """Add lines to one of the three result tables, unaltered, or raise a `LoadError`."""
        load(self._cursor, table, lines)

    def advance(
        self, ranges: Mapping[int, OffsetRange], counts: Mapping[int, Counts], report: Mapping[str, float | None]
    ) -> None:
        """Advance the stream: next offsets and counts of each partition, the batch's row of the log and its offsets."""
        batch = report["batch"]
        self._cursor.execute(SAVE_STATE, report)
        self._cursor.executemany(
            SAVE_PROGRESS,
            [(span.next, *span.last, *counts[partition], partition) for partition, span in ranges.items()],
        )
        self._cursor.executemany(
            SAVE_OFFSETS,
            [(batch, partition, span.first, span.next) for partition, span in ranges.items()],
        )
        self._cursor.execute(SAVE_REPORT, report)


def _chunks[T](rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in chunks of one statement."""
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
