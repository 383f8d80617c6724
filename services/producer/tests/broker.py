"""A Kafka in memory: what the producer asks of its clients, and nothing of the network."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Self

from kafka import TopicPartition
from kafka.errors import CorruptRecordError, UnknownTopicOrPartitionError

from producer.topic import Kafka


@dataclass(frozen=True)
class Message:
    """A message, as a consumer gives it and as an acknowledgement names it."""

    offset: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] | None


class Acknowledged:
    """The future of a send that has succeeded."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def add_errback(self, _: Callable[[Exception], None]) -> Self:
        """Take what will not be called."""
        return self

    def get(self, timeout: float) -> Message:
        """Return where the message stands."""
        assert timeout
        return self._message


@dataclass
class Topic:
    """Messages by partition."""

    partitions: int
    identity: uuid.UUID = field(default_factory=uuid.uuid4)
    logs: list[list[Message]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin empty."""
        self.logs = [[] for _ in range(self.partitions)]


class Broker:
    """Topics by name, and the three clients of the producer in one."""

    def __init__(self, **partitions: int) -> None:
        self.topics = {name: Topic(count) for name, count in partitions.items()}
        self.before_send: Callable[[str], object] = lambda _: None
        self._place, self._position = TopicPartition("", 0), 0

    def clients(self) -> Kafka:
        """Return what `topic.connect` would."""
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
        """Return zeros: nothing is trimmed."""
        return dict.fromkeys(places, 0)

    def end_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offsets behind the last messages."""
        return {place: len(self._log(place)) for place in places}

    def assign(self, places: Sequence[TopicPartition]) -> None:
        """Read this partition from now on."""
        (self._place,) = places

    def seek(self, _: TopicPartition, offset: int) -> None:
        """Read from this offset on."""
        self._position = offset

    def position(self, _: TopicPartition) -> int:
        """Return the offset that is read next."""
        return self._position

    def poll(self, timeout_ms: float) -> dict[TopicPartition, list[Message]]:
        """Return at most three messages; as the client does, those before one that it cannot read, then an error."""
        assert timeout_ms
        messages = self._log(self._place)[self._position : self._position + 3]
        readable = list(takewhile(lambda message: message.headers is not None, messages))
        if messages and not readable:
            raise CorruptRecordError
        self._position += len(readable)
        return {self._place: readable}

    def send(
        self, topic: str, value: bytes, key: bytes, headers: Sequence[tuple[str, bytes]] = (), partition: int = 0
    ) -> Acknowledged:
        """Append a message."""
        self.before_send(topic)
        return Acknowledged(self.append(topic, partition, key, value, headers))

    def append(
        self, topic: str, partition: int, key: bytes, value: bytes | None, headers: Sequence[tuple[str, bytes]] | None
    ) -> Message:
        """Append a message as anyone may; one whose headers are None cannot be read by the producer's client."""
        log = self._log(TopicPartition(topic, partition))
        log.append(Message(len(log), key, value, headers))
        return log[-1]

    def flush(self, timeout: float) -> None:
        """Do nothing: everything has arrived."""

    def _log(self, place: TopicPartition) -> list[Message]:
        return self.topics[place.topic].logs[place.partition]
