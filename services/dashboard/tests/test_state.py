"""The word in the header, over time."""

import datetime as dt
from typing import Any

import pytest

from dashboard.snapshots import Away, Look, Stand
from dashboard.state import Observer, behind

AWAY = Away("MariaDB does not answer", dt.datetime(2026, 11, 26, 12, 3, tzinfo=dt.UTC))


def look(batch: int, age: float | None, taken: float, read: int = 100) -> Look:
    """Return a look at a view that has read the messages below `read`."""
    stand = Stand(batch, None, None, 0, None, None, 0, 0)
    return Look(stand, age, {0: read}, taken)


# Steps of (seconds, look, end of the topic or None, the word that the header must have).
STORIES: dict[str, list[tuple[float, Look, int | None, str]]] = {
    "a commit is live for ten seconds, then nothing waits": [
        (0, look(1, 1, 0), 100, "live"),
        (9, look(1, 10, 9), 100, "live"),
        (10, look(1, 11, 10), 100, "idle"),
    ],
    "a stream that stands still while messages wait is stalled after a minute": [
        (0, look(1, 0, 0), 150, "live"),
        (30, look(1, 30, 30), 150, "live"),
        (61, look(1, 61, 61), 150, "stalled"),
        (62, look(2, 0, 62, read=150), 150, "live"),
    ],
    "an idle stream is not stalled by its next line": [
        (0, look(1, 3600, 0), 100, "idle"),
        (10, look(1, 3610, 10), 101, "live"),
        (71, look(1, 3671, 71), 101, "stalled"),
    ],
    "a commit starts the minute again": [
        (0, look(1, 0, 0), 150, "live"),
        (50, look(2, 0, 50), 180, "live"),
        (100, look(2, 50, 100), 180, "live"),
        (111, look(2, 61, 111), 180, "stalled"),
    ],
    "nothing was ever committed": [
        (0, look(0, None, 0, read=0), 0, "idle"),
        (1, look(0, None, 1, read=0), 500, "live"),
        (70, look(0, None, 70, read=0), 500, "stalled"),
    ],
    "without Kafka a commit is still live": [
        (0, look(1, 2, 0), None, "live"),
        (60, look(1, 62, 60), None, "Kafka away"),
    ],
    "a look that is old counts on": [(0, look(1, 2, 0), 100, "live"), (20, look(1, 2, 0), 100, "idle")],
}


@pytest.mark.parametrize("story", STORIES)
def test_the_state_over_time(story: str) -> None:
    """Each step of the story has its word."""
    observer = Observer()
    words = []
    for now, seen, end, _ in STORIES[story]:
        observer.ends = None if end is None else {0: end}
        words.append(observer.state(seen, None, now).word)
    assert words == [word for *_, word in STORIES[story]]


@pytest.mark.parametrize("seen", [None, look(1, 1, 0)])
def test_the_database_is_away(seen: Any) -> None:
    """Nothing else is known then."""
    assert Observer().state(seen, AWAY if seen else None, 0).kind == "database-away"


@pytest.mark.parametrize(
    ("ends", "read", "waiting"),
    [({0: 10, 1: 20}, {0: 10, 1: 20}, 0), ({0: 10, 1: 20}, {0: 4}, 26), ({0: 10}, {0: 12}, 0), ({}, {0: 3}, 0)],
)
def test_what_waits(ends: dict[int, int], read: dict[int, int], waiting: int) -> None:
    """A partition without a commit waits as a whole; offsets that were read after the ends count as none."""
    assert behind(ends, read) == waiting
