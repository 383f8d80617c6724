"""The view Reconciliation counts every line: in the background, while somebody looks, and rarely."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dashboard.edges.mariadb import Database, DatabaseAway
from dashboard.statements import statements

COUNTED = statements(__package__)("reconciliation")
PAUSE_SECONDS = 60.0  # at least, between two counts
PAUSES = 19  # times as long as the last count took: at most 5 % of the time

log = logging.getLogger("dashboard")


class Books(NamedTuple):
    """A row of the view: a partition, or all."""

    kafka_partition: str
    lines_read: int
    british: int
    other: int
    rejected: int
    difference: int


class Counted(NamedTuple):
    """The last count, when it ended (UTC), how long it took; why the next one failed, if it did."""

    books: Sequence[Books] = ()
    at: dt.datetime | None = None
    seconds: float = 0.0
    failure: str = ""


class Counting:
    """Counts when asked, unless it was counted a short time ago. Asked by one thread."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._thread: threading.Thread | None = None
        self._due = float("-inf")
        self.last: Counted | None = None

    def ask(self) -> None:
        """Begin to count if it is time."""
        if (self._thread is None or not self._thread.is_alive()) and self._clock() >= self._due:
            # A daemon: the process need not wait for a count when it ends.
            self._thread = threading.Thread(target=self._count, name="reconciliation", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Wait for the count under way."""
        if self._thread is not None:
            self._thread.join()

    def _count(self) -> None:
        began = self._clock()
        try:
            with self._database.snapshot() as rows:
                found = rows.rows(COUNTED)
        except DatabaseAway as error:
            log.warning("the lines could not be counted: %s", error)
            self.last = (self.last or Counted())._replace(failure=str(error))
        else:
            books = [Books(str(row.pop("kafka_partition")), **{k: int(v) for k, v in row.items()}) for row in found]
            at = dt.datetime.now(dt.UTC).replace(microsecond=0)
            self.last = Counted(books, at, round(self._clock() - began, 1))
        finally:
            now = self._clock()
            self._due = now + max(PAUSE_SECONDS, PAUSES * (now - began))
