"""The topic must be the one that the view was made from."""

from __future__ import annotations

import pytest

from common.errors import UserError
from processor.edges.identity import check, check_unread
from processor.edges.positions import Fingerprint, Place, Position, Snapshot

LAST = Fingerprint(1000, 42)


def checked(
    position: Position, *, topic_id: str = "a", first: int = 0, end: int = 10, last: Fingerprint | None = LAST
) -> None:
    """Check a view of topic `a` with one partition against a topic, as the start does."""
    topic = Snapshot(topic_id, {0: first}, {0: end})
    check({0: position}, "a", topic, lambda places: dict.fromkeys(places, last))
    check_unread({0: position}, topic)


@pytest.mark.parametrize(
    "position",
    [
        pytest.param(Position(0, None), id="nothing committed"),
        pytest.param(Position(5, LAST), id="in the middle"),
        pytest.param(Position(10, LAST), id="at the end"),
    ],
)
def test_the_stream_goes_on_in_its_own_topic(position: Position) -> None:
    """The same topic with at least the committed messages is taken."""
    checked(position)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param({"topic_id": "b"}, "it was recreated", id="recreated"),
        pytest.param({"end": 4}, "an older copy", id="restored from an older copy"),
        pytest.param({"last": Fingerprint(1000, 43)}, "another copy", id="restored and written on"),
        pytest.param({"last": None}, "another copy", id="no message where one was committed"),
        pytest.param({"first": 7}, "Messages 5 to 6 of partition 0 were deleted", id="unread messages deleted"),
    ],
)
def test_another_topic_is_refused_with_the_way_out(arguments: dict[str, object], expected: str) -> None:
    """A topic that is not the view's, or lost unread messages, is refused, and the error says how to continue."""
    with pytest.raises(UserError, match=f"{expected}.*make rebuild"):
        checked(Position(5, LAST), **arguments)


def test_another_number_of_partitions_is_refused() -> None:
    """With more partitions an invoice may change its partition."""
    snapshot = Snapshot("a", {0: 0, 1: 0}, {0: 10, 1: 0})
    with pytest.raises(UserError, match="knows 1 partitions and the topic has 2"):
        check({0: Position(5, LAST)}, "a", snapshot, lambda places: dict.fromkeys(places, LAST))


def test_deleted_messages_that_were_read_are_no_loss() -> None:
    """Retention may delete what is in the view already, its last message included."""
    checked(Position(5, LAST), first=5, last=None)


def test_all_partitions_are_asked_at_once() -> None:
    """The last messages of all partitions are wanted in one request, and none of a partition that has none."""
    asked: list[list[Place]] = []
    positions = {0: Position(5, LAST), 1: Position(0, None), 2: Position(7, LAST)}

    def fingerprints(places: list[Place]) -> dict[Place, Fingerprint | None]:
        asked.append(places)
        return dict.fromkeys(places, LAST)

    check(positions, "a", Snapshot("a", dict.fromkeys(positions, 0), dict.fromkeys(positions, 10)), fingerprints)
    assert asked == [[Place(0, 4), Place(2, 6)]]


def test_a_batch_in_hand_may_hold_what_was_deleted_since() -> None:
    """Before a commit, messages that were deleted after they were read are no reason to refuse the topic."""
    check({0: Position(5, LAST)}, "a", Snapshot("a", {0: 7}, {0: 10}), lambda places: dict.fromkeys(places, None))
