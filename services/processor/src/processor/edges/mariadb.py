"""MariaDB: one transaction per micro-batch on one connection.

No statement is retried inside a transaction: a lock timeout rolls back its statement alone, and a retry would commit
half a batch. Any error closes the connection, and the whole batch is retried.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import pymysql
from pymysql.constants import ER
from pymysql.cursors import Cursor

from common.errors import UserError
from processor.settings import Settings

REFUSALS = {
    ER.ACCESS_DENIED_ERROR: "the password is wrong: set MARIADB_PROCESSOR_PASSWORD in .env, then docker compose up",
    ER.DBACCESS_DENIED_ERROR: "the user lacks rights: run db-init again (docker compose up db-init)",
    ER.TABLEACCESS_DENIED_ERROR: "the user lacks rights: run db-init again (docker compose up db-init)",
    ER.BAD_DB_ERROR: "the database is missing: run db-init again (docker compose up db-init)",
    ER.BAD_FIELD_ERROR: "the schema is too old: run db-init again (docker compose up db-init)",
    ER.NO_SUCH_TABLE: "the schema is missing or too old: run db-init again (docker compose up db-init)",
}
# A lost server, a lock that timed out, a deadlock, a full disk: all are transient, and the batch is retried as a whole.
# (A full disk may be an InternalError: pymysql maps the file system's numbers below 1000 to that.)
TRANSIENT = (pymysql.err.OperationalError, pymysql.err.InterfaceError, pymysql.err.InternalError)
FULL = {ER.DISK_FULL, ER.RECORD_FILE_FULL, 20}
NO_SPACE = "28"  # ENOSPC, as the text of a more general error has it
WRITE_FAILED = {ER.ERROR_ON_WRITE, ER.GET_ERRNO, 3}
SESSION = {
    # LOAD DATA LOCAL implies IGNORE: what it alters is a warning, and every warning must be counted.
    "sql_mode": "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "sql_notes": "1",
    "time_zone": "'+00:00'",
    # Seconds until a lock that another session holds is logged and the micro-batch retried: longer than a batch takes.
    "innodb_lock_wait_timeout": "20",
}
# A statement that takes longer than this has lost its server, s: loading a batch takes seconds.
STATEMENT_TIMEOUT = 300


def is_disk_full(error: BaseException | None) -> bool:
    """Return whether MariaDB could not write because its disk is full."""
    if not isinstance(error, pymysql.err.Error) or not error.args:
        return False
    return error.args[0] in FULL or (error.args[0] in WRITE_FAILED and NO_SPACE in str(error.args[-1]))


class Store[T]:
    """The database; one connection, opened when needed and closed by any error.

    `statements` wraps the cursor of a transaction. MariaDB ends a transaction that is idle for `idle_seconds`.
    """

    def __init__(self, settings: Settings, statements: Callable[[Cursor], T], idle_seconds: int = 60) -> None:
        self._settings, self._statements, self._idle_seconds = settings, statements, idle_seconds
        self._connection: pymysql.Connection[Cursor] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    @contextmanager
    def transaction(self) -> Iterator[T]:
        """Yield a transaction; commit it at the end, roll it back and close the connection at any error."""
        try:
            if self._connection is None:
                self._connection = _connect(self._settings, self._idle_seconds)
            with self._connection.cursor() as cursor:
                self._connection.begin()
                yield self._statements(cursor)
                self._connection.commit()
        except pymysql.err.Error as error:
            self._drop()
            if (way_out := REFUSALS.get(error.args[0])) is not None:
                raise UserError(f"MariaDB refuses user processor: {way_out}") from error
            raise
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and connection.open:
            # close() would wait for a server that may be gone.
            connection._force_close()  # type: ignore[attr-defined]  # noqa: SLF001


def _connect(settings: Settings, idle_seconds: int) -> "pymysql.Connection[Cursor]":
    # A processor whose network was cut holds its locks no longer than this.
    session = {**SESSION, "idle_transaction_timeout": str(idle_seconds)}
    return pymysql.connect(
        host=settings.mariadb_host,
        port=settings.mariadb_port,
        user="processor",
        password=settings.mariadb_processor_password.get_secret_value(),
        database=settings.mariadb_database,
        charset="utf8mb4",
        local_infile=True,
        connect_timeout=10,
        read_timeout=STATEMENT_TIMEOUT,
        write_timeout=STATEMENT_TIMEOUT,
        init_command="SET SESSION " + ", ".join(f"{name} = {value}" for name, value in session.items()),
    )
