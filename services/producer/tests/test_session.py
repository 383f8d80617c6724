"""Successive starts: what is sent, what is logged, and when a start is refused."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from broker import Broker
from files import canonical, content, sales
from shop import LINES, Shop

from common.errors import UserError
from producer import stopping, topic
from producer.publisher import LinesLost

SALE = content("1")
LONG = tuple(content(str(invoice), str(number)) for number in range(100) for invoice in range(536365, 536375))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a topic of two partitions and an empty volume."""
    broker = Broker(**{LINES: 2})
    broker.chunk = 300
    return Shop(tmp_path, broker)


def test_lines_that_change_their_partition(shop: Shop) -> None:
    """After more partitions were added, a late line is below its file's highest row: it gets another source."""
    csv = canonical(shop.volume, LONG)
    shop.start_until_crash(csv, 600, in_flight=[250])
    shop.grow(3)
    shop.start_until_crash(csv, 300)
    shop.start(csv)
    assert shop.accepted() == sales(LONG)
    assert len({source for source, _ in shop.senders()}) > 1


def test_a_duplicate_whose_first_message_is_lost(shop: Shop) -> None:
    """Another file's message is lost: this file's last duplicate is missing, and its row is already in the topic."""
    duplicate = content("536365")
    shop.start(canonical(shop.volume, [duplicate]))
    csv = canonical(shop.volume, [*LONG[:9], duplicate, *LONG[9:20], duplicate])
    shop.start(csv)
    first = next(log for log in shop.topic.logs if (log[0].value or b"").endswith(f",1,1,{duplicate}".encode()))
    del first[0]
    for offset, message in enumerate(first):
        first[offset] = replace(message, offset=offset)
    shop.start(csv)
    assert shop.accepted() == sales([*LONG[:20], duplicate, duplicate])


def test_a_complete_file_is_not_sent_again(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """A start after the last row sends nothing, and logs how to stream it once more."""
    caplog.set_level("INFO")
    csv = canonical(shop.volume, LONG)
    shop.start(csv)
    shop.start(csv)
    assert shop.messages == len(LONG)
    assert "a.csv: 1,000 lines, all streamed before: nothing to stream; RUN=2 streams it once more" in caplog.messages


@pytest.mark.parametrize("others", [[], [SALE]])
def test_what_a_start_has_to_read(shop: Shop, others: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """Sent lines are indexed without reading them back, unless others wrote in between."""
    caplog.set_level("INFO")
    csv = canonical(shop.volume, LONG)
    shop.before_message(300, lambda: shop.let_others_write(others) if others else None)
    shop.start(csv)
    shop.start(csv)
    read = f"reading {shop.messages:,} messages of topic lines"
    assert (read in caplog.messages) == bool(others)
    assert shop.accepted() >= sales(LONG)


def test_a_further_run(shop: Shop) -> None:
    """The next run sends each line once more."""
    csv = canonical(shop.volume, LONG)
    for run in (1, 2, 2):
        shop.start(csv, run)
    assert shop.accepted(1) == shop.accepted(2) == sales(LONG)
    assert shop.messages == 2 * len(LONG)


def test_what_is_logged_of_a_file(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """The log shows how many lines were streamed before, are repeated between sheets, and are to be streamed."""
    caplog.set_level("INFO")
    shop.start(canonical(shop.volume, LONG[:100]))
    shop.start(canonical(shop.volume, LONG[:300], LONG[250:500]))
    logged = [message for message in caplog.messages if "to stream" in message]
    assert logged == [
        "a.csv: 100 lines, 100 to stream",
        "a.csv: 550 lines, 100 streamed before, 50 repeated between sheets, 400 to stream",
    ]


@pytest.mark.parametrize("partitions", [1, 2])
@pytest.mark.parametrize("messages", [0, 1, 3, 600, 999])
def test_a_topic_recreated_in_mid_stream(shop: Shop, messages: int, partitions: int) -> None:
    """A topic recreated while lines are sent is detected by the end; the next start sends what is missing."""
    csv = canonical(shop.volume, LONG)
    shop.before_message(messages, lambda: shop.recreate(partitions))
    with pytest.raises(LinesLost, match=r"topic lines was recreated or truncated"):
        shop.start(csv)
    shop.start(csv)
    assert shop.accepted() == sales(LONG)


@pytest.mark.parametrize("messages", [1, 600, 999])
def test_a_topic_truncated_in_mid_stream(shop: Shop, messages: int) -> None:
    """Lines of earlier starts are lost too, and the topic grows beyond them: the next start sends them again."""
    shop.start(canonical(shop.volume, LONG[:100]))
    shop.before_message(messages, lambda: shop.truncate([messages + 40] * 2))
    csv = canonical(shop.volume, [*LONG[500:], *LONG[:500]])
    with suppress(LinesLost):
        shop.start(csv)
    shop.start(csv)
    assert shop.accepted() == sales(LONG)


def test_a_topic_that_grows_in_mid_stream(shop: Shop) -> None:
    """A start keeps using the partitions that existed before."""
    csv = canonical(shop.volume, LONG)
    shop.before_message(300, lambda: shop.grow(8))
    shop.start(csv)
    assert shop.accepted() == sales(LONG)
    assert [bool(log) for log in shop.topic.logs] == [True] * 2 + [False] * 6


def test_a_topic_whose_first_messages_were_deleted(shop: Shop) -> None:
    """The index knows what was deleted: only new lines are sent."""
    shop.start(canonical(shop.volume, LONG[:500]))
    shop.start(canonical(shop.volume, LONG[:600]))
    shop.delete_beginning(250)
    shop.start(canonical(shop.volume, LONG))
    assert shop.accepted() == sales(LONG)


@pytest.mark.parametrize("event", [Shop.lose_index, lambda shop: shop.truncate([1])], ids=["no index", "older copy"])
def test_deleted_messages_that_are_unknown(shop: Shop, event: Callable[[Shop], None]) -> None:
    """Without the index, or with another topic, it is unknown what was streamed: the start is refused."""
    csv = canonical(shop.volume, LONG)
    shop.start(csv)
    shop.delete_beginning(200)
    event(shop)
    for _ in range(2):
        with pytest.raises(
            UserError, match=r"Messages 0 to 199 of partition 0 were deleted from topic lines .* empty topic"
        ):
            shop.start(csv)
    shop.recreate(2)
    shop.start(csv)
    assert shop.accepted() == sales(LONG)


@pytest.mark.parametrize(("partition", "deleted"), [(0, 0), (1, 0), (1, 2)])
def test_a_topic_of_contract_1(shop: Shop, partition: int, deleted: int) -> None:
    """A topic whose first message in some partition has the header of contract 1 is refused until it is empty."""
    csv = canonical(shop.volume, LONG)
    for _ in range(3):
        headers = [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1")]
        shop.broker.append(LINES, partition, b"1", f"1,{SALE}".encode(), headers)
    shop.delete_beginning(deleted)
    expected = (
        "Topic lines holds messages of contract 1, which this version does not read: docker compose down --volumes, "
        "then docker compose up sends the workbook again (customers erased before must be erased again)"
    )
    for _ in range(2):
        with pytest.raises(UserError, match=re.escape(expected)):
            shop.start(csv)
    assert shop.messages == 3
    shop.recreate(2)
    shop.start(csv)
    assert shop.accepted() == sales(LONG)


def test_other_headers(shop: Shop) -> None:
    """Other headers, or a message of contract 1 after others, do not make a topic of contract 1."""
    shop.broker.append(LINES, 0, b"1", b"x", [("contract", b"2"), ("contract", b"1")])
    shop.broker.append(LINES, 0, b"1", b"x", [("contract", b"1")])
    shop.start(canonical(shop.volume, LONG))
    assert shop.accepted() == sales(LONG)


@pytest.mark.parametrize("messages", [1, 700, 1_000])
def test_a_stop_in_mid_stream(shop: Shop, messages: int, caplog: pytest.LogCaptureFixture) -> None:
    """SIGTERM ends the stream after the current chunk, without an error; the next start sends the rest."""
    caplog.set_level("INFO")
    lines = [*LONG, *(content("536365", f"more {number}") for number in range(1_000))]
    csv = canonical(shop.volume, lines)
    shop.before_message(messages, lambda: os.kill(os.getpid(), signal.SIGTERM))
    shop.start(csv)
    assert "the next start resumes there" in caplog.text
    assert messages < shop.messages < len(lines)
    shop.start(csv)
    assert shop.accepted() == sales(lines)


def test_a_stop_without_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    """If nothing in flight is acknowledged in time, SIGTERM still ends the process with code 0."""
    monkeypatch.setattr(stopping, "GRACE", 1)
    monkeypatch.setattr(os, "_exit", sys.exit)

    def wait_for_ever() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    with stopping.sigterm_event() as stop, pytest.raises(SystemExit) as end:
        wait_for_ever()
    assert (end.value.code, stop.is_set()) == (0, True)


@pytest.mark.parametrize("moment", [0, 3, 700])
def test_two_producers_at_once(shop: Shop, tmp_path_factory: pytest.TempPathFactory, moment: int) -> None:
    """A second producer of the same file, on another volume, repeats messages; each sale is accepted once."""
    csv = canonical(shop.volume, LONG)
    twin = Shop(tmp_path_factory.mktemp("twin"), shop.broker)
    shop.before_message(moment, lambda: twin.start(csv))
    shop.start(csv)
    assert shop.accepted() == sales(LONG)
    assert shop.messages > len(LONG)
    for either in (shop, twin):
        either.start(csv)
    assert shop.accepted() == sales(LONG)


def test_a_topic_that_does_not_exist() -> None:
    """A missing topic is not an empty one."""
    with pytest.raises(topic.TopicMissing, match="topic lines does not exist"):
        topic.extent(Broker().clients(), LINES)
