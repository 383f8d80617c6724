"""What Kafka says of the topic beside its messages: identity, ends, single records."""

import logging
import zlib
from typing import Self

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError, for_code
from tenacity import before_sleep_log, retry, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from processor.progress import Fingerprint, Place, Snapshot

CLIENT_ID = "processor"
TIMEOUT_MS = 30_000

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
        """Return identity and offsets; waits for the topic to be made."""
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
        """Return the fingerprints of messages; None where the topic has none at the place."""
        return {place: self._fingerprint(place) for place in places}

    def _fingerprint(self, place: Place) -> Fingerprint | None:
        partition = TopicPartition(self.name, place.partition)
        self._consumer.assign([partition])
        self._consumer.seek(partition, place.offset)
        records = self._consumer.poll(timeout_ms=TIMEOUT_MS, max_records=1).get(partition, [])
        self._consumer.assign([])
        if not records:
            raise KafkaTimeoutError(
                f"message {place.offset} of partition {place.partition} did not come within {TIMEOUT_MS} ms"
            )
        if records[0].offset != place.offset:
            return None
        return Fingerprint(records[0].timestamp, zlib.crc32(records[0].value or b""))


@patient
def _connect(bootstrap_servers: str) -> tuple[KafkaAdminClient, KafkaConsumer]:
    servers = bootstrap_servers.split(",")
    admin = KafkaAdminClient(bootstrap_servers=servers, client_id=CLIENT_ID)
    return admin, KafkaConsumer(bootstrap_servers=servers, client_id=CLIENT_ID, enable_auto_commit=False)


def _by_partition(offsets: dict[TopicPartition, int]) -> dict[int, int]:
    return {place.partition: offset for place, offset in offsets.items()}
