"""Where the stream goes on: the database says, and the topic must still be the one it speaks of."""

from common.errors import UserError
from processor.batch.commit import Clustering
from processor.edges.identity import check, check_unread
from processor.edges.mariadb import Store
from processor.edges.positions import State
from processor.edges.topic import Topic
from processor.edges.transaction import Transaction

OTHER_CONTRACT = (
    "Topic {} holds messages of contract 1, which this version does not read: docker compose down --volumes, then "
    "docker compose up sends the workbook again (customers erased before must be erased again)"
)


def resume(store: Store[Transaction], topic: Topic, clustering: Clustering) -> State:
    """Return what the database knows of the stream; binds an empty view to the topic and refuses a strange one."""
    snapshot = topic.snapshot()
    if topic.is_of_contract_1(snapshot):
        raise UserError(OTHER_CONTRACT.format(topic.name))
    with store.transaction() as tx:
        state = tx.lock_state()
        if state.topic_id is None:
            tx.claim(topic.name, snapshot.topic_id, snapshot.first_offsets)
            state = tx.lock_state()
        if state.generation is not None:
            clustering.refuse_other(*tx.model_kind(state.generation))
    check(state.positions, state.topic_id, snapshot, topic.fingerprints)
    check_unread(state.positions, snapshot)
    return state
