"""A topic of contract 1: recognised by the first message of a partition, and refused at the start."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from processor.edges.positions import Snapshot
from processor.edges.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD = [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1")]


class Consumer:
    """Kafka's consumer for single messages; has the headers of each partition's first message."""

    def __init__(self, firsts: Mapping[int, Any], offset: int) -> None:
        self._firsts, self._offset = firsts, offset
        self._assigned: list[TopicPartition] = []

    def assign(self, partitions: list[TopicPartition]) -> None:
        """Take partitions."""
        self._assigned = partitions

    def seek(self, _: TopicPartition, offset: int) -> None:
        """Expect the first message to be asked for."""
        assert offset == self._offset

    def poll(self, **_: int) -> dict[TopicPartition, list[Any]]:
        """Return the first message."""
        (partition,) = self._assigned
        return {partition: [SimpleNamespace(offset=self._offset, headers=self._firsts[partition.partition])]}

    def close(self) -> None:
        """Close."""


@pytest.mark.parametrize(
    ("firsts", "expected"),
    [
        pytest.param({0: [], 1: []}, False, id="no headers"),
        pytest.param({0: [], 1: OLD}, True, id="one partition of contract 1"),
        pytest.param({0: [("traceparent", b"1")]}, False, id="headers of others"),
        pytest.param({0: [("traceparent", b"1"), *OLD]}, False, id="not in front"),
        pytest.param({}, False, id="an empty topic"),
    ],
)
def test_the_first_messages_tell_contract_1(
    firsts: Mapping[int, Any], *, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A topic is of contract 1 where the first header of a partition's first message is that contract's."""
    consumer = Consumer(firsts, 7)
    for client in (KafkaAdminClient, KafkaConsumer):
        monkeypatch.setattr(f"processor.edges.topic.{client.__name__}", lambda **_: consumer)
    ends = {0: 7, 1: 7} | dict.fromkeys(firsts, 8)
    with Topic("kafka:9092", "online-retail") as topic:
        assert topic.is_of_contract_1(Snapshot("id", dict.fromkeys(ends, 7), ends)) == expected
