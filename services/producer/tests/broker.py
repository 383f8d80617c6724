"""An in-memory Kafka with the producer's clients, without a network."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Any, Self

from kafka import TopicPartition
from kafka.errors import CorruptRecordError, UnknownTopicOrPartitionError

from producer.topic import Kafka

type Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Message:
    """A message, as a consumer returns it, and as the metadata of an acknowledgement."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers | None = ()


class Acknowledged:
    """The future of a successful send."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def add_errback(self, _: Callable[[Exception], None]) -> Self:
        """Ignore the callback: the send has succeeded."""
        return self

    def get(self, timeout: float) -> Message:
        """Return the message with its offset."""
        assert timeout
        return self._message


@dataclass
class Topic:
    """Messages by partition; those below `starts` were deleted."""

    partitions: int
    identity: uuid.UUID = field(default_factory=uuid.uuid4)
    logs: list[list[Message]] = field(init=False)
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Start empty."""
        self.logs, self.starts = [], []
        self.grow(self.partitions)

    def grow(self, partitions: int) -> None:
        """Set the number of partitions."""
        self.partitions = partitions
        self.logs += [[] for _ in range(partitions - len(self.logs))]
        self.starts += [0] * (partitions - len(self.starts))


class Broker:
    """Topics by name; stands for all three of the producer's clients."""

    def __init__(self, **partitions: int) -> None:
        self.topics = {name: Topic(count) for name, count in partitions.items()}
        self.before_send: Callable[[], object] = lambda: None
        self.before_poll: Callable[[], object] = lambda: None
        self.chunk = 3
        self._clock = count(1)
        self._place, self._position = TopicPartition("", 0), 0

    def clients(self) -> Kafka:
        """Return the clients, as `topic.connect` does."""
        return Kafka(admin=self, consumer=self)

    def describe_topics(self, names: Iterable[str]) -> list[dict[str, Any]]:
        """Describe topics, with the error code of those that are missing."""
        return [self._describe(name) for name in names]

    def _describe(self, name: str) -> dict[str, Any]:
        if name not in self.topics:
            return {"error_code": UnknownTopicOrPartitionError.errno, "topic_id": uuid.UUID(int=0), "partitions": []}
        topic = self.topics[name]
        partitions = [{"partition_index": number} for number in range(topic.partitions)]
        return {"error_code": 0, "topic_id": topic.identity, "partitions": partitions}

    def beginning_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offsets of the first messages that are not deleted."""
        return {place: self.topics[place.topic].starts[place.partition] for place in places}

    def end_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offsets after the last messages."""
        return {place: len(self._log(place)) for place in places}

    def assign(self, places: Sequence[TopicPartition]) -> None:
        """Read this partition."""
        (self._place,) = places

    def seek(self, _: TopicPartition, offset: int) -> None:
        """Read from this offset."""
        self._position = offset

    def position(self, _: TopicPartition) -> int:
        """Return the offset that is read next."""
        return self._position

    def poll(self, timeout_ms: float) -> dict[TopicPartition, list[Message]]:
        """Return the next few messages; like the client, those before an unreadable one, then raise an error."""
        assert timeout_ms
        self.before_poll()
        assert self._position >= self.topics[self._place.topic].starts[self._place.partition]
        messages = self._log(self._place)[self._position : self._position + self.chunk]
        readable = list(takewhile(lambda message: message.headers is not None, messages))
        if messages and not readable:
            raise CorruptRecordError
        self._position += len(readable)
        return {self._place: readable}

    def send(self, topic: str, value: bytes, key: bytes, *, partition: int) -> Acknowledged:
        """Append a message; like the client, raise an error for a partition that does not exist."""
        self.before_send()
        if partition >= self.topics[topic].partitions:
            raise ValueError(f"Unrecognized partition {partition} for topic {topic}")
        return Acknowledged(self.append(topic, partition, key, value))

    def append(
        self, topic: str, partition: int, key: bytes | None, value: bytes | None, headers: Headers | None = ()
    ) -> Message:
        """Append any message; one whose headers are None cannot be read by the producer's client."""
        log = self._log(TopicPartition(topic, partition))
        log.append(Message(len(log), next(self._clock), key, value, headers))
        return log[-1]

    def flush(self, timeout: float) -> None:
        """Do nothing: everything has arrived."""

    def _log(self, place: TopicPartition) -> list[Message]:
        return self.topics[place.topic].logs[place.partition]
