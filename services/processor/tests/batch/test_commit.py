"""The steps of a micro-batch, on a database in memory."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import pytest
from fake_store import TOPIC_ID, FakeStore
from made import DIGEST, line, reject, table

from common.errors import UserError
from processor.batch.commit import Clustering, Committed, ReadBatch, commit, lag_behind
from processor.batch.order import GapError
from processor.batch.resent import NOT_OPEN
from processor.edges.positions import Erasure, Fingerprint, OffsetRange, Place, Position, Source

if TYPE_CHECKING:
    from processor.edges.positions import Snapshot

POSITIONS = {0: Position(5, None), 1: Position(7, None)}
CLUSTERING = Clustering(2, "log", 1.0, "batches")


def committed(
    store: FakeStore, *lines: dict[str, Any], topic: Snapshot | None = None, percent: int = 100
) -> Committed | None:
    """Commit a micro-batch of lines."""
    batch = ReadBatch(table(*lines), time.monotonic())
    with store.transaction() as tx:
        return commit(batch, tx, CLUSTERING, cached=None, topic=topic or store.snapshot(), max_rejected_percent=percent)  # type: ignore[arg-type]


def stored(store: FakeStore, name: str) -> dict[Place, dict[str, Any]]:
    """Return the lines of a table."""
    return store.content.tables[f"{name}_Online_Retail"]


def test_lag_counts_all_partitions() -> None:
    """Messages wait behind the batch in its own partitions, and in those of which it holds nothing."""
    ranges = {0: OffsetRange(5, 8, Fingerprint(0, 0))}
    assert lag_behind({0: 10, 1: 9}, POSITIONS, ranges) == (10 - 8) + (9 - 7)


def test_lag_is_never_negative() -> None:
    """The topic's end was asked for before the batch was read to its own end."""
    assert lag_behind({0: 6, 1: 7}, POSITIONS, {0: OffsetRange(5, 8, Fingerprint(0, 0))}) == 0


def test_each_line_goes_its_way() -> None:
    """British, other and rejected lines go into their tables, and the view moves on behind them."""
    store = FakeStore()
    done = committed(store, line((0, 0)), line((0, 1), country="France"), reject((0, 2)))
    assert [list(stored(store, name)) for name in ("British", "Other", "Rejected")] == [[(0, 0)], [(0, 1)], [(0, 2)]]
    assert done is not None
    assert done.positions == store.content.positions == {0: Position(3, Fingerprint(1002, 2))}
    assert store.content.received == {Source(DIGEST, 1, 0): 2}


def test_a_batch_that_comes_twice_writes_nothing() -> None:
    """The second time nothing is new."""
    store = FakeStore()
    committed(store, line((0, 0)))
    before = store.content
    assert committed(store, line((0, 0))) is None
    assert store.content == before


def test_repetitions_are_counted() -> None:
    """Of the rejected, the report says how many had been received before."""
    store = FakeStore()
    done = committed(store, line((0, 0), 5), line((0, 1), 5), reject((0, 2)), line((0, 3), resent=(0, 0)))
    assert done is not None
    assert (done.report.rejected, done.report.repeated) == (3, 2)


def test_a_reject_sent_again_takes_its_place_once() -> None:
    """Sent again twice, in batches of their own, a corrected message is stored once."""
    store = FakeStore()
    committed(store, line((0, 0), 9), reject((0, 1)))
    committed(store, line((0, 2), 4, resent=(0, 1)))
    committed(store, line((0, 3), 4, resent=(0, 1)))
    assert list(stored(store, "British")) == [(0, 0), (0, 2)]
    assert stored(store, "Rejected")[Place(0, 3)]["reason"] == NOT_OPEN
    assert store.content.resent == {Place(0, 1): Place(0, 2)}
    assert store.content.received == {Source(DIGEST, 1, 0): 9}


def test_any_split_settles_what_was_sent_again_alike() -> None:
    """Whether rejects and what carries them come in one batch or each in its own, the view is the same."""
    lines = [
        reject((0, 0)), reject((0, 1)), line((0, 2), 7), reject((0, 3), resent=(0, 0)), line((0, 4), 1, resent=(0, 1)),
        line((0, 5), 1, resent=(0, 1)), line((0, 6), 2, resent=(0, 3)), reject((0, 7), resent=(0, 3)),
        line((0, 8), 2, resent=(0, 7)),
    ]  # fmt: skip
    together, apart = FakeStore(), FakeStore()
    committed(together, *lines)
    for one in lines:
        committed(apart, one)
    assert together.content.resent == apart.content.resent
    assert stored(together, "Rejected") == stored(apart, "Rejected")
    assert list(stored(together, "British")) == list(stored(apart, "British")) == [(0, 2), (0, 4), (0, 6)]


def test_an_erased_customer_does_not_come_back() -> None:
    """A rebuilt view keeps out what was erased: the customer's number, rejected messages, and both sent again."""
    store = FakeStore()
    store.content.erasures = [Erasure(hashlib.sha256(b"a").hexdigest(), 0, 4)]
    committed(store, line((0, 0), customer="a"), line((0, 1), customer="b"), reject((0, 2)), reject((0, 3)))
    committed(store, reject((0, 4), resent=(0, 2)), line((0, 5), customer="a", resent=(0, 3)), reject((0, 6)))
    committed(store, line((0, 7), customer="a", resent=(0, 4)), line((0, 8), 20, customer="a"))
    customers = {place.offset: row["CustomerID"] for place, row in stored(store, "British").items()}
    assert customers == {0: None, 1: "b", 5: None, 7: None, 8: "a"}
    messages = {place.offset: row["message"] for place, row in stored(store, "Rejected").items()}
    assert messages == {2: None, 3: None, 4: None, 6: b"x"}


def test_too_many_rejects_leave_the_view_as_it_was() -> None:
    """A micro-batch over the limit is not written, rejects and lines alike."""
    store = FakeStore()
    committed(store, *(line((0, offset)) for offset in range(600)))
    before = store.content
    with pytest.raises(UserError, match="700 of the last 1,300 messages"):
        committed(store, *(reject((0, offset)) for offset in range(600, 1300)), percent=50)
    assert store.content == before


def test_a_topic_made_again_is_refused_under_the_lock() -> None:
    """Where the topic is not the one that the view is bound to, nothing is written."""
    store = FakeStore()
    with pytest.raises(UserError, match="it was recreated"):
        committed(store, line((0, 0)), topic=store.snapshot("another"))
    assert store.snapshot(TOPIC_ID).end_offsets == {0: 0}


def test_a_view_that_was_emptied_ends_the_stream() -> None:
    """Emptied while the stream runs, the view is bound to no topic: the next start rebuilds it."""
    store = FakeStore()
    store.content.topic_id = None
    with pytest.raises(GapError, match="emptied"):
        committed(store, line((0, 0)))
