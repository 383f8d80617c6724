"""The connection to MariaDB as root: the one edge of this service."""

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
LOCK_SECONDS = 120  # longer than a migration of some million lines takes, shorter than anyone's patience
# For those who read a table that is to be altered or emptied, or hold the stream's lock: a micro-batch takes seconds.
PATIENCE = "SET SESSION lock_wait_timeout = 60, innodb_lock_wait_timeout = 60"
REFUSALS = {
    ER.ACCESS_DENIED_ERROR: (
        "MariaDB refuses root's password. It keeps the one its volume was made with: set MARIADB_ROOT_PASSWORD "
        "in .env to that one, or change it in MariaDB first"
    ),
    ER.LOCK_WAIT_TIMEOUT: (
        "Someone has kept a table or the stream's lock busy for a minute: end what SHOW PROCESSLIST shows beside this "
        "and run it again"
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
        init_command=PATIENCE,
    )


@contextmanager
def opened(settings: Settings) -> Iterator[Cursor]:
    """Give a cursor in the database, which is made where it is missing; one db-init at a time.

    The lock belongs to the connection, so that a killed db-init leaves none behind.
    """
    with _explained(), _connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('db-init', %s)", (LOCK_SECONDS,))
        if cursor.fetchone() != (1,):
            raise UserError(
                f"Another db-init has been at work for {LOCK_SECONDS} s: let it end and start this one again"
            )
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{DATABASE}` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
        cursor.execute(f"USE `{DATABASE}`")
        yield cursor


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the errors that someone can do something about into a `UserError`."""
    try:
        yield
    except pymysql.err.OperationalError as error:
        if error.args[0] in REFUSALS:
            raise UserError(REFUSALS[error.args[0]]) from error
        raise


@contextmanager
def locked_state(cursor: Cursor) -> Iterator[None]:
    """Hold the locks of groupings and stream in a transaction, committed at the end; an error ends the connection.

    It is between two micro-batches and two groupings: a processor waits for the locks, in the middle of neither.
    A grouping may take long, so that its lock comes first: the stream waits for none.
    """
    cursor.execute("START TRANSACTION")
    cursor.execute("SELECT id FROM Grouping_State WHERE id = 1 FOR UPDATE")
    cursor.execute("SELECT id FROM Stream_State WHERE id = 1 FOR UPDATE")
    yield
    cursor.execute("COMMIT")


def run_statements(cursor: Cursor, sql: str) -> None:
    """Run statements with semicolons between them, one after the other."""
    cursor.execute(sql)
    while cursor.nextset():
        pass
