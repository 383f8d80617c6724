"""The thread that groups customers: at each new day of the stream's own time, and when the stream falls idle."""

import datetime as dt
import logging
import threading
import time
from typing import NamedTuple

from processor.batch import Report
from processor.customer_store import GroupingTransaction
from processor.grouping import group
from processor.progress import State
from processor.store import TRANSIENT, Store

POLL_SECONDS = 0.5
IDLE_SECONDS = 5.0  # without a commit: the stream has caught up
PATIENCE_SECONDS = 30.0  # after an error of MariaDB

log = logging.getLogger("processor")


class _Commit(NamedTuple):
    batch: int
    newest_sale: dt.datetime | None
    at: float  # time.monotonic()


class Grouper(threading.Thread):
    """Groups the customers behind the stream; `error` is what ended it, if anything did.

    It holds up no micro-batch: it reads a snapshot and writes tables of its own. Days that pass while a grouping is
    made are grouped together with the next.
    """

    def __init__(self, store: Store[GroupingTransaction], state: State, clusters: int) -> None:
        super().__init__(name="grouper", daemon=True)
        self.error: BaseException | None = None
        self._store, self._clusters = store, clusters
        self._closing = threading.Event()
        self._latest = self._grouped = _Commit(state.last_batch, state.newest_sale, time.monotonic())
        self._is_pending = True  # a grouping may lack what was committed before this start
        self._not_before = 0.0

    def note(self, report: Report) -> None:
        """Take notice of a commit."""
        self._latest = _Commit(report.batch, report.newest_sale, time.monotonic())

    def close(self, timeout: float) -> None:
        """End; a grouping that takes longer is given up, and MariaDB rolls it back."""
        self._closing.set()
        self.join(timeout)

    def run(self) -> None:
        """Group until closed or failed; the main thread watches `error`."""
        try:
            while not self._closing.wait(POLL_SECONDS):
                if self._is_due():
                    self._group()
        except BaseException as error:  # noqa: BLE001 - a thread's error goes nowhere by itself
            self.error = error

    def _is_due(self) -> bool:
        latest, now = self._latest, time.monotonic()
        if now < self._not_before or not (self._is_pending or latest.batch > self._grouped.batch):
            return False
        return _day(latest) != _day(self._grouped) or now - latest.at >= IDLE_SECONDS

    def _group(self) -> None:
        latest, since = self._latest, time.monotonic()
        try:
            with self._store.transaction() as tx:
                grouped = group(tx, self._clusters)
        except TRANSIENT as error:
            log.warning("the customers are grouped again later after: %s", error)
            self._not_before = time.monotonic() + PATIENCE_SECONDS
            return
        self._grouped, self._is_pending = latest, False
        if grouped is not None:
            seconds = time.monotonic() - since
            as_of = grouped.grouping.as_of
            log.info("grouped as of %s: %s; %d moved, in %.2f s", as_of, grouped.groups(), grouped.moved, seconds)


def _day(commit: _Commit) -> dt.date | None:
    return None if commit.newest_sale is None else commit.newest_sale.date()
