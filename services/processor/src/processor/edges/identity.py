"""Is the topic the one that the view was built from? Checked at the start and before every micro-batch."""

from collections.abc import Callable, Mapping

from common.errors import UserError
from processor.edges.positions import Fingerprint, Place, Position, Snapshot

REBUILD = (
    "To rebuild the view from the topic: make rebuild (without make: docker compose stop processor; "
    "docker compose run --rm db-init python -m db_init.rebuild; docker compose up)"
)

type Fingerprints = Callable[[list[Place]], Mapping[Place, Fingerprint | None]]
"""Returns the fingerprints of messages: None where the topic has no message, no entry where it cannot be read."""


def check(
    positions: Mapping[int, Position], stored_topic_id: str | None, topic: Snapshot, fingerprints: Fingerprints
) -> None:
    """Raise a `UserError` where the topic is not the one that the view was built from."""
    check_id(stored_topic_id, topic)
    if positions.keys() != topic.end_offsets.keys():
        raise UserError(
            f"The view in MariaDB has {len(positions)} partitions, the topic {len(topic.end_offsets)}: "
            f"an invoice may be in another partition now. {REBUILD}"
        )
    _check_ends(positions, topic)
    _check_last_messages(positions, topic, fingerprints)


def check_id(stored_topic_id: str | None, topic: Snapshot) -> None:
    """Raise a `UserError` where the topic has another id than the view's."""
    if topic.topic_id != stored_topic_id:
        raise UserError(
            f"The view in MariaDB was built from a topic with the id {stored_topic_id}, but Kafka's has "
            f"{topic.topic_id}: it was recreated. {REBUILD}"
        )


def check_unread(positions: Mapping[int, Position], topic: Snapshot) -> None:
    """Raise a `UserError` where messages were deleted from the topic that the view does not hold."""
    for partition, position in positions.items():
        first = topic.first_offsets[partition]
        if position.next_offset < first:
            raise UserError(
                f"Messages {position.next_offset} to {first - 1} of partition {partition} were deleted from the topic "
                f"before they were read; keep them longer (retention.ms=-1). {REBUILD}"
            )


def _check_ends(positions: Mapping[int, Position], topic: Snapshot) -> None:
    for partition, position in positions.items():
        end = topic.end_offsets[partition]
        if position.next_offset > end:
            raise UserError(
                f"Partition {partition} of the topic ends at {end}, but the view holds its messages up to "
                f"{position.next_offset - 1}: the topic is an older copy. Restore a newer one, or rebuild. {REBUILD}"
            )


def _check_last_messages(positions: Mapping[int, Position], topic: Snapshot, fingerprints: Fingerprints) -> None:
    expected = {
        Place(partition, position.next_offset - 1): position.last
        for partition, position in positions.items()
        if position.last is not None and position.next_offset > topic.first_offsets[partition]
    }
    found = fingerprints(list(expected))
    for place, last in expected.items():
        if found.get(place, last) != last:
            raise UserError(
                f"Message {place.offset} of partition {place.partition} is not the one in the view: the topic "
                f"is another copy. Restore the right one, or rebuild. {REBUILD}"
            )
