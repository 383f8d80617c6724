"""The thread that commits: it loads one micro-batch while Spark reads the next.

All stateful work (lock, trim, model, load) happens here, under the database's lock; the queue carries parsed lines
only.
"""

import datetime as dt
import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from common.errors import UserError
from processor.batch.commit import Clustering, Committed, Model, ReadBatch, commit
from processor.batch.transaction import Transaction
from processor.edges.identity import check, check_id
from processor.edges.mariadb import TRANSIENT, Store, is_disk_full
from processor.edges.positions import Snapshot, State
from processor.edges.topic import Topic

POLL_SECONDS = 0.5
MAX_GATHERED = 1_000_000  # lines: they wait in memory
MAX_GATHERED_BYTES = 256 * 1024 * 1024

log = logging.getLogger("processor")


class SeedSample(NamedTuple):
    """What to wait for before the first centres are set: this many British lines, but no longer than this."""

    lines: int
    seconds: float


class Writer(threading.Thread):
    """Commits the batches handed over, in order; `error` is what ended the thread, if anything did."""

    def __init__(
        self,
        store: Store[Transaction],
        topic: Topic,
        clustering: Clustering,
        sample: SeedSample,
        state: State,
        *,
        max_rejected_percent: int,
        after_commit: Callable[[dt.datetime | None], None] = lambda _: None,
    ) -> None:
        super().__init__(name="writer", daemon=True)
        self.error: BaseException | None = None
        self._store, self._topic, self._clustering, self._sample = store, topic, clustering, sample
        self._topic_id = state.topic_id
        self._positions, self._is_seeded = state.positions, state.generation is not None
        self._max_rejected_percent, self._after_commit = max_rejected_percent, after_commit
        self._model: Model | None = None
        self._queue: queue.Queue[ReadBatch] = queue.Queue(maxsize=1)
        self._closing = threading.Event()
        self._busy_since: float | None = None
        self._committed_at = time.monotonic()

    def hand_over(self, batch: ReadBatch) -> None:
        """Pass a batch to the writer; wait while it has one in hand and one in the queue.

        Once the writer ends, batches are dropped: uncommitted messages are read again.
        """
        while self.is_alive() and not self._closing.is_set():
            with suppress(queue.Full):
                self._queue.put(batch, timeout=POLL_SECONDS)
                return

    def close(self, timeout: float) -> None:
        """Commit the batches handed over and end; raise the error that ended the writer before."""
        self._closing.set()
        self.join(timeout)
        if self.error is not None:
            raise self.error

    def is_busy(self) -> bool:
        """Return whether a batch is in hand."""
        return self._busy_since is not None

    def busy_seconds(self) -> float:
        """Return how long the current batch has taken so far; 0 when idle."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def run(self) -> None:
        """Commit until closed or failed; the main thread watches `error`."""
        try:
            while (batch := self._next()) is not None:
                self._busy_since = time.monotonic()
                self._commit(batch)
                self._busy_since = None
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.error = error

    def _next(self) -> ReadBatch | None:
        batch = self._take()
        if batch is None or self._is_seeded:
            return batch
        return self._gather_sample(batch)

    def _take(self, until: float = float("inf")) -> ReadBatch | None:
        """Return the next batch; None once closing or past a time (`time.monotonic`)."""
        while True:
            try:
                return self._queue.get(timeout=POLL_SECONDS)
            except queue.Empty:
                if self._closing.is_set() or time.monotonic() >= until:
                    return None

    def _gather_sample(self, batch: ReadBatch) -> ReadBatch:
        """Add later batches until the sample is large enough: the quality of the model depends on it most."""
        until = time.monotonic() + self._sample.seconds
        if is_too_small(batch.lines, self._sample.lines):
            log.info("waiting up to %g s for %d British lines to seed the clusters from", *reversed(self._sample))
        while is_too_small(batch.lines, self._sample.lines) and (more := self._take(until)) is not None:
            batch = ReadBatch(pa.concat_tables([batch.lines, more.lines]), batch.since)
        return batch

    def _commit(self, batch: ReadBatch) -> None:
        topic = self._known_topic()
        batch = batch._replace(since=max(batch.since, self._committed_at))
        for attempt in Retrying(
            retry=retry_if_exception_type(TRANSIENT),
            wait=wait_exponential_jitter(multiplier=0.2, max=5),
            stop=stop_after_delay(120),
            before_sleep=_log_retry,
            reraise=True,
        ):
            with attempt, self._store.transaction() as tx:
                committed = commit(
                    batch,
                    tx,
                    self._clustering,
                    cached=self._model,
                    topic=topic,
                    max_rejected_percent=self._max_rejected_percent,
                )
        self._committed_at = time.monotonic()
        if committed is None:
            log.info("skipped a micro-batch of %d lines that was already committed", batch.lines.num_rows)
            self._after_commit(None)
            return
        self._note(committed)

    def _known_topic(self) -> Snapshot:
        """Return the topic after the batch was read; raise a `UserError` unless the view was built from it."""
        topic = self._topic.snapshot()
        try:
            check(self._positions, self._topic_id, topic, self._topic.fingerprints)
        except UserError:
            # It may have been recreated between two requests: then that is the error to raise.
            check_id(self._topic_id, self._topic.snapshot())
            raise
        return topic

    def _note(self, committed: Committed) -> None:
        report, self._model, self._positions = committed
        self._is_seeded = report.generation is not None
        if report.generation == 1 and report.british:  # the batch that made the first update also set the seed
            log.info("seeded %d clusters from %d British lines", self._clustering.clusters, report.british)
        log.info("%s", report)
        if report.rejected:
            log.warning("rejected %d messages: see Rejected_Online_Retail for the reasons", report.rejected)
        self._after_commit(report.newest_sale)


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    cause = "MariaDB's disk is full, make room on it; " if is_disk_full(error) else ""
    log.warning("%sretrying the micro-batch after: %s", cause, error)


def is_too_small(lines: pa.Table, wanted: int) -> bool:
    """Return whether lines with some British ones, which need a model, have too few of them to seed it from."""
    british = int(pc.sum(pc.equal(lines["route"], "British")).as_py() or 0)
    return 0 < british < wanted and lines.num_rows < MAX_GATHERED and lines.nbytes < MAX_GATHERED_BYTES
