"""The contents of the sales in the topic: a DuckDB file on the volume, filled from the topic alone."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd

from producer.message import Sale, Sender
from producer.record import FINGERPRINT

log = logging.getLogger("producer")

FORMAT = 2
"""Version of the tables and of what they count: an index of another format is rebuilt."""
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # The container has 2 GiB; beyond this DuckDB works on disk.
    "memory_limit": "400MB",
    "threads": 2,
    "preserve_insertion_order": False,
    # Nothing is downloaded.
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
}

SCHEMA = """
    CREATE OR REPLACE TABLE topic (format INTEGER, id VARCHAR);
    -- How far each partition was read, and the last message: another one at its offset means another copy of the topic.
    CREATE OR REPLACE TABLE positions (
        kafka_partition INTEGER PRIMARY KEY, next_offset BIGINT, last_offset BIGINT, last_digest BLOB
    );
    -- The processor rejects each row that is not above the highest earlier one.
    CREATE OR REPLACE TABLE highest_rows (
        source VARCHAR, run INTEGER, kafka_partition INTEGER, highest_row BIGINT,
        PRIMARY KEY (source, run, kafka_partition)
    );
    -- A row per sale, counted by each query: without a DuckDB index a row takes 17 bytes.
    CREATE OR REPLACE TABLE streamed (run INTEGER, fingerprint UHUGEINT);
"""
# Reads each block, which verifies its checksum.
READ_ALL = """
    SELECT
        (SELECT bit_xor(hash(t)) FROM topic t), (SELECT bit_xor(hash(t)) FROM positions t),
        (SELECT bit_xor(hash(t)) FROM highest_rows t), (SELECT bit_xor(hash(t)) FROM streamed t)
"""
SET_TOPIC = "INSERT INTO topic VALUES ($format, $id)"
FINGERPRINT_OF_HALVES = "high::UHUGEINT * 18446744073709551616 + low"  # 2 to the power of 64

ADD_SALES = f"""
    INSERT INTO streamed
    SELECT run, {FINGERPRINT_OF_HALVES}
    FROM (
        SELECT *, max(source_row) OVER (
            PARTITION BY source, run ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS row_before
        FROM sales
    )
    LEFT JOIN (FROM highest_rows WHERE kafka_partition = $partition) USING (source, run)
    WHERE source_row > coalesce(greatest(row_before, highest_row), 0)
"""  # noqa: S608 - constants only
RAISE_HIGHEST_ROWS = """
    INSERT INTO highest_rows
    SELECT source, run, $partition, max(source_row) FROM sales GROUP BY source, run
    ON CONFLICT DO UPDATE SET highest_row = greatest(highest_row, excluded.highest_row)
"""
SET_POSITION = "INSERT OR REPLACE INTO positions VALUES ($partition, $next_offset, $last_offset, $last_digest)"
HAS_SOURCE = "SELECT 1 FROM highest_rows WHERE source = $source LIMIT 1"
HIGHEST_ROWS = "SELECT kafka_partition, highest_row FROM highest_rows WHERE source = $source AND run = $run"


class Last(NamedTuple):
    """The last message that was read of a partition: its offset and its SHA-256."""

    offset: int
    digest: bytes


class Position(NamedTuple):
    """How far a partition was read."""

    next_offset: int = 0
    last: Last | None = None


class Index:
    """The index of one topic. Each addition is one transaction: the process may be killed at any time."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database

    @property
    def topic_id(self) -> str | None:
        """The id of the topic that was read; None if the index is new."""
        ((topic_id,),) = self.database.execute("SELECT id FROM topic").fetchall()
        return topic_id  # type: ignore[no-any-return]

    def reset(self, topic_id: str | None) -> None:
        """Delete everything and start with a topic of which nothing was read."""
        with self._transaction():
            self.database.execute(SCHEMA)
            self.database.execute(SET_TOPIC, {"format": FORMAT, "id": topic_id})

    def positions(self) -> dict[int, Position]:
        """Return how far each partition was read, without those that were not."""
        rows = self.database.execute("FROM positions").fetchall()
        return {
            partition: Position(next_offset, None if offset is None else Last(offset, digest))
            for partition, next_offset, offset, digest in rows
        }

    def has_source(self, source: str) -> bool:
        """Return whether the topic has lines of a source, whatever the run."""
        return bool(self.database.execute(HAS_SOURCE, {"source": source}).fetchall())

    def highest_rows(self, sender: Sender) -> dict[int, int]:
        """Return a sender's highest row by partition."""
        return dict(self.database.execute(HIGHEST_ROWS, sender._asdict()).fetchall())

    def add(self, partition: int, sales: Sequence[Sale], position: Position) -> None:
        """Add a partition's next sales, in order, and the position after them.

        A row not above the highest earlier one is not counted: the processor rejects it as already received.
        """
        last_offset, last_digest = position.last or (None, None)
        with self._transaction():
            if sales:
                self.database.register("sales", _table(sales))
                self.database.execute(ADD_SALES, {"partition": partition})
                self.database.execute(RAISE_HIGHEST_ROWS, {"partition": partition})
            self.database.execute(SET_POSITION, {
                "partition": partition, "next_offset": position.next_offset,
                "last_offset": last_offset, "last_digest": last_digest,
            })  # fmt: skip

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.database.begin()
        try:
            yield
        except BaseException:
            self.database.rollback()
            raise
        self.database.commit()


@contextmanager
def opened(volume: Path) -> Iterator[Index]:
    """Yield the index on a volume; a missing or unreadable one is replaced by an empty one."""
    file, spilled = volume / "index.duckdb", volume / "index.spilled"
    shutil.rmtree(spilled, ignore_errors=True)  # of a producer that was killed
    is_new = not file.exists()
    if not is_new and (fault := _fault(file)):
        log.warning("%s is unusable (%s): rebuilding it from the topic", file, fault)
        is_new = True
    if is_new:
        for part in volume.glob(f"{file.name}*"):
            part.unlink()
    with closing(duckdb.connect(file, config={**CONFIG, "temp_directory": str(spilled)})) as database:
        known = Index(database)
        if is_new:
            known.reset(None)
        yield known


def _fault(file: Path) -> str | None:
    """Return why a file is not a complete index of this format, or None."""
    try:
        with closing(duckdb.connect(file, config=CONFIG)) as database:
            database.execute(READ_ALL).fetchall()
            found = database.execute("SELECT format FROM topic").fetchall()
    except duckdb.Error as error:
        return str(error).partition("\n")[0]
    return None if found == [(FORMAT,)] else f"its format is {found}, not {FORMAT}"


def halves(fingerprints: bytes) -> dict[str, np.ndarray]:
    """Return fingerprints as the two columns that FINGERPRINT_OF_HALVES combines."""
    numbers = np.frombuffer(fingerprints, dtype=np.uint64).reshape(-1, FINGERPRINT // 8)
    return {"high": numbers[:, 0], "low": numbers[:, 1]}


def _table(sales: Sequence[Sale]) -> pd.DataFrame:
    senders, rows, fingerprints = zip(*sales, strict=True)
    sources, runs = zip(*senders, strict=True)
    return pd.DataFrame({
        "place": np.arange(len(sales)), "source": sources, "run": runs, "source_row": rows,
        **halves(b"".join(fingerprints)),
    })  # fmt: skip
