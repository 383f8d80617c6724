"""What the edges say when their server is not there, and when MariaDB refuses."""

from collections.abc import Iterator
from typing import Any, Self

import pymysql
import pytest
from pymysql.constants import CR, ER

from common.settings import load
from dashboard.edges import mariadb, topic
from dashboard.edges.mariadb import DatabaseAway, MariaDB
from dashboard.edges.topic import KafkaAway, Topic
from dashboard.settings import Settings
from dashboard.statements import Statement

QUERY = Statement("a query", "SELECT 1")


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of servers that do not exist."""
    monkeypatch.setenv("MARIADB_HOST", "127.0.0.1")
    monkeypatch.setenv("MARIADB_PORT", "1")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    return load(Settings)


class Connection:
    """A connection and its cursor: records statements, and fails at one that begins with a text."""

    def __init__(self, fails: dict[str, Exception]) -> None:
        self.fails, self.statements, self.open = fails, [], True  # type: ignore[var-annotated]

    def cursor(self, *_: object) -> Self:
        """Return itself."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str, _: object = None) -> None:
        """Record a statement, or fail."""
        self.statements.append(statement)
        for begin, error in self.fails.items():
            if statement.startswith(begin):
                raise error

    def fetchall(self) -> list[dict[str, Any]]:
        """Return a row."""
        return [{"1": 1}]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.fetchall())

    def rollback(self) -> None:
        """End the transaction."""
        self.statements.append("ROLLBACK")

    def _force_close(self) -> None:
        self.open = False


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Connection]:
    """The connections that are made, in order."""
    made: list[Connection] = []

    def connect(**_: object) -> Connection:
        made.append(Connection({}))
        return made[-1]

    monkeypatch.setattr(pymysql, "connect", connect)
    return made


def test_a_server_that_is_not_there(nowhere: Settings) -> None:
    """MariaDB counts as away, with the command to look."""
    with pytest.raises(DatabaseAway, match="does not answer"), MariaDB(nowhere).snapshot():
        pass


def test_kafka_that_is_not_there(nowhere: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kafka counts as away, as often as it is asked."""
    monkeypatch.setattr(topic, "TIMEOUT_MS", 200)
    away = Topic(nowhere)
    for _ in range(2):
        with pytest.raises(KafkaAway):
            away.ends()


def test_a_reading_is_one_transaction(nowhere: Settings, connections: list[Connection]) -> None:
    """It is read-only, a snapshot, and ended; the connection serves the next reading."""
    database = MariaDB(nowhere)
    for _ in range(2):
        with database.snapshot() as view:
            assert view.rows(QUERY) == list(view.stream(QUERY)) == [{"1": 1}]
    (connection,) = connections
    begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
    assert connection.statements == 2 * [begin, "SELECT 1", "SELECT 1", "ROLLBACK"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (pymysql.err.ProgrammingError(ER.NO_SUCH_TABLE, "x"), "the schema is missing or too old"),
        (pymysql.err.OperationalError(ER.STATEMENT_TIMEOUT, "x"), "MariaDB is too busy"),
        (pymysql.err.OperationalError(CR.CR_SERVER_LOST, "x"), "MariaDB does not answer"),
        (pymysql.err.InterfaceError(0, ""), "MariaDB does not answer"),
        (pymysql.err.ProgrammingError(ER.PARSE_ERROR, "x"), "MariaDB answers with error 1064"),
        (TimeoutError("x"), "MariaDB does not answer"),
    ],
)
def test_an_error_has_a_reason(nowhere: Settings, connections: list[Connection], error: Exception, reason: str) -> None:
    """Each error becomes a sentence for the page, and its connection is not used again."""
    database = MariaDB(nowhere)
    with pytest.raises(DatabaseAway, match=reason), database.snapshot():
        raise error
    assert not connections[0].open
    with database.snapshot():
        assert len(connections) == 2


def test_a_mistake_in_a_page_ends_the_transaction(nowhere: Settings, connections: list[Connection]) -> None:
    """Any error drops the connection, and with it the transaction."""
    with pytest.raises(ZeroDivisionError), MariaDB(nowhere).snapshot():
        raise ZeroDivisionError
    assert not connections[0].open


def test_a_connection_that_ended_meanwhile_is_replaced(nowhere: Settings, connections: list[Connection]) -> None:
    """After a restart of MariaDB the first reading succeeds."""
    database = MariaDB(nowhere)
    with database.snapshot():
        pass
    connections[0].fails["START"] = pymysql.err.OperationalError(CR.CR_SERVER_GONE_ERROR, "gone")
    with database.snapshot() as view:
        assert view.rows(QUERY)
    assert len(connections) == 2


@pytest.mark.parametrize("code", mariadb.REASONS)
def test_reasons_are_sentences(code: int) -> None:
    """Each known refusal says what to do or what is the matter."""
    assert len(mariadb.REASONS[code].split()) > 4
