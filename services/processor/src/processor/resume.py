"""Where the stream goes on: the database says, and the topic must still be the one it speaks of."""

from collections.abc import Callable, Mapping

from processor.batch import Clustering
from processor.mistake import ANEW, Mistake
from processor.progress import Fingerprint, Position, State
from processor.store import Store
from processor.topic import Snapshot, Topic


def resume(store: Store, topic: Topic, clustering: Clustering) -> State:
    """Return what the database knows of the stream; binds an empty view to the topic and refuses a strange one."""
    snapshot = topic.snapshot()
    with store.transaction() as tx:
        state = tx.lock_state()
        if state.topic_id is None:
            tx.claim(topic.name, snapshot.topic_id, snapshot.first_offsets)
            state = tx.lock_state()
        if state.generation is not None:
            clustering.refuse_other(*tx.model_kind(state.generation))
    check(state.positions, str(state.topic_id), snapshot, topic.fingerprint)
    return state


def check(
    positions: Mapping[int, Position],
    stored_topic_id: str,
    topic: Snapshot,
    fingerprint: Callable[[int, int], Fingerprint | None],
) -> None:
    """Raise a `Mistake` where the topic is not the one that the view was made from, or lacks unread messages."""
    if topic.topic_id != stored_topic_id:
        raise Mistake(
            f"The view in MariaDB was made from a topic with the id {stored_topic_id}, but Kafka's has "
            f"{topic.topic_id}: it was deleted and made again. {ANEW}"
        )
    if positions.keys() != topic.end_offsets.keys():
        raise Mistake(
            f"The view in MariaDB knows {len(positions)} partitions and the topic has {len(topic.end_offsets)}: "
            f"with another count an invoice may change its partition. {ANEW}"
        )
    for partition, position in positions.items():
        _check_partition(partition, position, topic, fingerprint)


def _check_partition(
    partition: int, position: Position, topic: Snapshot, fingerprint: Callable[[int, int], Fingerprint | None]
) -> None:
    first, end = topic.first_offsets[partition], topic.end_offsets[partition]
    if position.next_offset < first:
        raise Mistake(
            f"Messages {position.next_offset} to {first - 1} of partition {partition} were deleted from the topic "
            f"before they were read; keep them longer (retention.ms=-1). {ANEW}"
        )
    if position.next_offset > end:
        raise Mistake(
            f"Partition {partition} of the topic ends at {end}, but the view holds its messages up to "
            f"{position.next_offset - 1}: the topic is an older copy. Restore a newer one. {ANEW}"
        )
    last = position.next_offset - 1
    if position.last is None or last < first:
        return
    if fingerprint(partition, last) != position.last:
        raise Mistake(
            f"Message {last} of partition {partition} is not the one that the view holds: the topic is another copy. "
            f"Restore the right one. {ANEW}"
        )
