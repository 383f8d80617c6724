"""What Kafka holds already: partitions, offsets, the ledger, and the last row of a run."""

import logging
import re
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

from producer import heartbeat, ledger
from producer.ledger import Entry, Extent, Offsets
from producer.mistake import Mistake

log = logging.getLogger("producer")

CHUNK = 2_000
"""Offsets read at a time on the way back from the end: the last line of a run that broke off stands near it."""
SILENCE = 60.0
"""Seconds that a read of existing offsets may take."""
UNREADABLE = (UnsupportedCodecError, CorruptRecordError)
"""Someone else's message: in a compression that this client lacks, or with a header's name that is not UTF-8."""
ROW = re.compile(rb"([1-9][0-9]{0,17}),")


class TopicMissing(Exception):  # noqa: N818 - a state that passes: `topic-init` makes the topics
    """The topic does not exist (yet)."""


class Unreachable(Exception):  # noqa: N818 - the sentence of a wait that was given up
    """Kafka, or a topic, was not there in time."""


def waiting[T](what: str, attempt: Callable[[], T], *, tries: int = 30, seconds: float = 180.0) -> T:
    """Return what `attempt` returns, tried again on errors that pass, up to a number of tries and seconds."""
    retrying = Retrying(
        retry=retry_if_exception_type((RetriableError, TopicMissing, ConnectionError)),
        wait=wait_exponential_jitter(multiplier=0.5, max=8.0),
        stop=stop_after_attempt(tries) | stop_after_delay(seconds),
        before_sleep=lambda state: _say(what, state),
    )
    try:
        return retrying(attempt)
    except RetryError as error:
        reason = _reason(error.last_attempt.exception())
        raise Unreachable(f"{what} was not there after {error.last_attempt.attempt_number} tries: {reason}") from None


def _say(what: str, state: RetryCallState) -> None:
    heartbeat.beat()
    outcome = state.outcome.exception() if state.outcome else None
    log.info("waiting for %s (try %d): %s", what, state.attempt_number, _reason(outcome))


def _reason(error: BaseException | None) -> str:
    return str(error) or type(error).__name__


@dataclass(frozen=True)
class Kafka:
    """Two clients: of topics' identities only the one for administration knows."""

    admin: Any
    consumer: Any

    def close(self) -> None:
        """Close both."""
        self.consumer.close()
        self.admin.close()


def connect(servers: str) -> Kafka:
    """Return the clients; the consumer has no group, so nothing that it reads is remembered anywhere."""
    common = {"bootstrap_servers": servers.split(","), "client_id": "producer", "bootstrap_timeout_ms": 5_000}
    admin = KafkaAdminClient(**common)
    consumer = KafkaConsumer(
        **common,
        enable_auto_commit=False,
        auto_offset_reset="none",
        allow_auto_create_topics=False,
        max_poll_records=CHUNK,
    )
    return Kafka(admin, consumer)


def extent(kafka: Kafka, topic: str) -> Extent:
    """Return identity and offsets of a topic; raises TopicMissing where there is none."""
    (description,) = kafka.admin.describe_topics([topic])
    error = for_code(description["error_code"])
    if error is UnknownTopicOrPartitionError:
        raise TopicMissing(f"topic {topic} does not exist")
    if error is not NoError:
        raise error(f"topic {topic}")
    partitions = sorted(TopicPartition(topic, part["partition_index"]) for part in description["partitions"])
    begins, ends = kafka.consumer.beginning_offsets(partitions), kafka.consumer.end_offsets(partitions)
    offsets = [tuple(found[p] for p in partitions) for found in (begins, ends)]
    return Extent(str(description["topic_id"]), *offsets)


def entries(kafka: Kafka, topic: str) -> dict[str, Entry]:
    """Return the ledger: the latest entry of each source."""
    there = extent(kafka, topic)
    if there.partitions != 1:
        raise Mistake(
            f"Ledger topic {topic} has {there.partitions} partitions, where only 1 keeps the order: remake it."
        )
    messages = _between(kafka.consumer, TopicPartition(topic, 0), there.begins[0], there.ends[0])
    return ledger.read((message.key or b"", message.value) for message in messages)


def last_rows(kafka: Kafka, topic: str, entry: Entry, bounds: Offsets) -> Offsets:
    """Return the last row of the entry's run in each partition."""
    return tuple(
        _last_row(kafka.consumer, TopicPartition(topic, p), entry, bound, entry.resume_rows[p])
        for p, bound in enumerate(bounds)
    )


def _last_row(consumer: Any, partition: TopicPartition, entry: Entry, bound: int, default: int) -> int:
    """Go back from the bound until a message of this run stands there; where the session wrote none, `default`."""
    start = entry.start_offsets[partition.partition]
    headers = {("source", entry.source.encode()), ("run", str(entry.run).encode())}
    for high in range(bound, start, -CHUNK):
        messages = _between(consumer, partition, max(start, high - CHUNK), high)
        found = [row for message in messages if (row := _row_of(message, headers)) is not None]
        if found:
            return found[-1]
    return default


def _row_of(message: Any, headers: set[tuple[str, bytes]]) -> int | None:
    """Return the row of a message that the producer sent with these headers, None for any other.

    Anyone may write to the topic, and a rejected message that is sent again has the run's headers and an old row.
    """
    if not headers <= set(message.headers) or any(name == "resent" for name, _ in message.headers):
        return None
    row = ROW.match(message.value or b"")
    return int(row[1]) if row else None


def _between(consumer: Any, partition: TopicPartition, low: int, high: int) -> Iterator[Any]:
    """Yield the messages from offset `low` up to, not including, `high`."""
    consumer.assign([partition])
    consumer.seek(partition, low)
    while (position := consumer.position(partition)) < high:
        heartbeat.beat()
        try:
            messages = consumer.poll(timeout_ms=SILENCE * 1000).get(partition, [])
        except UNREADABLE:
            consumer.seek(partition, position + 1)
            continue
        if not messages and consumer.position(partition) < high:
            raise KafkaTimeoutError(f"nothing came from {partition.topic} within {SILENCE:.0f} s")
        yield from (message for message in messages if message.offset < high)
