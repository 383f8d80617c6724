"""The topic has grown since the last start, or is another one: the index is brought up to it."""

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

EVERY = 5.0
"""Seconds between two lines of the log."""
SENT_CHUNK = 100_000
"""Lines of a session that are added at a time: a transaction for each partition."""
WAY_OUT = (
    "restore a backup of the producer's volume that has them, or start with an empty topic and stream each workbook "
    "again: docker compose down; docker volume rm kappa-retail_kafka; docker compose up --detach; make rebuild"
)
CONTRACT_1 = ("contract", b"1")
"""First header of each message of contract 1; later ones have none."""


def catch_up(known: Index, kafka: Kafka, name: str) -> Extent:
    """Read what the index does not have of a topic; returns how far the topic, and now the index, reaches."""
    there = topic.waited_for(kafka, name)
    is_same = known.topic_id == there.topic_id and _has_all(kafka, name, there, known.positions())
    positions = known.positions() if is_same else {}
    _refuse_contract_1(kafka, name, there, positions)
    _refuse_deleted(name, there, positions)
    if not is_same:
        if known.topic_id is not None:
            log.warning("topic %s was recreated or truncated: reading it from its start", name)
        known.reset(there.topic_id)
    begins = [positions.get(partition, Position()) for partition in range(there.partitions)]
    reader = Reader(known, kafka, name, sum(there.ends) - sum(begin.next_offset for begin in begins))
    for partition, (begin, end) in enumerate(zip(begins, there.ends, strict=True)):
        reader.read(partition, begin, end)
    return there


def _has_all(kafka: Kafka, name: str, there: Extent, positions: Mapping[int, Position]) -> bool:
    """Return whether the topic still has what was read of it: as many messages, and in each partition the last of them.

    The broker leaves writing to the disk to the system, so that a power failure may take the end; others may have
    written since. So does a copy of the volume that was put in its place.
    """
    return all(
        partition < there.partitions
        and position.next_offset <= there.ends[partition]
        and _has_last(kafka, TopicPartition(name, partition), there.begins[partition], position.last)
        for partition, position in positions.items()
    )


def _has_last(kafka: Kafka, place: TopicPartition, begin: int, last: Last | None) -> bool:
    if last is None or last.offset < begin:
        return True
    chunks = topic.messages(kafka, place, last.offset, last.offset + 1)
    return [_as_last(message) for chunk, _ in chunks for message in chunk] == [last]


def _as_last(message: Any) -> Last:
    return _last(message.offset, message.value or b"")


def _last(offset: int, value: bytes) -> Last:
    return Last(offset, hashlib.sha256(value).digest())


def _refuse_deleted(name: str, there: Extent, positions: Mapping[int, Position]) -> None:
    """Refuse a topic whose beginning is gone before it was read."""
    for partition, begin in enumerate(there.begins):
        known = positions.get(partition, Position()).next_offset
        if known < begin:
            raise UserError(
                f"Messages {known} to {begin - 1} of partition {partition} were deleted from topic {name} before the "
                f"producer read them, so it is unknown which sales were streamed: {WAY_OUT}"
            )


def _refuse_contract_1(kafka: Kafka, name: str, there: Extent, positions: Mapping[int, Position]) -> None:
    """Refuse a topic that has a partition, not read before, whose first message is one of contract 1."""
    for partition in set(range(there.partitions)) - positions.keys():
        place = TopicPartition(name, partition)
        chunks = topic.messages(kafka, place, there.begins[partition], there.ends[partition])
        first = next((message for chunk, _ in chunks for message in chunk), None)
        if first is not None and CONTRACT_1 in first.headers[:1]:
            raise UserError(
                f"Topic {name} holds messages of contract 1, which this version does not read: docker compose down "
                "--volumes, then docker compose up sends the workbook again (customers erased before must be erased "
                "again)"
            )


class Reader:
    """Reads a topic into the index; says how many messages there are to read, and every few seconds how many are."""

    def __init__(self, known: Index, kafka: Kafka, name: str, total: int) -> None:
        self._known, self._kafka, self._name = known, kafka, name
        self._total, self._done, self._said = total, 0, time.monotonic()
        if total:
            log.info("reading %s messages of topic %s", f"{total:,}", name)

    def read(self, partition: int, begin: Position, end: int) -> None:
        """Read a partition up to, not including, the offset `end`."""
        before = begin
        for messages, following in topic.messages(
            self._kafka, TopicPartition(self._name, partition), begin.next_offset, end
        ):
            position = Position(following, _as_last(messages[-1]) if messages else before.last)
            self._known.add(
                partition, [sale for message in messages if (sale := sale_of(message.value)) is not None], position
            )
            self._show(following - before.next_offset)
            before = position

    def _show(self, messages: int) -> None:
        self._done += messages
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            log.info("read %s of %s messages", f"{self._done:,}", f"{self._total:,}")


def add_sent(known: Index, sender: Sender, lines: Iterable[tuple[int, Line]], ends: Offsets) -> None:
    """Add what a session has sent, lines with their partitions, where nothing else stands behind `ends`.

    Reading it back would take several times as long, and messages may be deleted before the next start.
    """
    positions = dict(enumerate(map(Position, ends)))
    for chunk in batched(lines, SENT_CHUNK, strict=False):
        for partition, group in groupby(sorted(chunk, key=itemgetter(0)), key=itemgetter(0)):
            own = [line for _, line in group]
            offset = positions[partition].next_offset + len(own)
            positions[partition] = Position(offset, _last(offset - 1, prefix(sender) + own[-1][2]))
            sales = [Sale(sender, row, fingerprint(content_of(record))) for row, _, record in own]
            known.add(partition, sales, positions[partition])
