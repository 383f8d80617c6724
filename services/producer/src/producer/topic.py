"""Reads the topic: its id, its offsets, its messages."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import (
    CorruptRecordError,
    KafkaTimeoutError,
    NoError,
    RetriableError,
    UnknownTopicOrPartitionError,
    UnsupportedCodecError,
    for_code,
)
from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from common import heartbeat

log = logging.getLogger("producer")

CHUNK = 20_000
"""Most messages that are read at a time."""
CHUNK_BYTES = 4 << 20
"""Bytes that are read at a time: about CHUNK sales lines."""
READ_TIMEOUT = 60
"""Seconds that a read of existing messages may take."""
UNREADABLE = (UnsupportedCodecError, CorruptRecordError)
"""Errors for another sender's message: a compression that this client lacks, or a header name that is not UTF-8."""

type Offsets = tuple[int, ...]
"""One number per partition, in the order of the partitions."""


@dataclass(frozen=True)
class Extent:
    """The topic's id, and for each partition the first offset and the one after the last."""

    topic_id: str
    starts: Offsets
    ends: Offsets

    @property
    def partitions(self) -> int:
        """How many partitions the topic has."""
        return len(self.ends)


class TopicMissing(Exception):  # noqa: N818 - a transient state: `topic-init` creates the topic
    """The topic does not exist (yet)."""


class Unreachable(Exception):  # noqa: N818 - named for what was found
    """Kafka, or a topic, was not available in time."""


def wait_for[T](what: str, attempt: Callable[[], T], *, tries: int = 30, seconds: float = 180.0) -> T:
    """Return the result of `attempt`, retried on transient errors up to a number of tries and seconds."""
    retrying = Retrying(
        retry=retry_if_exception_type((RetriableError, TopicMissing, ConnectionError)),
        wait=wait_exponential_jitter(multiplier=0.5, max=8.0),
        stop=stop_after_attempt(tries) | stop_after_delay(seconds),
        before_sleep=lambda state: _log_retry(what, state),
    )
    try:
        return retrying(attempt)
    except RetryError as error:
        reason = _reason(error.last_attempt.exception())
        tries = error.last_attempt.attempt_number
        raise Unreachable(f"{what} was not available after {tries} tries: {reason}") from None


def _log_retry(what: str, state: RetryCallState) -> None:
    heartbeat.beat()
    outcome = state.outcome.exception() if state.outcome else None
    log.info("waiting for %s (try %d): %s", what, state.attempt_number, _reason(outcome))


def _reason(error: BaseException | None) -> str:
    return str(error) or type(error).__name__


@dataclass(frozen=True)
class Kafka:
    """Two clients: only the admin client knows a topic's id."""

    admin: Any
    consumer: Any

    def close(self) -> None:
        """Close both."""
        self.consumer.close()
        self.admin.close()


def connect(servers: str) -> Kafka:
    """Return the clients; the consumer has no group and commits no offsets."""
    common = {"bootstrap_servers": servers.split(","), "client_id": "producer", "bootstrap_timeout_ms": 5_000}
    admin = KafkaAdminClient(**common)
    consumer = KafkaConsumer(
        **common,
        enable_auto_commit=False,
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        max_poll_records=CHUNK,
        max_partition_fetch_bytes=CHUNK_BYTES,
    )
    return Kafka(admin, consumer)


def wait_for_topic(kafka: Kafka, topic: str) -> Extent:
    """Return id and offsets of a topic; wait if it does not exist yet."""
    return wait_for(f"topic {topic}", lambda: extent(kafka, topic))


def extent(kafka: Kafka, topic: str) -> Extent:
    """Return id and offsets of a topic; raise TopicMissing if it does not exist."""
    (description,) = kafka.admin.describe_topics([topic])
    error = for_code(description["error_code"])
    if error is UnknownTopicOrPartitionError:
        raise TopicMissing(f"topic {topic} does not exist")
    if error is not NoError:
        raise error(f"topic {topic}")
    partitions = sorted(TopicPartition(topic, part["partition_index"]) for part in description["partitions"])
    starts, ends = kafka.consumer.beginning_offsets(partitions), kafka.consumer.end_offsets(partitions)
    offsets = [tuple(found[p] for p in partitions) for found in (starts, ends)]
    return Extent(str(description["topic_id"]), *offsets)


def messages(kafka: Kafka, partition: TopicPartition, low: int, high: int) -> Iterator[tuple[list[Any], int]]:
    """Yield the messages from offset `low` up to, not including, `high`, in chunks, each with the offset after it.

    Messages that this client cannot read are skipped.
    """
    consumer = kafka.consumer
    consumer.assign([partition])
    consumer.seek(partition, low)
    while (position := consumer.position(partition)) < high:
        chunk = _next_messages(consumer, partition, position)
        yield [message for message in chunk if message.offset < high], min(consumer.position(partition), high)


def _next_messages(consumer: Any, partition: TopicPartition, position: int) -> list[Any]:
    """Return the messages at the position; none if only the position advanced.

    It advances past a message that cannot be read, and past the markers of transactions.
    """
    for _ in range(READ_TIMEOUT):
        heartbeat.beat()
        try:
            found: list[Any] = consumer.poll(timeout_ms=1_000).get(partition, [])
        except UNREADABLE:
            consumer.seek(partition, position + 1)
            return []
        if found or consumer.position(partition) > position:
            return found
    raise KafkaTimeoutError(f"topic {partition.topic} returned nothing within {READ_TIMEOUT} s")
