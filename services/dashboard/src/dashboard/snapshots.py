"""One read for all viewers: what was read is kept until the view has changed.

Any number of requests for the same figures cause one reading; while the database is away, the last figures stay.
"""

import asyncio
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, cast

from cachetools import LRUCache

from dashboard.edges.mariadb import Database, DatabaseAway, Row, Rows
from dashboard.statements import Statement, statements

KEPT_PAGES = 64  # figures of a page or chart; a page of 200 customers takes 100 kB
KEPT_PARTS = 32  # what only a grouping changes
KEPT_SHARED = 8  # what a page and its charts share; the lines' centres take 1 MB
READERS = 4  # readings at the same time; the rest waits
LOOK_SECONDS = 1.0  # between two looks at what the view stands at
PATIENCE_SECONDS = 8.0  # longer than a statement may take; name servers may take even longer

log = logging.getLogger("dashboard")

SQL = statements("dashboard.edges")
STAND, OFFSETS = SQL("stand"), SQL("offsets")


class Stand(NamedTuple):
    """What the view stands at. Times without a zone: of the sales local time, otherwise UTC."""

    batch: int
    committed_at: dt.datetime | None
    newest_sale: dt.datetime | None
    grouping_number: int
    grouped_as_of: dt.datetime | None
    grouped_at: dt.datetime | None
    products: int
    erased: int

    @property
    def grouping(self) -> Hashable:
        """What changes with the groups of customers alone: a grouping, its products, an erasure, a rebuild."""
        return self.grouping_number, self.grouped_at, self.products, self.erased


class Look(NamedTuple):
    """A look at what the view stands at: seconds since the last commit, next offsets, and when it was taken."""

    stand: Stand
    commit_age: float | None
    next_offsets: dict[int, int]
    taken: float  # time.monotonic()


class Away(NamedTuple):
    """Why the database cannot be read, and since when, UTC."""

    reason: str
    since: dt.datetime


class Shown[T](NamedTuple):
    """Figures, what the view stood at when they were read, and, if they are old, why."""

    figures: T
    stand: Stand
    began: float  # time.monotonic() before it was read
    away: Away | None = None


class NothingRead(Exception):  # noqa: N818 - a state that passes
    """The database is away, and these figures were never read."""

    def __init__(self, away: Away) -> None:
        super().__init__(away.reason)
        self.away = away


class Reading:
    """A snapshot of the view, as pages read it."""

    def __init__(self, rows: Rows, stand: Stand, parts: "Parts", shared: "Parts") -> None:
        self._rows, self.stand, self._parts, self._shared = rows, stand, parts, shared

    def rows(self, statement: Statement, **parameters: object) -> list[Row]:
        """Return the rows of a query."""
        return self._rows.rows(statement, **parameters)

    def row(self, statement: Statement, **parameters: object) -> Row | None:
        """Return the first row of a query."""
        return next(iter(self.rows(statement, **parameters)), None)

    def stream(self, statement: Statement, **parameters: object) -> Iterator[Row]:
        """Yield the rows of a query that may have very many; to the last one, before the next query."""
        return self._rows.stream(statement, **parameters)

    def once_per_grouping[T](self, read: Callable[..., T], *arguments: Hashable) -> T:
        """Return `read(reading, *arguments)`, kept until the groups change: it must depend on nothing else."""
        return self._parts.get((read, arguments, self.stand.grouping), lambda: read(self, *arguments))

    def once[T](self, read: Callable[..., T], *arguments: Hashable) -> T:
        """Return `read(reading, *arguments)`, kept until the view changes: a page and its charts read it once."""
        return self._shared.get((read, arguments, self.stand), lambda: read(self, *arguments))


class Parts:
    """Kept parts of readings; used by several threads."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, object] = LRUCache(size)
        self._lock = threading.Lock()

    def get[T](self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what was read under a key, or read it now."""
        with self._lock:
            if key in self._kept:
                return cast("T", self._kept[key])
        found = read()
        with self._lock:
            self._kept[key] = found
        return found


class Flights:
    """Single flight: all who ask for the same while it is being done wait for the same."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    async def join[T](self, key: Hashable, start: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
        """Return the result of what is under way, or of `start()`; raise `DatabaseAway` if it takes too long.

        It goes on when those who wait for it give up.
        """
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(start())
            task.add_done_callback(lambda done: self._landed(key, done))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise DatabaseAway("MariaDB does not answer (docker compose ps mariadb)")
        return cast("T", task.result())

    def _landed(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # whoever waited has seen it


class Snapshots:
    """The view's figures, read at most once for each change of the view."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._flights = Flights()
        self._kept: LRUCache[Hashable, Shown[Any]] = LRUCache(KEPT_PAGES)
        self._parts, self._shared = Parts(KEPT_PARTS), Parts(KEPT_SHARED)
        self._looked = float("-inf")
        self.last: Look | None = None
        self.away: Away | None = None

    def close(self) -> None:
        """End the threads, without waiting for a server that may be gone."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> Look:
        """Return what the view stands at, looked up at most once a second; raise `DatabaseAway`."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            # Nobody waits twice for a server that is away.
            patience = PATIENCE_SECONDS if self.away is None else 0.5
            try:
                self.last = await self._flights.join(Look, self._look, patience)
            except DatabaseAway as error:
                self.away = self._gone(str(error))
            else:
                if self.away is not None:
                    log.info("the view can be read again")
                self.away = None
            self._looked = time.monotonic()
        if self.away is not None or self.last is None:
            raise DatabaseAway(self.away.reason if self.away else "nothing was read yet")
        return self.last

    def _gone(self, reason: str) -> Away:
        """Return since when the database is away, for this or another reason; the log has each reason once."""
        if self.away is None or self.away.reason != reason:
            log.warning("the view cannot be read: %s", reason)
        return Away(reason, self.away.since if self.away else dt.datetime.now(dt.UTC))

    async def get[T](self, key: Hashable, read: Callable[[Reading], T]) -> Shown[T]:
        """Return the figures of a key, as new as the view; while the database is away the last ones, marked as old."""
        try:
            look = await self.look()
            kept = self._kept.get(key)
            # A reading may be newer than the last look.
            if kept is not None and (kept.began >= look.taken or kept.stand == look.stand):
                return kept
            shown = await self._flights.join(key, lambda: self._read(read), PATIENCE_SECONDS)
        except DatabaseAway as error:
            away = self.away or Away(str(error), dt.datetime.now(dt.UTC))
            kept = self._kept.get(key)
            if kept is None:
                raise NothingRead(away) from error
            return kept._replace(away=away)
        except Exception:
            # Not there any more, such as an erased customer: not to be shown as old figures either.
            self._kept.pop(key, None)
            raise
        self._kept[key] = shown
        return shown

    async def once[T](self, read: Callable[[Reading], T]) -> Shown[T]:
        """Return figures that are not kept."""
        try:
            return await self._read(read)
        except DatabaseAway as error:
            raise NothingRead(Away(str(error), dt.datetime.now(dt.UTC))) from error

    async def _look(self) -> Look:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._look_now)

    def _look_now(self) -> Look:
        with self._database.snapshot() as rows:
            stand, age = _stand(rows)
            offsets = {row["kafka_partition"]: row["next_offset"] for row in rows.rows(OFFSETS)}
        return Look(stand, age, offsets, time.monotonic())

    async def _read[T](self, read: Callable[[Reading], T]) -> Shown[T]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read_now, read)

    def _read_now[T](self, read: Callable[[Reading], T]) -> Shown[T]:
        began = time.monotonic()
        with self._database.snapshot() as rows:
            stand, _ = _stand(rows)
            return Shown(read(Reading(rows, stand, self._parts, self._shared)), stand, began)


def _stand(rows: Rows) -> tuple[Stand, float | None]:
    found = rows.rows(STAND)
    if not found:
        raise DatabaseAway("the view has no state yet: db-init has not run (docker compose up db-init)")
    row = dict(found[0])
    age = row.pop("commit_age")
    return Stand(**row), None if age is None else float(age)
