"""A program: send the rejected messages once more, after what rejected them was fixed.

    python3 -m processor.resend [--reason PREFIX]

Each stands in the topic, the source of truth, and goes to its own partition again: the same key and bytes, and in front
of them the place of the one that it carries again. The processor lets it take that place once, however
often it is sent.
"""

import argparse
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from kafka import KafkaProducer
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError, KafkaTimeoutError
from pymysql.err import Error as MariaDBError

from common import logs, program
from common.errors import UserError
from common.settings import load
from processor.batch.transaction import Transaction
from processor.edges.identity import check
from processor.edges.mariadb import Store
from processor.edges.positions import Place
from processor.edges.topic import Topic
from processor.settings import Settings
from processor.stream.records import carrying
from processor.stream.resume import refuse_contract_1

PATIENCE = 300  # seconds that Kafka may take to acknowledge what is under way
UNDER_WAY = 16 * 1024 * 1024  # bytes: the client itself has no limit
LARGEST = 1_000_000  # bytes with the key; Kafka takes 1 MiB, and no sales line has a tenth of it

log = logging.getLogger("processor")


class Resender:
    """Sends messages again; counts those sent and those that could not be."""

    def __init__(self, producer: Any) -> None:
        self.sent = self.unsent = 0
        self.first_unsent: Place | None = None
        self._producer = producer
        self._futures: list[Any] = []
        self._bytes = 0

    def send(self, topic: str, place: Place, message: ConsumerRecord | None) -> None:
        """Send what stood at a place to the same partition again; waits while too much is under way."""
        if message is None or (size := _size(message)) > LARGEST:
            self.unsent += 1
            self.first_unsent = self.first_unsent or place
            return
        value = carrying(message.value, place)
        future = self._producer.send(topic, value, message.key or b"", partition=place.partition)
        self._futures.append(future)
        self._bytes += size
        if self._bytes > UNDER_WAY:
            self.settle()

    def settle(self) -> None:
        """Wait until all that was sent is in the topic."""
        for future in self._futures:
            future.get(timeout=PATIENCE)
        self.sent += len(self._futures)
        self._futures, self._bytes = [], 0

    def __str__(self) -> str:
        sent = f"{self.sent:,} rejected messages were sent again"
        if self.first_unsent is None:
            return sent
        return (
            f"{sent}; {self.unsent:,} could not be, as they are no longer in the topic, or too large or unreadable for "
            f"this program: the first is message {self.first_unsent.offset} of partition {self.first_unsent.partition}"
        )


def main() -> int:
    """Send and say how many; return the exit code."""
    logs.to_stderr({"kafka": logging.ERROR, "py4j": logging.ERROR})
    try:
        sys.stdout.write(f"{resend(load(Settings), _arguments().reason)}\n")
    except UserError as error:
        return program.report(log, error)
    except (KafkaError, MariaDBError) as error:
        log.error("exiting: %s. Run it again: a message that is sent twice is stored once", error)  # noqa: TRY400
        return 1
    return 0


def resend(chosen: Settings, reason: str) -> Resender:
    """Send every open reject again whose reason begins so, as far as the view reaches now, in the topic's order."""
    with (
        Topic(chosen.kafka_bootstrap_servers, chosen.topic) as topic,
        Store(chosen, Transaction) as store,
        _connected(chosen.kafka_bootstrap_servers) as producer,
    ):
        resender = Resender(producer)
        for partition, span in _spans(topic, store).items():
            for page in _pages(store, partition, span, reason):
                for offset, message in zip(page, topic.messages(partition, page), strict=True):
                    resender.send(topic.name, Place(partition, offset), message)
                resender.settle()
        return resender


def _spans(topic: Topic, store: Store[Transaction]) -> Mapping[int, range]:
    """Return the offsets of each partition that the view holds; what is rejected meanwhile is for the next time."""
    snapshot = topic.snapshot()
    refuse_contract_1(topic, snapshot)
    with store.transaction() as tx:
        state = tx.lock_state()
    if state.topic_id is None:
        return {}
    check(state.positions, state.topic_id, snapshot, topic.fingerprints)
    return {partition: range(position.next_offset) for partition, position in sorted(state.positions.items())}


def _pages(store: Store[Transaction], partition: int, span: range, reason: str) -> Iterator[list[int]]:
    while True:
        with store.transaction() as tx:
            page = tx.open_offsets(partition, span, reason)
        if not page:
            return
        yield page
        span = range(page[-1] + 1, span.stop)


@contextmanager
def _connected(servers: str) -> Iterator[Any]:
    """Give an idempotent producer; at the end it is closed without another flush, which could wait for ever."""
    producer = KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id="processor",
        enable_idempotence=True,
        acks="all",
        linger_ms=50,
        batch_size=256 * 1024,
        allow_auto_create_topics=False,
        # After a delivery timeout the idempotent client leaves sends pending for ever: PATIENCE ends long before a day.
        delivery_timeout_ms=24 * 3600 * 1000,
    )
    try:
        yield producer
    finally:
        with suppress(KafkaTimeoutError):
            producer.close(timeout=5)


def _size(message: ConsumerRecord) -> int:
    return len(message.value or b"") + len(message.key or b"")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="processor.resend", description="Send rejected messages once more.")
    parser.add_argument("--reason", default="", help="only those whose reason begins so")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
