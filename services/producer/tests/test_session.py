"""From start to start: each row of a source stands in the topic once and in order, whatever ends a session."""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from broker import Broker, Topic
from hypothesis import given
from hypothesis import strategies as st

from producer import record, session, stopping, topic
from producer.canonical import Canonical
from producer.mistake import Mistake
from producer.publisher import partition_of
from producer.settings import Settings

LINES, LEDGER = "lines", "ledger"
KEYS = ("536365", "536366", "C536367", "", "A1")


STRANGER = b"stranger"


class Crash(BaseException):
    """The process is gone."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory for canonical csv files."""
    return tmp_path_factory.mktemp("volume")


@pytest.fixture(scope="module", autouse=True)
def short_ways_back() -> Iterator[None]:
    """Let the way back from the end of the topic be gone in many short steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topic, "CHUNK", 7)
        yield


def source(directory: Path, name: str, keys: Sequence[str]) -> Canonical:
    """Return a source of a line per key."""
    path = directory / f"{name}.csv"
    lines = [record.encode(row, (key, *[name] * 7)) for row, key in enumerate(keys, start=1)]
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return Canonical(path, name, len(keys))


def start(broker: Broker, csv: Canonical, run: int = 1) -> None:
    """Do what one start of the producer does."""
    chosen = Settings(topic=LINES, ledger_topic=LEDGER, run=run)
    entry = session.begin(broker.clients(), chosen, csv, csv.path.name)
    if entry is not None:
        session.stream(broker.clients(), broker, chosen, csv, entry)


def before_message(broker: Broker, number: int, topic: str, act: Callable[[], object]) -> None:
    """Do something before so many messages more, counted from 0, are sent to a topic; once."""
    left = iter(range(number))

    def count(name: str) -> None:
        if name == topic and next(left, None) is None:
            broker.before_send = lambda _: None
            act()

    broker.before_send = count


def crash() -> None:
    """End as a killed process does."""
    raise Crash


def start_until_crash(broker: Broker, csv: Canonical, messages: int, topic: str = LINES) -> None:
    """Start and crash before the next message, if as many have to be sent."""
    before_message(broker, messages, topic, crash)
    with suppress(Crash):
        start(broker, csv)
    broker.before_send = lambda _: None


def rows(broker: Broker, name: str, run: int = 1) -> Iterator[tuple[int, int]]:
    """Yield partition and row of a run's messages in the topic."""
    wanted = {("source", name.encode()), ("run", str(run).encode())}
    for partition, log in enumerate(broker.topics[LINES].logs):
        own = (message for message in log if message.key != STRANGER and wanted <= set(message.headers or ()))
        yield from ((partition, int((message.value or b"").split(b",")[0])) for message in own)


def assert_once_and_in_order(broker: Broker, name: str, keys: Sequence[str]) -> None:
    """Raise unless each row stands in the partition of its key once, and behind those before it."""
    assert list(rows(broker, name)) == sorted(expected_rows(broker, keys))


def expected_rows(broker: Broker, keys: Sequence[str]) -> list[tuple[int, int]]:
    """Return partition and row of each key."""
    partitions = broker.topics[LINES].partitions
    return [(partition_of(key.encode(), partitions), row) for row, key in enumerate(keys, start=1)]


def write_strange_messages(broker: Broker, name: str) -> None:
    """Let others write to each partition: what nobody can read, and what looks like the producer's own."""
    headers = [("contract", b"1"), ("source", name.encode()), ("run", b"1")]
    for partition in range(broker.topics[LINES].partitions):
        broker.append(LINES, partition, STRANGER, b"1,536365", [*headers, ("resent", b"0:0")])
        for value in (None, b"", b"no row", b"\xff", "\u0663,x".encode()):
            broker.append(LINES, partition, STRANGER, value, headers)
        broker.append(LINES, partition, STRANGER, b"", None)
    broker.append(LEDGER, 0, STRANGER, b"", None)


sources = st.lists(st.sampled_from(KEYS), min_size=1, max_size=40)
crashes = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 45), st.just(LINES))
    | st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.just(LEDGER)),
    max_size=6,
)


@given(st.dictionaries(st.sampled_from("abc"), sources, min_size=1), crashes, st.integers(1, 4))
def test_each_row_once(
    directory: Path, keys: dict[str, list[str]], crashes: list[tuple[str, int, str]], partitions: int
) -> None:
    """Several sources, whose sessions crash anywhere and follow each other in any order: each row once, in order.

    What others write in between changes nothing.
    """
    broker = Broker(**{LINES: partitions, LEDGER: 1})
    csvs = {name: source(directory, name, own) for name, own in keys.items()}
    for name, messages, to in crashes:
        if name in csvs:
            start_until_crash(broker, csvs[name], messages, to)
            write_strange_messages(broker, name)
    for name, csv in csvs.items():
        start(broker, csv)
        assert_once_and_in_order(broker, name, keys[name])


@given(sources, st.integers(0, 45), st.data())
def test_a_topic_that_lost_its_end(directory: Path, keys: list[str], messages: int, data: st.DataObject) -> None:
    """A power failure takes the last messages of partitions, not the ledger: the missing rows are sent again.

    What it took of earlier sessions cannot be told, and is refused.
    """
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", keys)
    start_until_crash(broker, csv, messages)
    start(broker, csv)
    for log in broker.topics[LINES].logs:
        del log[data.draw(st.integers(0, len(log))) :]
    begins = topic.entries(broker.clients(), LEDGER)["a"].start_offsets
    if any(len(log) < begin for log, begin in zip(broker.topics[LINES].logs, begins, strict=True)):
        with pytest.raises(Mistake, match="restored from an older copy"):
            start(broker, csv)
    else:
        start(broker, csv)
        assert_once_and_in_order(broker, "a", keys)


def test_a_complete_run_is_not_sent_again(directory: Path) -> None:
    """A start after the last row sends nothing, not even to the ledger."""
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", KEYS)
    start(broker, csv)
    before_message(broker, 0, LEDGER, crash)
    start(broker, csv)
    assert_once_and_in_order(broker, "a", KEYS)


def test_a_further_run(directory: Path) -> None:
    """The next run sends each row once more."""
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", KEYS)
    start(broker, csv, run=1)
    start(broker, csv, run=2)
    for run in (1, 2):
        assert Counter(row for _, row in rows(broker, "a", run)) == Counter(range(1, 6))


def test_a_remade_topic_with_as_many_messages(directory: Path) -> None:
    """A topic made again is refused, though others have filled it since; the way out streams all rows into it."""
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", KEYS)
    start(broker, csv)
    broker.topics[LINES] = Topic(2)
    start(broker, source(directory, "b", KEYS * 9))
    with pytest.raises(Mistake, match=r"Topic lines is not the one .* set RUN=2 to stream a.csv again"):
        start(broker, csv)
    start(broker, csv, run=2)
    assert Counter(row for _, row in rows(broker, "a", run=2)) == Counter(range(1, 6))


@pytest.mark.parametrize("messages", [0, 1, 3, 600, 999])
def test_a_topic_remade_in_mid_stream(directory: Path, messages: int) -> None:
    """A topic made again while its rows are sent is noticed by the session's end, and again at the next start."""
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", KEYS * 200)
    before_message(broker, messages, LINES, lambda: broker.topics.update({LINES: Topic(2)}))
    for _ in range(2):
        with pytest.raises(Mistake, match=r"Topic lines is not the one .* set RUN=2"):
            start(broker, csv)


@pytest.mark.parametrize("after", [1, 700, 1_000])
def test_a_stop_in_mid_stream(directory: Path, after: int, caplog: pytest.LogCaptureFixture) -> None:
    """SIGTERM ends the session when its chunk is sent, without an error; the next start sends the rest."""
    caplog.set_level("INFO")
    keys = KEYS * 400
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", keys)
    before_message(broker, after, LINES, lambda: os.kill(os.getpid(), signal.SIGTERM))
    start(broker, csv)
    assert "stopped on request after" in caplog.text
    assert after < sum(1 for _ in rows(broker, "a")) < len(keys)
    start(broker, csv)
    assert_once_and_in_order(broker, "a", keys)


def test_a_stop_while_kafka_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing that is under way comes home in time, SIGTERM ends the process all the same, with code 0."""
    monkeypatch.setattr(stopping, "GRACE", 1)
    monkeypatch.setattr(os, "_exit", sys.exit)

    def wait_for_ever() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    with stopping.noticed() as stop, pytest.raises(SystemExit) as end:
        wait_for_ever()
    assert (end.value.code, stop.is_set()) == (0, True)


@pytest.mark.parametrize("moment", [0, 3, 700])
def test_two_producers_at_once(directory: Path, moment: int) -> None:
    """A second producer, on another volume, doubles messages, no more.

    Without those that are not above the ones before them in their partition, which the processor sets aside, each row
    is there once and in order.
    """
    keys = KEYS * 200
    broker, csv = Broker(**{LINES: 2, LEDGER: 1}), source(directory, "a", keys)
    before_message(broker, moment, LINES, lambda: start(broker, csv))
    start(broker, csv)
    received, highest = [], Counter[int]()
    for partition, row in rows(broker, "a"):
        if row > highest[partition]:
            received.append((partition, row))
            highest[partition] = row
    assert len(received) < sum(1 for _ in rows(broker, "a"))
    assert received == sorted(expected_rows(broker, keys))


def test_a_topic_that_does_not_exist() -> None:
    """A topic that is not there yet is told from one that is empty."""
    with pytest.raises(topic.TopicMissing, match="topic lines does not exist"):
        topic.extent(Broker().clients(), LINES)
