"""Kafka: every message of the topic in order."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from contracts.reference import Place

TOPIC = "online-retail"
SILENCE = 60
"""Seconds that a read of existing messages may take."""


class Message(NamedTuple):
    """A message of Kafka; `timestamp` in ms since 1970."""

    place: Place
    timestamp: int
    key: bytes | None
    value: bytes | None


class Topic(NamedTuple):
    """The first offset of each partition, and all messages by partition and offset."""

    begins: Mapping[int, int]
    messages: Iterator[Message]


@contextmanager
def opened(servers: str) -> Iterator[Topic]:
    """Give the topic up to its current end."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        auto_offset_reset="none",
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        check_crcs=False,  # 20 times slower in pure Python, and every field is compared anyway
        max_poll_records=20_000,
        fetch_max_bytes=16 << 20,
        max_partition_fetch_bytes=16 << 20,
    )
    with closing(consumer):
        extent = _extent(consumer)
        begins = {place.partition: begin for place, (begin, _) in extent.items()}
        yield Topic(begins, _messages(consumer, extent))


def _extent(consumer: Any) -> dict[TopicPartition, tuple[int, int]]:
    places = [TopicPartition(TOPIC, partition) for partition in sorted(consumer.partitions_for_topic(TOPIC) or ())]
    begins, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
    return {place: (begins[place], ends[place]) for place in places}


def _messages(consumer: Any, extent: Mapping[TopicPartition, tuple[int, int]]) -> Iterator[Message]:
    for place, (begin, end) in extent.items():
        consumer.assign([place])
        consumer.seek(place, begin)
        while consumer.position(place) < end:
            records = consumer.poll(timeout_ms=SILENCE * 1000).get(place)
            if not records and consumer.position(place) < end:
                raise TimeoutError(f"no message from {TOPIC} within {SILENCE} s")
            for record in records or ():
                if record.offset < end:
                    at = (record.partition, record.offset)
                    yield Message(at, record.timestamp, record.key, record.value)
