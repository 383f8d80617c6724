"""A program: send rejected messages again, after the cause was fixed.

    python3 -m processor.resend [--reason PREFIX]

Each is read from the topic, the source of truth, and sent to its own partition again: the same key and bytes, and in
front of them the place of the rejected message. The processor lets it take that place once, however often it is sent.
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
from processor.stream.records import resent
from processor.stream.resume import refuse_contract_1

ACKNOWLEDGE_SECONDS = 300  # seconds that Kafka may take to acknowledge messages in flight
IN_FLIGHT = 16 * 1024 * 1024  # bytes: the client itself has no limit
LARGEST = 1_000_000  # bytes with the key; Kafka takes 1 MiB, and no sales line has a tenth of it

log = logging.getLogger("processor")


class Resender:
    """Sends messages again; counts those sent and those skipped."""

    def __init__(self, producer: Any) -> None:
        self.sent = self.skipped = 0
        self.first_skipped: Place | None = None
        self._producer = producer
        self._futures: list[Any] = []
        self._bytes = 0

    def send(self, topic: str, place: Place, message: ConsumerRecord | None) -> None:
        """Send the message of a place to the same partition again; wait while too many bytes are in flight."""
        if message is None or (size := _size(message)) > LARGEST:
            self.skipped += 1
            self.first_skipped = self.first_skipped or place
            return
        value = resent(message.value, place)
        future = self._producer.send(topic, value, message.key or b"", partition=place.partition)
        self._futures.append(future)
        self._bytes += size
        if self._bytes > IN_FLIGHT:
            self.settle()

    def settle(self) -> None:
        """Wait until all sent messages are in the topic."""
        for future in self._futures:
            future.get(timeout=ACKNOWLEDGE_SECONDS)
        self.sent += len(self._futures)
        self._futures, self._bytes = [], 0

    def __str__(self) -> str:
        sent = f"resent {self.sent:,} rejected messages"
        if self.first_skipped is None:
            return sent
        return (
            f"{sent}, skipped {self.skipped:,} that are no longer in the topic, too large or unreadable here; the "
            f"first: message {self.first_skipped.offset} of partition {self.first_skipped.partition}"
        )


def main() -> int:
    """Send and print how many; return the exit code."""
    logs.to_stderr({"kafka": logging.ERROR, "py4j": logging.ERROR})
    try:
        sys.stdout.write(f"{resend(load(Settings), _arguments().reason)}\n")
    except UserError as error:
        return program.report(log, error)
    except (KafkaError, MariaDBError) as error:
        log.error("exiting: %s; run it again: a message that is sent twice is stored once", error)  # noqa: TRY400
        return 1
    return 0


def resend(chosen: Settings, reason: str) -> Resender:
    """Resend the open rejects whose reason starts with a text, as far as the view has got, in the topic's order."""
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
    """Return the offsets of each partition that the view holds; later rejects are for the next run."""
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
    """Yield an idempotent producer, closed without another flush, which could wait for ever."""
    producer = KafkaProducer(
        bootstrap_servers=servers.split(","),
        client_id="processor",
        enable_idempotence=True,
        acks="all",
        linger_ms=50,
        batch_size=256 * 1024,
        allow_auto_create_topics=False,
        # After a delivery timeout the idempotent client leaves sends pending for ever: ACKNOWLEDGE_SECONDS is shorter.
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
    parser = argparse.ArgumentParser(prog="processor.resend", description="Send rejected messages again.")
    parser.add_argument("--reason", default="", help="only those whose reason starts with this")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
