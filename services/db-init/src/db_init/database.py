"""Connects to MariaDB as root."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from pymysql.constants import CLIENT, ER
from pymysql.cursors import Cursor
from tenacity import before_sleep_log, retry, retry_if_exception, stop_after_delay, wait_exponential_jitter

from common.errors import UserError
from db_init.settings import Settings

DATABASE = "kappa-view"
LOCK_SECONDS = 120  # more than a migration of some million lines takes
# For readers of a table that is altered or emptied, and for the stream's lock: a micro-batch takes seconds.
LOCK_TIMEOUTS = "SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60"
REFUSALS = {
    ER.ACCESS_DENIED_ERROR: (
        "MariaDB refuses root's password. It keeps the password that its volume was created with: set "
        "MARIADB_ROOT_PASSWORD in .env to that one, or first change it in MariaDB"
    ),
    ER.LOCK_WAIT_TIMEOUT: (
        "Lock wait timeout: another session has held a table or the stream's lock for 60 s. End that session "
        "(SHOW PROCESSLIST, KILL) and run this again"
    ),
}

log = logging.getLogger("db-init")


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, pymysql.err.OperationalError) and error.args[0] != ER.ACCESS_DENIED_ERROR


@retry(
    retry=retry_if_exception(_is_transient),
    wait=wait_exponential_jitter(multiplier=0.5, max=5),
    stop=stop_after_delay(60),
    before_sleep=before_sleep_log(log, logging.WARNING),
    reraise=True,
)
def _connect(settings: Settings) -> "pymysql.Connection[Cursor]":
    return pymysql.connect(
        host=settings.mariadb_host,
        port=settings.mariadb_port,
        user="root",
        password=settings.mariadb_root_password.get_secret_value(),
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=10,
        client_flag=CLIENT.MULTI_STATEMENTS,
        init_command=LOCK_TIMEOUTS,
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Cursor]:
    """Yield a cursor in the database, which is created if it is missing; one db-init at a time.

    The lock belongs to the connection: MariaDB releases that of a killed db-init.
    """
    with _as_user_errors(), _connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('db-init', %s)", (LOCK_SECONDS,))
        if cursor.fetchone() != (1,):
            raise UserError(f"Another db-init has run for {LOCK_SECONDS} s: wait until it ends and run this again")
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{DATABASE}` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        cursor.execute(f"USE `{DATABASE}`")
        yield cursor


@contextmanager
def _as_user_errors() -> Iterator[None]:
    """Turn errors with a known way out into a `UserError`."""
    try:
        yield
    except pymysql.err.OperationalError as error:
        if error.args[0] in REFUSALS:
            raise UserError(REFUSALS[error.args[0]]) from error
        raise


@contextmanager
def locked_state(cursor: Cursor) -> Iterator[None]:
    """Hold the locks of grouping and stream in a transaction, committed at the end; an error rolls it back.

    While they are held, the processor is between two micro-batches and two groupings. The lock of the grouping, which
    may take long, is acquired first: the stream never waits for a grouping.
    """
    cursor.execute("START TRANSACTION")
    cursor.execute("SELECT id FROM Grouping_State WHERE id = 1 FOR UPDATE")
    cursor.execute("SELECT id FROM Stream_State WHERE id = 1 FOR UPDATE")
    yield
    cursor.execute("COMMIT")


def run_statements(cursor: Cursor, sql: str) -> None:
    """Run statements separated by semicolons, one after the other."""
    cursor.execute(sql)
    while cursor.nextset():
        pass
