"""Sends lines to Kafka in order, with a limited number of unacknowledged ones."""

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
"""Chunks in flight: the client has no limit, and would buffer a whole source while Kafka is unavailable."""
ACKNOWLEDGE_TIMEOUT = 300
"""Seconds that Kafka may take to acknowledge what is in flight; then the producer exits and a restart retries."""


@lru_cache(maxsize=4096)
def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of a key as Kafka's default partitioner does; cached, as an invoice has many lines."""
    hashed: int = murmur2(key)
    return (hashed & 0x7FFFFFFF) % partitions


@contextmanager
def connected(servers: str) -> Iterator[Any]:
    """Yield an idempotent producer; it is closed without another flush, which could wait for ever."""
    producer = KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id="producer",
        enable_idempotence=True,
        acks="all",
        linger_ms=50,
        batch_size=256 * 1024,
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=5_000,
        # The client's default, 30 s, would prolong every outage of Kafka by up to that time.
        reconnect_backoff_max_ms=2_000,
        # After a delivery timeout the idempotent client leaves sends pending for ever: a day exceeds all timeouts.
        delivery_timeout_ms=24 * 3600 * 1000,
    )
    try:
        yield producer
    finally:
        try:
            producer.close(timeout=5)
        except KafkaTimeoutError:
            producer._closed = True  # noqa: SLF001 - else its finalizer tries again and logs a traceback


def abort(error: Exception) -> None:
    """Exit at once: another batch sent after a failed one would leave a gap in the topic."""
    log.error("exiting: Kafka refused a batch (%s); the next start sends what is missing", error)
    os._exit(1)


class LinesLost(Exception):  # noqa: N818 - named for what was found
    """Lines that Kafka acknowledged are no longer in the topic."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"topic {topic} was recreated or truncated")


class Publisher:
    """Sends a sender's lines to one topic, whose partitions end at `ends` before."""

    def __init__(
        self, producer: Any, topic: str, sender: Sender, ends: Offsets, abort: Callable[[Exception], None] = abort
    ) -> None:
        self._send, self._flush, self._topic, self._abort = producer.send, producer.flush, topic, abort
        self._prefix = prefix(sender)
        self._next_offsets = list(ends)
        self._in_flight: deque[list[tuple[Any, int]]] = deque()

    @property
    def next_offsets(self) -> Offsets:
        """The lowest possible ends of the partitions once all lines have arrived."""
        return tuple(self._next_offsets)

    def send(self, lines: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Send a chunk of lines (partition, key, record); wait while too many chunks are in flight."""
        send, topic, prefix, abort = self._send, self._topic, self._prefix, self._abort
        next_offsets = self._next_offsets
        latest = {}
        for partition, key, record in lines:
            try:
                latest[partition] = future = send(topic, prefix + record, key, partition=partition)
            except ValueError:  # the partition no longer exists
                raise LinesLost(topic) from None
            future.add_errback(abort)
            next_offsets[partition] += 1
        self._in_flight.append([(future, next_offsets[partition] - 1) for partition, future in latest.items()])
        if len(self._in_flight) > WINDOW:
            self._wait_for_oldest()

    def flush(self) -> None:
        """Wait until every line is in the topic."""
        while self._in_flight:
            self._wait_for_oldest()
        self._flush(timeout=ACKNOWLEDGE_TIMEOUT)

    def _wait_for_oldest(self) -> None:
        """Wait for a chunk; raise LinesLost if a line has a lower offset than the lines before it allow.

        After an outage of Kafka the client resumes without notice, also in a topic that was recreated meanwhile.
        """
        for future, expected in self._in_flight.popleft():
            if _acknowledged(future).offset < expected:
                raise LinesLost(self._topic)


def _acknowledged(future: Any) -> Any:
    """Return the metadata of a send, waiting in short steps with a heartbeat each.

    Raises KafkaTimeoutError after ACKNOWLEDGE_TIMEOUT seconds.
    """
    for second in range(ACKNOWLEDGE_TIMEOUT):
        heartbeat.beat()
        if second and second % 10 == 0:
            log.info(
                "waiting for Kafka: nothing acknowledged for %d s, exiting after %d s", second, ACKNOWLEDGE_TIMEOUT
            )
        try:
            return future.get(timeout=1)
        except KafkaTimeoutError:
            if future.is_done:
                raise
    raise KafkaTimeoutError(f"Kafka has not acknowledged a line within {ACKNOWLEDGE_TIMEOUT} s")
