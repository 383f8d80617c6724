"""Where the stream resumes: at the stored positions, where the topic is still the one that they belong to."""

from common.errors import UserError
from processor.batch.commit import Clustering
from processor.batch.transaction import Transaction
from processor.edges.identity import check, check_unread
from processor.edges.mariadb import Store
from processor.edges.positions import Snapshot, State
from processor.edges.topic import Topic


def resume(store: Store[Transaction], topic: Topic, clustering: Clustering) -> State:
    """Return the stored state of the stream; binds an empty view to the topic, refuses another topic."""
    snapshot = topic.snapshot()
    refuse_contract_1(topic, snapshot)
    with store.transaction() as tx:
        state = tx.lock_state()
        if state.topic_id is None:
            tx.claim(topic.name, snapshot.topic_id, snapshot.first_offsets)
            state = tx.lock_state()
        if state.generation is not None:
            clustering.refuse_other(*tx.models.kind(state.generation))
    check(state.positions, state.topic_id, snapshot, topic.fingerprints)
    check_unread(state.positions, snapshot)
    return state


def refuse_contract_1(topic: Topic, snapshot: Snapshot) -> None:
    """Raise a `UserError` where the topic holds messages of contract 1, with fields in headers."""
    if topic.is_of_contract_1(snapshot):
        raise UserError(
            f"Topic {topic.name} holds messages of contract 1, which this version does not read: docker compose down "
            "--volumes, then docker compose up streams the workbook again; repeat the erasures of customers"
        )
