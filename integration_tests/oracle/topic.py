"""Kafka: every message of the topic in its order, and the producer's ledger."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from contracts.reference import Headers, Place
from kafka import KafkaConsumer, TopicPartition

TOPIC, LEDGER = "online-retail", "online-retail-ledger"
SILENCE = 60
"""Seconds that a read of existing messages may take."""


class Message(NamedTuple):
    """A message as Kafka gives it; `timestamp` in ms since 1970."""

    place: Place
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Topic(NamedTuple):
    """The first offset of each partition, and all messages by partition and offset."""

    begins: Mapping[int, int]
    messages: Iterator[Message]


class Entry(NamedTuple):
    """What the ledger says of a run of a source: how many rows the source has, and whether all of them were sent."""

    source: str
    run: int
    rows: int
    done: bool


@contextmanager
def opened(servers: str) -> Iterator[tuple[Topic, list[Entry]]]:
    """Give the topic as far as it reaches now, and the ledger."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        auto_offset_reset="none",
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        check_crcs=False,  # 20 times slower with them in Python alone, and every field is compared anyway
        max_poll_records=20_000,
        fetch_max_bytes=16 << 20,
        max_partition_fetch_bytes=16 << 20,
    )
    with closing(consumer):
        ledger = [entry for message in _messages(consumer, LEDGER) if (entry := _entry(message.value))]
        begins = {place.partition: offset for place, (offset, _) in _extent(consumer, TOPIC).items()}
        yield Topic(begins, _messages(consumer, TOPIC)), ledger


def _entry(value: bytes | None) -> Entry | None:
    if value is None:
        return None
    told = json.loads(value)
    return Entry(told["source"], told["run"], told["rows"], told["done"])


def _extent(consumer: Any, topic: str) -> dict[TopicPartition, tuple[int, int]]:
    places = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic) or ())]
    begins, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
    return {place: (begins[place], ends[place]) for place in places}


def _messages(consumer: Any, topic: str) -> Iterator[Message]:
    for place, (begin, end) in _extent(consumer, topic).items():
        consumer.assign([place])
        consumer.seek(place, begin)
        while consumer.position(place) < end:
            records = consumer.poll(timeout_ms=SILENCE * 1000).get(place)
            if not records and consumer.position(place) < end:
                raise TimeoutError(f"Nothing came from {topic} within {SILENCE} s")
            for record in records or ():
                if record.offset < end:
                    at = (record.partition, record.offset)
                    yield Message(at, record.timestamp, record.key, record.value, record.headers)
