"""Sends lines to Kafka, in order, and goes no further than what is known to have arrived."""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError
from kafka.partitioner.default import murmur2

from common import heartbeat
from producer.message import Sender, prefix
from producer.topic import Offsets

log = logging.getLogger("producer")

WINDOW = 100
"""Chunks that may be under way: the client itself has no limit, and would take a whole source while Kafka is away."""
PATIENCE = 300
"""Seconds that Kafka may take to acknowledge what is under way; then a restart tries again."""


@lru_cache(maxsize=4096)
def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key as Kafka's default partitioner does; kept, as an invoice has many lines."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


@contextmanager
def connected(servers: str) -> Iterator[Any]:
    """Give an idempotent producer; at the end it is closed without another flush, which could wait for ever."""
    producer = KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id="producer",
        enable_idempotence=True,
        acks="all",
        linger_ms=50,
        batch_size=256 * 1024,
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=5_000,
        # The client's own limit, 30 s, would lengthen every halt of Kafka by as much.
        reconnect_backoff_max_ms=2_000,
        # After a delivery timeout the idempotent client leaves sends pending for ever: PATIENCE ends long before a day.
        delivery_timeout_ms=24 * 3600 * 1000,
    )
    try:
        yield producer
    finally:
        try:
            producer.close(timeout=5)
        except KafkaTimeoutError:
            producer._closed = True  # noqa: SLF001 - or its finalizer tries once more, and leaves a traceback in the log


def die(error: Exception) -> None:
    """End the process at once: were another batch sent after one that failed, a gap would stand in the topic."""
    log.error("exiting: Kafka refused a batch (%s); the next start sends what is missing", error)
    os._exit(1)


class Lost(Exception):  # noqa: N818 - what was found
    """Lines that Kafka had acknowledged are not in the topic any more."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"topic {topic} was recreated or truncated")


class Publisher:
    """Sends a sender's lines to one topic, whose partitions ended at `ends`."""

    def __init__(
        self, producer: Any, topic: str, sender: Sender, ends: Offsets, die: Callable[[Exception], None] = die
    ) -> None:
        self._send, self._flush, self._topic, self._die = producer.send, producer.flush, topic, die
        self._prefix = prefix(sender)
        self._next_offsets = list(ends)
        self._under_way: deque[list[tuple[Any, int]]] = deque()

    @property
    def next_offsets(self) -> Offsets:
        """The least that the partitions can end at once all lines are there."""
        return tuple(self._next_offsets)

    def send(self, lines: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Send a chunk of lines (partition, key, record), and wait while too many chunks are under way."""
        send, topic, prefix, die = self._send, self._topic, self._prefix, self._die
        next_offsets = self._next_offsets
        latest = {}
        for partition, key, record in lines:
            try:
                latest[partition] = future = send(topic, prefix + record, key, partition=partition)
            except ValueError:  # it has no such partition any more
                raise Lost(topic) from None
            future.add_errback(die)
            next_offsets[partition] += 1
        self._under_way.append([(future, next_offsets[partition] - 1) for partition, future in latest.items()])
        if len(self._under_way) > WINDOW:
            self._settle_oldest()

    def flush(self) -> None:
        """Wait until every line is in the topic."""
        while self._under_way:
            self._settle_oldest()
        self._flush(timeout=PATIENCE)

    def _settle_oldest(self) -> None:
        """Wait for a chunk; raises Lost where a line stands lower than the lines before it leave room for.

        After an outage of Kafka the client continues by itself, also in a topic that was recreated meanwhile.
        """
        for future, expected in self._under_way.popleft():
            if _settle(future).offset < expected:
                raise Lost(self._topic)


def _settle(future: Any) -> Any:
    """Wait for a send in short steps, so that the heart beats; raises KafkaTimeoutError after PATIENCE.

    Returns its place, as the client reports it.
    """
    for second in range(PATIENCE):
        heartbeat.beat()
        if second and second % 10 == 0:
            log.info("waiting for Kafka: nothing acknowledged for %d s, exiting after %d s", second, PATIENCE)
        try:
            return future.get(timeout=1)
        except KafkaTimeoutError:
            if future.is_done:
                raise
    raise KafkaTimeoutError(f"Kafka has not acknowledged a line within {PATIENCE} s")
