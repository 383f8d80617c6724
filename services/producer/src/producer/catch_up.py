"""Updates the index to the topic, which may have grown, or been recreated or truncated, since the last start."""

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping
from itertools import batched, groupby
from operator import itemgetter
from typing import Any

from kafka import TopicPartition

from common.errors import UserError
from producer import topic
from producer.index import Index, Last, Position
from producer.message import Sale, Sender, prefix, sale_of
from producer.record import Line, content_of, fingerprint
from producer.topic import Extent, Kafka, Offsets

log = logging.getLogger("producer")

LOG_INTERVAL = 5.0
"""Seconds between two log lines."""
SENT_CHUNK = 100_000
"""Sent lines that are added at a time, in one transaction per partition."""
WAY_OUT = (
    "restore a backup of the producer's volume that has them, or start with an empty topic and stream each workbook "
    "again: docker compose down; docker volume rm kappa-retail_kafka; docker compose up --detach; make rebuild"
)
CONTRACT_1 = ("contract", b"1")
"""First header of each message of contract 1; later ones have none."""


def catch_up(known: Index, kafka: Kafka, name: str) -> Extent:
    """Read the messages of a topic that the index does not have; return the topic's extent, now also the index's."""
    extent = topic.wait_for_topic(kafka, name)
    is_same = known.topic_id == extent.topic_id and _has_all(kafka, name, extent, known.positions())
    positions = known.positions() if is_same else {}
    _refuse_contract_1(kafka, name, extent, positions)
    _refuse_deleted(name, extent, positions)
    if not is_same:
        if known.topic_id is not None:
            log.warning("topic %s was recreated or truncated: reading it from its start", name)
        known.reset(extent.topic_id)
    starts = [positions.get(partition, Position()) for partition in range(extent.partitions)]
    reader = Reader(known, kafka, name, sum(extent.ends) - sum(start.next_offset for start in starts))
    for partition, (start, end) in enumerate(zip(starts, extent.ends, strict=True)):
        reader.read(partition, start, end)
    return extent


def _has_all(kafka: Kafka, name: str, extent: Extent, positions: Mapping[int, Position]) -> bool:
    """Return whether each partition still has the last message that was read of it, at the same offset.

    The operating system decides when Kafka's messages reach the disk: a power failure may truncate a partition, and
    others may have written to it since. The same holds for a restored older copy of Kafka's volume.
    """
    return all(
        partition < extent.partitions
        and position.next_offset <= extent.ends[partition]
        and _has_last(kafka, TopicPartition(name, partition), extent.starts[partition], position.last)
        for partition, position in positions.items()
    )


def _has_last(kafka: Kafka, partition: TopicPartition, start: int, last: Last | None) -> bool:
    if last is None or last.offset < start:
        return True
    chunks = topic.messages(kafka, partition, last.offset, last.offset + 1)
    return [_as_last(message) for chunk, _ in chunks for message in chunk] == [last]


def _as_last(message: Any) -> Last:
    return _last(message.offset, message.value or b"")


def _last(offset: int, value: bytes) -> Last:
    return Last(offset, hashlib.sha256(value).digest())


def _refuse_deleted(name: str, extent: Extent, positions: Mapping[int, Position]) -> None:
    """Refuse a topic whose first messages were deleted before they were read."""
    for partition, start in enumerate(extent.starts):
        known = positions.get(partition, Position()).next_offset
        if known < start:
            raise UserError(
                f"Messages {known} to {start - 1} of partition {partition} were deleted from topic {name} before the "
                f"producer read them, so it is unknown which sales were streamed: {WAY_OUT}"
            )


def _refuse_contract_1(kafka: Kafka, name: str, extent: Extent, positions: Mapping[int, Position]) -> None:
    """Refuse a topic with an unread partition whose first message is of contract 1."""
    for partition in set(range(extent.partitions)) - positions.keys():
        chunks = topic.messages(
            kafka, TopicPartition(name, partition), extent.starts[partition], extent.ends[partition]
        )
        first = next((message for chunk, _ in chunks for message in chunk), None)
        if first is not None and CONTRACT_1 in first.headers[:1]:
            raise UserError(
                f"Topic {name} holds messages of contract 1, which this version does not read: docker compose down "
                "--volumes, then docker compose up sends the workbook again (customers erased before must be erased "
                "again)"
            )


class Reader:
    """Reads a topic into the index, and logs its progress."""

    def __init__(self, known: Index, kafka: Kafka, name: str, total: int) -> None:
        self._known, self._kafka, self._name = known, kafka, name
        self._total, self._done, self._logged = total, 0, time.monotonic()
        if total:
            log.info("reading %s messages of topic %s", f"{total:,}", name)

    def read(self, partition: int, start: Position, end: int) -> None:
        """Read a partition up to, not including, the offset `end`."""
        before = start
        for messages, following in topic.messages(
            self._kafka, TopicPartition(self._name, partition), start.next_offset, end
        ):
            position = Position(following, _as_last(messages[-1]) if messages else before.last)
            self._known.add(
                partition, [sale for message in messages if (sale := sale_of(message.value)) is not None], position
            )
            self._count(following - before.next_offset)
            before = position

    def _count(self, messages: int) -> None:
        self._done += messages
        if time.monotonic() - self._logged >= LOG_INTERVAL:
            self._logged = time.monotonic()
            log.info("read %s of %s messages", f"{self._done:,}", f"{self._total:,}")


def add_sent(known: Index, sender: Sender, lines: Iterable[tuple[int, Line]], ends: Offsets) -> None:
    """Add the lines that were sent, with their partitions, to the index; after `ends` the topic must have only those.

    Reading them back would take several times as long, and messages may be deleted before the next start.
    """
    positions = dict(enumerate(map(Position, ends)))
    for chunk in batched(lines, SENT_CHUNK, strict=False):
        for partition, group in groupby(sorted(chunk, key=itemgetter(0)), key=itemgetter(0)):
            own = [line for _, line in group]
            offset = positions[partition].next_offset + len(own)
            positions[partition] = Position(offset, _last(offset - 1, prefix(sender) + own[-1][2]))
            sales = [Sale(sender, row, fingerprint(content_of(record))) for row, _, record in own]
            known.add(partition, sales, positions[partition])
