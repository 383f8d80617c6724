"""The writer: when it waits for a sample, what it takes again, what it refuses."""

from __future__ import annotations

import struct
import time
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pymysql
import pytest
import tenacity
from fake_store import TOPIC_ID, FakeStore, FakeTransaction
from made import line, reject, table

from common.errors import UserError
from processor.batch.commit import Clustering, ReadBatch
from processor.edges.mariadb import is_disk_full
from processor.edges.positions import Fingerprint, Place, Position, Snapshot, State
from processor.stream.writer import MAX_GATHERED, SeedSample, Writer, is_too_small

if TYPE_CHECKING:
    from collections.abc import Iterator


class FakeTopic:
    """A topic of one partition; knows what it was asked for."""

    def __init__(self, topic_id: str = TOPIC_ID, last: Fingerprint | None = None) -> None:
        self._topic_id, self._last = topic_id, last
        self.asked: list[list[Place]] = []

    def snapshot(self) -> Snapshot:
        """Return a topic of 100 messages."""
        return Snapshot(self._topic_id, {0: 0}, {0: 100})

    def fingerprints(self, places: list[Place]) -> dict[Place, Fingerprint | None]:
        """Return the same for every place: what the made-up lines have there, or the one given."""
        self.asked.append(places)
        return {place: self._last or Fingerprint(1000 + place.offset, place.offset) for place in places}


class FailingStore(FakeStore):
    """Fails in the middle of the first transactions, once for each error."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self._errors = list(errors)
        self.transactions = 0

    @contextmanager
    def transaction(self) -> Iterator[FakeTransaction]:
        """Give a transaction that fails when it is to save how far the stream got, all lines loaded."""
        self.transactions += 1
        with super().transaction() as tx:
            if self._errors:
                tx.advance = self._fail  # type: ignore[method-assign]
            yield tx

    def _fail(self, *_: object) -> None:
        raise self._errors.pop(0)


def write(store: FakeStore, topic: FakeTopic, *batches: pa.Table, percent: int = 100) -> None:
    """Hand batches to a writer and wait for its end."""
    state = State(TOPIC_ID, 0, None, dict(store.content.positions))
    clustering, sample = Clustering(2, "log", 1.0, "batches"), SeedSample(0, 0)
    writer = Writer(store, topic, clustering, sample, state, max_rejected_percent=percent)  # type: ignore[arg-type]
    writer.start()
    for lines in batches:
        writer.hand_over(ReadBatch(lines, time.monotonic()))
    writer.close(20)


def server_error(number: int, text: str = "text") -> Any:
    """Return the error that pymysql makes of a number sent by MariaDB."""
    with pytest.raises(pymysql.err.Error) as caught:
        pymysql.err.raise_mysql_exception(b"\xff" + struct.pack("<h", number) + b"#HY000" + text.encode())
    return caught.value


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without waits."""
    monkeypatch.setattr(tenacity.nap, "time", SimpleNamespace(sleep=lambda _: None))


@pytest.mark.parametrize(
    ("british", "other", "expected"),
    [
        pytest.param(0, 50, False, id="no British line needs a model"),
        pytest.param(1, 50, True, id="too few British lines"),
        pytest.param(99, 0, True, id="one too few"),
        pytest.param(100, 0, False, id="enough"),
        pytest.param(1, MAX_GATHERED, False, id="too many others wait in memory"),
    ],
)
def test_a_sample_is_gathered_only_where_it_helps(british: int, other: int, *, expected: bool) -> None:
    """Lines wait for a larger sample only where some are British, and not in any number."""
    lines = pa.table({"route": pa.array(["British"] * british + ["other"] * other)})
    assert is_too_small(lines, 100) == expected


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize(
    "error",
    [
        pytest.param(server_error(1205), id="a lock that timed out"),
        pytest.param(server_error(1213), id="a deadlock"),
        pytest.param(server_error(1114), id="a table that is full"),
        pytest.param(server_error(1021), id="a disk that is full"),
        pytest.param(server_error(1030), id="an error of the storage engine"),
        pytest.param(server_error(3), id="an error of the file system"),
        pytest.param(server_error(1927), id="a connection that was killed"),
        pytest.param(server_error(4031), id="a transaction that was idle"),
        pytest.param(server_error(1053), id="a server that shuts down"),
        pytest.param(pymysql.err.OperationalError(2006, "gone away"), id="a server that is gone"),
        pytest.param(pymysql.err.OperationalError(2013, "lost"), id="a connection that was lost"),
        pytest.param(pymysql.err.InterfaceError(0, ""), id="a connection that was closed"),
    ],
)
def test_the_whole_batch_is_taken_again(error: Exception) -> None:
    """After an error that passes all of a batch is written in a further transaction, nothing of it twice."""
    store = FailingStore(error, error)
    write(store, FakeTopic(), table(line((0, 0)), reject((0, 1))))
    assert (store.transactions, store.content.last_batch) == (3, 1)
    assert store.content.positions == {0: Position(2, Fingerprint(1001, 1))}
    assert list(store.content.tables["British_Online_Retail"]) == [(0, 0)]


@pytest.mark.usefixtures("_hasty")
def test_an_error_of_the_program_is_not_repeated() -> None:
    """A statement that is wrong is wrong the next time too."""
    store = FailingStore(server_error(1064))
    with pytest.raises(pymysql.err.ProgrammingError):
        write(store, FakeTopic(), table(line((0, 0))))
    assert store.transactions == 1


@pytest.mark.usefixtures("_hasty")
def test_a_full_disk_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """The log says what to do, not only what MariaDB calls it."""
    write(FailingStore(server_error(1114, "The table is full")), FakeTopic(), table(line((0, 0))))
    assert "MariaDB's disk is full, make room on it" in caplog.text


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (server_error(1021), True),
        (server_error(1114), True),
        (server_error(1026, 'Error writing file (Errcode: 28 "No space left on device")'), True),
        (server_error(3, 'Error writing file (Errcode: 28 "No space left on device")'), True),
        (server_error(1030, "Got error 122 from storage engine InnoDB"), False),
        (server_error(1205), False),
        (ValueError(1021), False),
        (None, False),
    ],
)
def test_a_full_disk_is_known_by_its_numbers(error: Exception | None, *, expected: bool) -> None:
    """MariaDB reports a full disk in several ways."""
    assert is_disk_full(error) == expected


@pytest.mark.parametrize(
    ("topic", "expected"),
    [
        pytest.param(FakeTopic("another"), "it was recreated", id="recreated"),
        pytest.param(FakeTopic(last=Fingerprint(7, 7)), "another copy", id="restored"),
    ],
)
def test_a_topic_that_changed_while_the_stream_ran_is_refused(topic: FakeTopic, expected: str) -> None:
    """Before each commit the topic must still be the view's, or nothing more is written."""
    store = FakeStore()
    write(store, FakeTopic(), table(line((0, 0))))
    with pytest.raises(UserError, match=expected):
        write(store, topic, table(line((0, 1))))
    assert store.content.last_batch == 1


class RemadeTopic(FakeTopic):
    """Is made again right after it was first asked for."""

    def snapshot(self) -> Snapshot:
        """Return the topic, and from then on another."""
        found = super().snapshot()
        self._topic_id = "another"
        return found


def test_a_topic_made_again_between_two_questions_is_called_so() -> None:
    """Its messages are gone or others: the way out is that of a topic that was made again."""
    store = FakeStore()
    write(store, FakeTopic(), table(line((0, 0))))
    with pytest.raises(UserError, match="it was recreated"):
        write(store, RemadeTopic(last=Fingerprint(7, 7)), table(line((0, 1))))
    assert store.content.last_batch == 1


def test_what_was_committed_last_is_what_the_topic_must_hold() -> None:
    """Each batch is preceded by a look at the last message of the one before."""
    topic = FakeTopic()
    write(FakeStore(), topic, table(line((0, 0)), line((0, 1))), table(line((0, 2))))
    assert topic.asked == [[], [Place(0, 1)]]


def test_too_many_rejects_end_the_writer() -> None:
    """The limit of the settings is the writer's."""
    store = FakeStore()
    with pytest.raises(UserError, match="MAX_REJECTED_PERCENT=10"):
        write(store, FakeTopic(), table(*(reject((0, offset)) for offset in range(1000))), percent=10)
    assert store.content.last_batch == 0
