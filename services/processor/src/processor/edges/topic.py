"""The topic's identity, offsets and single messages, read from Kafka without Spark."""

import logging
import zlib
from collections.abc import Iterable, Iterator
from typing import Self

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import CorruptRecordError, KafkaError, KafkaTimeoutError, UnsupportedCodecError, for_code
from tenacity import before_sleep_log, retry, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from processor.edges.positions import Fingerprint, Place, Snapshot

HEADER_OF_CONTRACT_1 = ("contract", b"1")
CLIENT_ID = "processor"
TIMEOUT_MS = 30_000
CHUNK = 2_000  # messages: about as many as a producer's batch of 256 KiB holds
# A compression that this client lacks, or a header's name that is not UTF-8.
UNREADABLE = (UnsupportedCodecError, CorruptRecordError)

log = logging.getLogger("processor")

patient = retry(
    retry=retry_if_exception_type(KafkaError),
    wait=wait_exponential_jitter(multiplier=0.5, max=5),
    stop=stop_after_delay(120),
    before_sleep=before_sleep_log(log, logging.WARNING),
    reraise=True,
)


class Topic:
    """A topic of a Kafka cluster; used by one thread at a time."""

    def __init__(self, bootstrap_servers: str, name: str) -> None:
        self.name = name
        self._admin, self._consumer = _connect(bootstrap_servers)
        self._partitions: list[TopicPartition] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()
        self._admin.close()

    @patient
    def snapshot(self) -> Snapshot:
        """Return identity and offsets; retries until the topic exists."""
        (description,) = self._admin.describe_topics([self.name])
        if description["error_code"]:
            raise for_code(description["error_code"])(f"topic {self.name}")
        partitions = [TopicPartition(self.name, part["partition_index"]) for part in description["partitions"]]
        self._partitions = partitions
        return Snapshot(
            topic_id=str(description["topic_id"]),
            first_offsets=_by_partition(self._consumer.beginning_offsets(partitions)),
            end_offsets=_by_partition(self._consumer.end_offsets(partitions)),
        )

    @patient
    def fingerprints(self, places: list[Place]) -> dict[Place, Fingerprint | None]:
        """Return the fingerprints of messages; None where the topic has none at the place.

        Messages that this client cannot read, though Spark's can, are left out: anyone may write to the topic.
        """
        found: dict[Place, Fingerprint | None] = {}
        for place in places:
            try:
                message = self._read(place, max_records=1).get(place.offset)
            except UNREADABLE as error:
                log.warning(
                    "message %d of partition %d is not compared with the view, as this client cannot read it: %s",
                    *reversed(place),
                    error,
                )
            else:
                found[place] = message and Fingerprint(message.timestamp, zlib.crc32(message.value or b""))
        return found

    @patient
    def is_of_contract_1(self, topic: Snapshot) -> bool:
        """Return whether a partition's first message has the headers of contract 1; later messages have none."""
        firsts = [Place(part, first) for part, first in topic.first_offsets.items() if first < topic.end_offsets[part]]
        return any(HEADER_OF_CONTRACT_1 in self._headers(place) for place in firsts)

    def _headers(self, place: Place) -> list[tuple[str, bytes | None]]:
        try:
            return [header for message in self._read(place, max_records=1).values() for header in message.headers[:1]]
        except UNREADABLE:
            return []

    def messages(self, partition: int, offsets: Iterable[int]) -> Iterator[ConsumerRecord | None]:
        """Yield the messages at ascending offsets, None for one that is missing or cannot be read."""
        first = self.snapshot().first_offsets[partition]
        chunk: dict[int, ConsumerRecord] = {}
        for offset in offsets:
            if offset not in chunk:
                chunk = self._chunk(Place(partition, offset)) if offset >= first else {}
            yield chunk.get(offset)

    @patient
    def _chunk(self, place: Place) -> dict[int, ConsumerRecord]:
        try:
            return self._read(place, max_records=CHUNK)
        except UNREADABLE:
            return {}

    def _read(self, place: Place, max_records: int) -> dict[int, ConsumerRecord]:
        """Return messages by offset, from a place on, at least one; the place must not be after the last message."""
        partition = TopicPartition(self.name, place.partition)
        self._consumer.assign([partition])
        self._consumer.seek(partition, place.offset)
        try:
            messages = self._consumer.poll(timeout_ms=TIMEOUT_MS, max_records=max_records).get(partition, [])
        finally:
            self._consumer.assign([])
        if not messages:
            raise KafkaTimeoutError(
                f"message {place.offset} of partition {place.partition} was not received within {TIMEOUT_MS} ms"
            )
        return {message.offset: message for message in messages}


@patient
def _connect(bootstrap_servers: str) -> tuple[KafkaAdminClient, KafkaConsumer]:
    servers = bootstrap_servers.split(",")
    admin = KafkaAdminClient(bootstrap_servers=servers, client_id=CLIENT_ID)
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        client_id=CLIENT_ID,
        enable_auto_commit=False,
        # Only single messages are needed: fetch no more than the batch that holds one.
        max_partition_fetch_bytes=1,
        # In Python it takes longer than everything else, and a fingerprint is itself a checksum.
        check_crcs=False,
    )
    return admin, consumer


def _by_partition(offsets: dict[TopicPartition, int]) -> dict[int, int]:
    return {place.partition: offset for place, offset in offsets.items()}
