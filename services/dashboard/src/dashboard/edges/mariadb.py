"""Reads the view in MariaDB as the read-only user `viewer`; each reading is one snapshot."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import DictCursor, SSDictCursor
from tenacity import retry, retry_if_exception, stop_after_attempt

from dashboard.settings import Settings
from dashboard.statements import Statement

STATEMENT_SECONDS = 5  # the slowest query takes a twentieth of it at 50 million lines
ANSWER_SECONDS = 2  # beyond it; a server that is gone, or paused, answers no statement
CONNECT_SECONDS = 2
IDLE_CONNECTIONS = 4

UNPREPARED = "the schema is missing or too old: db-init has not run yet (docker compose up db-init)"
REASONS = {
    ER.ACCESS_DENIED_ERROR: "MariaDB refuses user viewer: db-init has not run yet, or MARIADB_VIEWER_PASSWORD is wrong",
    ER.DBACCESS_DENIED_ERROR: UNPREPARED,
    ER.TABLEACCESS_DENIED_ERROR: UNPREPARED,
    ER.BAD_DB_ERROR: UNPREPARED,
    ER.BAD_FIELD_ERROR: UNPREPARED,
    ER.NO_SUCH_TABLE: UNPREPARED,
    # A view on a table or column that is missing.
    ER.VIEW_INVALID: UNPREPARED,
    ER.STATEMENT_TIMEOUT: "MariaDB is too busy: a query took too long",
}
UNREACHABLE = "MariaDB does not answer (docker compose ps mariadb)"
ENDING = {ER.SERVER_SHUTDOWN, ER.CON_COUNT_ERROR, ER.NORMAL_SHUTDOWN, 1927}  # 1927: the connection was killed
CLIENT_ERRORS = range(2000, 3000)  # of the connection
LOST = {CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, 0}  # 0: PyMySQL's connection is closed

type Row = dict[str, Any]

log = logging.getLogger("dashboard")


class DatabaseAway(Exception):  # noqa: N818 - a state that passes
    """The view cannot be read now; the text says why, and what to do."""


class Rows(Protocol):
    """A snapshot of the view."""

    def rows(self, statement: Statement, **parameters: object) -> list[Row]:
        """Return the rows of a query."""

    def stream(self, statement: Statement, **parameters: object) -> Iterator[Row]:
        """Yield the rows of a query that may have very many."""


class Database(Protocol):
    """What snapshots are taken of."""

    def snapshot(self) -> Any:
        """Return a context manager of `Rows`; raises `DatabaseAway`."""


class _Transaction:
    def __init__(self, connection: "pymysql.Connection[DictCursor]") -> None:
        self._connection = connection

    def rows(self, statement: Statement, **parameters: object) -> list[Row]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement.text, parameters)
            return list(cursor.fetchall())

    def stream(self, statement: Statement, **parameters: object) -> Iterator[Row]:
        with self._connection.cursor(SSDictCursor) as cursor:
            cursor.execute(statement.text, parameters)
            yield from cursor


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, pymysql.err.Error) and bool(error.args) and error.args[0] in LOST


class MariaDB:
    """The database; its connections stay open between readings. Used by several threads."""

    def __init__(self, settings: Settings, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self._settings, self._statement_seconds = settings, statement_seconds
        self._idle: deque[pymysql.Connection[DictCursor]] = deque(maxlen=IDLE_CONNECTIONS)

    @contextmanager
    def snapshot(self) -> Iterator[_Transaction]:
        """Yield a snapshot, unaffected by later commits; its transaction is ended in any case."""
        connection = None
        try:
            connection = self._begun()
            yield _Transaction(connection)
            connection.rollback()
        except (pymysql.err.Error, OSError) as error:
            _drop(connection)
            raise DatabaseAway(_reason(error)) from error
        except BaseException:
            _drop(connection)
            raise
        self._idle.append(connection)

    # A kept connection may have ended with its server: then another one is tried, at last a new one.
    @retry(retry=retry_if_exception(_is_lost), stop=stop_after_attempt(IDLE_CONNECTIONS + 1), reraise=True)
    def _begun(self) -> "pymysql.Connection[DictCursor]":
        connection = self._idle.pop() if self._idle else _connect(self._settings, self._statement_seconds)
        try:
            with connection.cursor() as cursor:
                cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        except BaseException:
            _drop(connection)
            raise
        return connection


def _reason(error: Exception) -> str:
    code = error.args[0] if error.args else 0
    if code in REASONS:
        return REASONS[code]
    if isinstance(error, OSError) or code == 0 or code in CLIENT_ERRORS or code in ENDING:
        return UNREACHABLE
    log.warning("MariaDB answers with an error: %s", error)
    return f"MariaDB answers with error {code} (docker compose logs dashboard)"


def _drop(connection: "pymysql.Connection[DictCursor] | None") -> None:
    if connection is not None and connection.open:
        # close() would wait for a server that may be gone.
        connection._force_close()  # type: ignore[attr-defined]  # noqa: SLF001


def _connect(settings: Settings, statement_seconds: int) -> "pymysql.Connection[DictCursor]":
    return pymysql.connect(
        host=settings.mariadb_host,
        port=settings.mariadb_port,
        user="viewer",
        password=settings.mariadb_viewer_password.get_secret_value(),
        database=settings.mariadb_database,
        charset="utf8mb4",
        cursorclass=DictCursor,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=statement_seconds + ANSWER_SECONDS,
        write_timeout=statement_seconds + ANSWER_SECONDS,
        init_command=f"SET SESSION max_statement_time = {statement_seconds}, idle_transaction_timeout = 60",
    )
