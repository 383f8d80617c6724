"""Sending rejected messages again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from processor.edges.positions import Place
from processor.resend import IN_FLIGHT, LARGEST, Resender

PLACE = Place(3, 17)


class Future:
    """A send that Kafka acknowledges when waited for."""

    def __init__(self) -> None:
        self.is_settled = False

    def get(self, timeout: float) -> None:
        """Wait."""
        assert timeout > 0
        self.is_settled = True


class Producer:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self.futures: list[Future] = []

    def send(self, *message: Any, partition: int) -> Future:
        """Send."""
        self.sent.append((*message, partition))
        self.futures.append(Future())
        return self.futures[-1]


def message(value: bytes | None = b"x", key: bytes | None = b"k") -> Any:
    """Return a message as the topic holds it."""
    return SimpleNamespace(value=value, key=key)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b",2,ab,1,5,rest", b"3:17,2,ab,1,5,rest", id="of the contract"),
        pytest.param(b"1:2,2,ab,1,5,rest", b"3:17,2,ab,1,5,rest", id="sent again before"),
        pytest.param(b'"1:2",2,ab', b"3:17,2,ab", id="sent again before, in quotes"),
        pytest.param(b'"",2,ab', b"3:17,2,ab", id="no mark, in quotes"),
        pytest.param(b"garbage, with a comma", b"3:17,garbage, with a comma", id="no record"),
        pytest.param(b"\xff\x00", b"3:17,\xff\x00", id="no text"),
        pytest.param(b"", b"3:17,", id="empty"),
        pytest.param(None, b"3:17,", id="null"),
    ],
)
def test_a_message_goes_to_its_own_partition_with_its_place_in_front(value: bytes | None, expected: bytes) -> None:
    """The bytes are those of the rejected message, whatever they are, and its place is the first field."""
    producer = Producer()
    Resender(producer).send("topic", PLACE, message(value, b"536365"))
    assert producer.sent == [("topic", expected, b"536365", 3)]


def test_only_what_kafka_acknowledged_counts() -> None:
    """The reported number counts messages that are in the topic."""
    resender = Resender(Producer())
    resender.send("topic", PLACE, message())
    assert resender.sent == 0
    resender.settle()
    assert str(resender) == "resent 1 rejected messages"


@pytest.mark.parametrize(
    "lost", [pytest.param(None, id="deleted"), pytest.param(message(b"x" * (LARGEST + 1)), id="too large")]
)
def test_what_cannot_be_sent_is_told(lost: Any) -> None:
    """A message that is no longer in the topic, or too large, is counted, and the first one named."""
    resender = Resender(Producer())
    resender.send("topic", PLACE, lost)
    resender.send("topic", Place(3, 18), lost)
    assert "skipped 2 that" in str(resender)
    assert "message 17 of partition 3" in str(resender)


def test_no_more_is_under_way_than_memory_allows() -> None:
    """Above the limit of bytes in flight the sender waits for Kafka."""
    producer = Producer()
    resender = Resender(producer)
    for _ in range(IN_FLIGHT // LARGEST + 1):
        resender.send("topic", PLACE, message(b"x" * (LARGEST - 100)))
    assert all(future.is_settled for future in producer.futures)
