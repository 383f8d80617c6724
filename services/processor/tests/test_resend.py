"""Sending rejected messages once more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from processor.edges.positions import Place
from processor.resend import LARGEST, UNDER_WAY, Resender, headers_of

CONTRACT = [("contract", b"1"), ("source", b"ab"), ("run", b"1")]
PLACE = Place(3, 17)


class Future:
    """A send that Kafka acknowledges once it is waited for."""

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

    def send(self, *message: Any) -> Future:
        """Send."""
        self.sent.append(message)
        self.futures.append(Future())
        return self.futures[-1]


def message(value: bytes | None = b"x", key: bytes | None = b"k", headers: Any = CONTRACT) -> Any:
    """Return a message as the topic holds it."""
    return SimpleNamespace(value=value, key=key, headers=headers)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(CONTRACT, CONTRACT, id="of the contract"),
        pytest.param([*CONTRACT, ("resent", b"1:2"), ("x", b"y")], CONTRACT, id="sent again before"),
        pytest.param(CONTRACT[:1], [CONTRACT[0], ("", b""), ("", b"")], id="too few"),
        pytest.param([("contract", None)], [("contract", b""), ("", b""), ("", b"")], id="one without a value"),
    ],
)
def test_the_place_is_the_fourth_header(headers: Any, expected: Any) -> None:
    """The first three headers stay where they are, and the place of the rejected message stands behind them."""
    assert headers_of(headers, PLACE) == [*expected, ("resent", b"3:17")]


def test_a_message_goes_to_its_own_partition_as_it_is() -> None:
    """Bytes and key are those of the rejected message."""
    producer = Producer()
    Resender(producer).send("topic", PLACE, message(b"\xff\x00", b"536365"))
    assert producer.sent == [("topic", b"\xff\x00", b"536365", [*CONTRACT, ("resent", b"3:17")], 3)]


def test_a_null_message_is_sent_with_an_empty_key() -> None:
    """The client sends no message with neither value nor key."""
    producer = Producer()
    Resender(producer).send("topic", PLACE, message(None, None))
    assert producer.sent[0][1:3] == (None, b"")


def test_only_what_kafka_acknowledged_counts() -> None:
    """The number that is told is of messages that are in the topic."""
    resender = Resender(Producer())
    resender.send("topic", PLACE, message())
    assert resender.sent == 0
    resender.settle()
    assert str(resender) == "1 rejected messages were sent again"


@pytest.mark.parametrize(
    "lost", [pytest.param(None, id="deleted"), pytest.param(message(b"x" * (LARGEST + 1)), id="too large")]
)
def test_what_cannot_be_sent_is_told(lost: Any) -> None:
    """A message that is no more in the topic, or too large, is counted, and the first one named."""
    resender = Resender(Producer())
    resender.send("topic", PLACE, lost)
    resender.send("topic", Place(3, 18), lost)
    assert "2 could not be" in str(resender)
    assert "message 17 of partition 3" in str(resender)


def test_no_more_is_under_way_than_memory_allows() -> None:
    """Past so many bytes the sender waits for Kafka."""
    producer = Producer()
    resender = Resender(producer)
    for _ in range(UNDER_WAY // LARGEST + 1):
        resender.send("topic", PLACE, message(b"x" * (LARGEST - 100)))
    assert all(future.is_settled for future in producer.futures)
