"""What is sent to Kafka, and what happens if it does not arrive."""

from typing import Any, Self

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from kafka.future import Future

from producer.message import Sender
from producer.publisher import WINDOW, LinesLost, Publisher, partition_of
from producer.topic import TopicMissing, Unreachable, wait_for

SENDER, ENDS = Sender("ab" * 8, 2), (0, 0)


class Acknowledgement(Future):  # type: ignore[misc]
    """A future of the Kafka client that is acknowledged when it is waited for."""

    def __init__(self, producer: "Kafka", offset: int) -> None:
        super().__init__()
        self._producer, self.offset = producer, offset

    def get(self, timeout: float) -> Self:
        """Count the wait; return the metadata."""
        assert timeout
        self._producer.waited += 1
        return self


class Kafka:
    """Accepts messages and acknowledges them when waited for, or refuses them with an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.messages: list[tuple[object, ...]] = []
        self.ends = [0, 0]
        self.waited = 0
        self.flushed = False
        self._error = error

    def send(self, *message: object, partition: int) -> Future:
        """Accept a message."""
        self.messages.append((*message, partition))
        future = Acknowledgement(self, self.ends[partition])
        self.ends[partition] += 1
        return future.failure(self._error) if self._error else future

    def flush(self, timeout: float) -> None:
        """Record the flush."""
        self.flushed = timeout > 0


def test_message() -> None:
    """A message has contract, source, run and record as value, the invoice as key, its partition, and no headers."""
    kafka = Kafka()
    Publisher(kafka, "t", SENDER, ENDS).send([(1, b"536365", b"7,536365,x")])
    assert kafka.messages == [("t", b",2,abababababababab,2,7,536365,x", b"536365", 1)]


def test_a_failed_line_ends_the_producer() -> None:
    """The first line that Kafka refuses ends the process before a later batch can leave a gap."""
    deaths: list[Any] = []
    refusal = MessageSizeTooLargeError("too large")
    Publisher(Kafka(refusal), "t", SENDER, ENDS, abort=deaths.append).send([(0, b"k", b"r")])
    assert deaths == [refusal]


def test_window() -> None:
    """With a window of chunks in flight, the next one waits for the oldest: one acknowledgement per partition."""
    kafka = Kafka()
    publisher = Publisher(kafka, "t", SENDER, ENDS)
    for _ in range(WINDOW):
        publisher.send([(0, b"k", b"r"), (1, b"k", b"r")])
    assert kafka.waited == 0
    publisher.send([(0, b"k", b"r")])
    assert kafka.waited == 2


def test_flush() -> None:
    """A flush waits for every chunk in flight."""
    kafka = Kafka()
    publisher = Publisher(kafka, "t", SENDER, ENDS)
    publisher.send([(0, b"k", b"r"), (1, b"k", b"r")])
    publisher.flush()
    assert (kafka.waited, kafka.flushed) == (2, True)


def test_a_topic_recreated_meanwhile() -> None:
    """A line with a lower offset than the lines before it allow: lines are lost, and nothing more is sent."""
    kafka = Kafka()
    publisher = Publisher(kafka, "t", SENDER, ENDS)
    publisher.send([(0, b"k", b"r"), (0, b"k", b"r")])
    kafka.ends = [0, 0]
    publisher.send([(1, b"k", b"r"), (0, b"k", b"r")])
    with pytest.raises(LinesLost, match="topic t was recreated or truncated"):
        publisher.flush()


def test_lines_of_others_in_between() -> None:
    """Messages of other senders in between do not count as a loss."""
    kafka = Kafka()
    publisher = Publisher(kafka, "t", SENDER, ENDS)
    publisher.send([(0, b"k", b"r")])
    kafka.ends = [7, 7]
    publisher.send([(0, b"k", b"r")])
    publisher.flush()


@pytest.mark.parametrize(
    "error", [KafkaTimeoutError("no answer"), TopicMissing("no answer"), ConnectionError("no answer")]
)
def test_retries_are_limited(error: Exception) -> None:
    """Transient errors are retried up to a limit, then an error names what was missing."""

    def fail() -> None:
        raise error

    with pytest.raises(Unreachable, match=r"Kafka was not available after 1 tries: .*no answer"):
        wait_for("Kafka", fail, tries=1)


def test_other_errors_are_not_retried() -> None:
    """An error that is not transient is raised at once."""
    with pytest.raises(ZeroDivisionError):
        wait_for("Kafka", lambda: 1 // 0)


@pytest.mark.parametrize(
    ("key", "hashed"), [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)]
)
def test_partition(key: bytes, hashed: int) -> None:
    """The partition of a key is that of Kafka's Java client, by the hashes in that client's tests."""
    assert partition_of(key, 7) == (hashed & 0x7FFFFFFF) % 7
