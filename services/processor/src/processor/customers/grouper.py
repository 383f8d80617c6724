"""The thread that groups customers: at each new day of the sales' own time, and when the stream is idle."""

import datetime as dt
import logging
import threading
import time

from processor.customers.grouping import find_products, group
from processor.customers.store import GroupingTransaction
from processor.edges.mariadb import TRANSIENT, Store
from processor.edges.positions import State

POLL_SECONDS = 0.5
IDLE_SECONDS = 5.0  # without a commit: the stream has caught up
PATIENCE_SECONDS = 30.0  # after an error of MariaDB
PRODUCTS_SHARE = 0.02  # of the time, at most, goes into the groups' products: they are read from all lines
PRODUCTS_SECONDS = 60.0  # for which they wait at most until the stream is idle

log = logging.getLogger("processor")


class Grouper(threading.Thread):
    """Groups the customers while the stream runs; `error` is what ended the thread, if anything did.

    It delays no micro-batch: it reads a snapshot and writes separate tables. Days that pass during a grouping are
    covered by the next one.
    """

    def __init__(self, store: Store[GroupingTransaction], state: State, clusters: int) -> None:
        super().__init__(name="grouper", daemon=True)
        self.error: BaseException | None = None
        self._store, self._clusters = store, clusters
        self._closing = threading.Event()
        self._newest, self._committed_at = state.newest_sale, time.monotonic()
        self._grouped_day = _day(state.newest_sale)
        self._is_pending = True  # a grouping may lack what was committed before this start
        self._not_before = 0.0
        self._are_products_pending = False
        self._products_since = self._products_not_before = 0.0

    def note(self, newest_sale: dt.datetime | None) -> None:
        """Record a commit, and the newest sale where it is known."""
        self._newest, self._committed_at = newest_sale or self._newest, time.monotonic()
        self._is_pending = True

    def close(self, timeout: float) -> None:
        """End; a grouping that takes longer is abandoned, and MariaDB rolls it back."""
        self._closing.set()
        self.join(timeout)

    def run(self) -> None:
        """Group until closed or failed; the main thread watches `error`."""
        try:
            while not self._closing.wait(POLL_SECONDS):
                if self._is_due():
                    self._group()
                elif self._are_products_due():
                    self._find_products()
        except BaseException as error:  # noqa: BLE001 - the main thread raises it
            self.error = error

    def _is_due(self) -> bool:
        now = time.monotonic()
        is_another_day = _day(self._newest) != self._grouped_day
        return self._is_pending and now >= self._not_before and (is_another_day or self._is_idle(now))

    def _is_idle(self, now: float) -> bool:
        return now - self._committed_at >= IDLE_SECONDS

    def _are_products_due(self) -> bool:
        now = time.monotonic()
        has_waited = self._is_idle(now) or now >= self._products_since + PRODUCTS_SECONDS
        return self._are_products_pending and now >= self._products_not_before and has_waited

    def _group(self) -> None:
        self._is_pending = False  # before reading: a commit during the grouping needs another one
        newest, since = self._newest, time.monotonic()
        try:
            with self._store.transaction() as tx:
                grouped = group(tx, self._clusters)
        except TRANSIENT as error:
            log.warning("customer grouping failed, retrying in %d s: %s", PATIENCE_SECONDS, error)
            self._is_pending, self._not_before = True, time.monotonic() + PATIENCE_SECONDS
            return
        self._grouped_day = _day(newest)
        if not self._are_products_pending:
            self._are_products_pending, self._products_since = True, time.monotonic()
        if grouped is not None:
            seconds = time.monotonic() - since
            as_of = grouped.grouping.as_of
            log.info(
                "grouped customers as of %s: %s; %d moved, in %.2f s", as_of, grouped.groups(), grouped.moved, seconds
            )

    def _find_products(self) -> None:
        since = time.monotonic()
        try:
            with self._store.transaction() as tx:
                find_products(tx)
        except TRANSIENT as error:
            log.warning("finding the groups' products failed, retrying in %d s: %s", PATIENCE_SECONDS, error)
            self._products_not_before = time.monotonic() + PATIENCE_SECONDS
            return
        self._are_products_pending = False
        self._products_not_before = since + (time.monotonic() - since) / PRODUCTS_SHARE


def _day(sale: dt.datetime | None) -> dt.date | None:
    return None if sale is None else sale.date()
