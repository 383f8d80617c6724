"""The processor: sales lines from Kafka into MariaDB, each exactly once, until SIGTERM."""

import logging
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from kafka.errors import KafkaError
from py4j.protocol import Py4JError
from pymysql.err import Error as MariaDBError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql.streaming.query import StreamingQuery

from common import heartbeat, logs, program
from common.errors import UserError
from common.settings import DEFAULT_PASSWORD, load
from processor.batch.commit import Clustering, ReadBatch
from processor.batch.order import GapError
from processor.batch.transaction import Transaction
from processor.customers.grouper import Grouper
from processor.customers.store import GroupingTransaction
from processor.edges.loading import LoadError
from processor.edges.mariadb import Store, is_disk_full
from processor.edges.topic import Topic
from processor.settings import Settings
from processor.stream import resume, source, spark
from processor.stream.collecting import Spans, collect, longest
from processor.stream.writer import SeedSample, Writer

WATCH_SECONDS = 1.0
STUCK_SECONDS = 120.0  # a batch takes seconds; retries of a lost server end after this
GRACE_SECONDS = 45.0  # for the batches in hand at SIGTERM; with the next one less than compose's grace period
GROUPING_GRACE_SECONDS = 5.0  # an interrupted grouping is repeated
GROUPING_IDLE_SECONDS = 600  # the fit of very many customers, during which the connection is idle

log = logging.getLogger("processor")


def main() -> int:
    """Run the stream; return the exit code."""
    logs.to_stderr({"kafka": logging.ERROR, "py4j": logging.ERROR})
    heartbeat.beat()
    program.exit_at_sigterm()
    try:
        _run(load(Settings))
    except UserError as error:
        return program.report_and_hold(log, error)
    except (GapError, LoadError, KafkaError, MariaDBError, PySparkException, Py4JError) as error:
        log.error("exiting: %s; uncommitted messages are read again after the restart", _brief(error))  # noqa: TRY400
        return 1
    log.info("stopped")
    return 0


def _brief(error: Exception) -> str:
    """Return the first line of an error: Spark's have a page about the query after it."""
    cause = "MariaDB's disk is full, make room on it: " if is_disk_full(error) else ""
    return cause + str(error).partition("\n")[0]


def _run(chosen: Settings) -> None:
    log.info("settings: %s", chosen.effective())
    if chosen.mariadb_processor_password.get_secret_value() == DEFAULT_PASSWORD:
        log.warning("MARIADB_PROCESSOR_PASSWORD: default password in use, set your own in .env")
    with ExitStack() as edges:
        topic = edges.enter_context(Topic(chosen.kafka_bootstrap_servers, chosen.topic))
        store = edges.enter_context(Store(chosen, Transaction))
        groupings = edges.enter_context(Store(chosen, GroupingTransaction, GROUPING_IDLE_SECONDS))
        clustering = Clustering(chosen.clusters, chosen.features, chosen.decay_factor(), chosen.time_unit)
        state = resume.resume(store, topic, clustering)
        heartbeat.beat()
        log.info("starting Spark, takes about 10 s")
        session = spark.start()
        heartbeat.beat()
        edges.callback(session.stop)
        sample = SeedSample(chosen.seed_lines, chosen.seed_seconds)
        limit = chosen.max_rejected_percent
        grouper = Grouper(groupings, state, chosen.segments)
        writer = Writer(store, topic, clustering, sample, state, max_rejected_percent=limit, after_commit=grouper.note)
        next_offsets = {partition: position.next_offset for partition, position in state.positions.items()}
        limit_bytes = longest(chosen.max_rows_per_batch)
        messages = source.raw(source.read(session, chosen, next_offsets), limit_bytes)
        checkpoint = edges.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        stopping = program.stop_requested()
        writer.start()
        grouper.start()

        def hand_over(batch: DataFrame) -> None:
            _collect(batch, writer, limit_bytes, lambda spans: source.raw(source.reread(session, chosen, spans)))

        query = source.run(messages, hand_over, chosen.trigger_seconds, checkpoint)
        log.info("resuming after %s committed messages", f"{sum(next_offsets.values()):,}")
        _watch(query, writer, grouper, stopping)
        writer.close(GRACE_SECONDS)
        grouper.close(GROUPING_GRACE_SECONDS)
        session.sparkContext.setLogLevel("OFF")  # an interrupted query logs long stack traces
        query.stop()


def _collect(messages: DataFrame, writer: Writer, limit_bytes: int, reread: Callable[[Spans], DataFrame]) -> None:
    since = time.monotonic()
    for table in collect(messages, limit_bytes, reread):
        writer.hand_over(ReadBatch(table, since))


def _watch(query: StreamingQuery, writer: Writer, grouper: Grouper, stopping: threading.Event) -> None:
    """Beat while the stream and both threads are healthy; return at SIGTERM, raise the error that ended any of them."""
    active_since = time.monotonic()
    while not stopping.wait(WATCH_SECONDS):
        if (error := writer.error or grouper.error) is not None:
            raise error
        if not query.isActive:
            raise query.exception() or RuntimeError("the streaming query ended unexpectedly")
        if not query.status["isTriggerActive"] or writer.is_busy():
            active_since = time.monotonic()
        if max(time.monotonic() - active_since, writer.busy_seconds()) < STUCK_SECONDS:
            heartbeat.beat()


if __name__ == "__main__":
    sys.exit(main())
