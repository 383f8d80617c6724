"""The topic's end offsets, read from Kafka: what is behind the committed ones waits."""

import logging
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError, for_code

from dashboard.settings import Settings

TIMEOUT_MS = 5_000

log = logging.getLogger("dashboard")


class KafkaAway(Exception):  # noqa: N818 - a state that passes
    """Kafka, or the topic, is not there."""


class Topic:
    """The topic; connects when asked, and again after an error. Used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._servers = settings.kafka_bootstrap_servers.split(",")
        self._name = settings.topic
        self._admin: Any = None

    def ends(self) -> dict[int, int]:
        """Return the end offset of each partition; raises `KafkaAway`."""
        try:
            return self._ends()
        except (KafkaError, OSError, RuntimeError) as error:
            self.close()
            raise KafkaAway(str(error) or type(error).__name__) from error

    def _ends(self) -> dict[int, int]:
        if self._admin is None:
            self._admin = KafkaAdminClient(
                bootstrap_servers=self._servers,
                client_id="dashboard",
                bootstrap_timeout_ms=TIMEOUT_MS,
                request_timeout_ms=TIMEOUT_MS,
            )
        (description,) = self._admin.describe_topics([self._name])
        if description["error_code"]:
            raise for_code(description["error_code"])(f"topic {self._name}")
        partitions = [TopicPartition(self._name, part["partition_index"]) for part in description["partitions"]]
        # The admin client follows a partition to its new leader; the consumer's end_offsets() does not.
        found = self._admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST), timeout_ms=TIMEOUT_MS)
        return {place.partition: end.offset for place, end in found.items()}

    def close(self) -> None:
        """Close the connection."""
        admin, self._admin = self._admin, None
        if admin is not None:
            admin.close()
