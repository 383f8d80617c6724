"""The stream's state, as the header of every page shows it."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Literal, NamedTuple

from dashboard.reconciliation import Counted
from dashboard.remaining import Sending
from dashboard.snapshots import Away, Look, Stand

LIVE_SECONDS = 10
STALLED_SECONDS = 60

type Kind = Literal["live", "idle", "stalled", "kafka-away", "database-away"]


class State(NamedTuple):
    """A kind for the colour of the dot, its word, and how many messages wait (None: unknown); since when it is so.

    And what changes while the view does not: times, never ages, which would make each answer another one.
    """

    kind: Kind
    word: str
    waiting: int | None
    since: dt.datetime | None = None  # UTC; of what is wrong
    ends: Mapping[int, int] | None = None  # Kafka's end offsets; None: Kafka is away
    sending: Sending | None = None  # None: the producer's file is not there
    counted: Counted | None = None  # None: not counted yet
    kafka_gone: dt.datetime | None = None  # UTC; since when Kafka is away, whatever the word says


class Waiting:
    """Since when messages wait without a commit. A stream that was idle for an hour is not stalled by its next line."""

    def __init__(self) -> None:
        self._since: float | None = None
        self.moment: dt.datetime | None = None  # the same as time of day, UTC
        self._stand: Stand | None = None

    def seconds(self, look: Look, waiting: int | None, now: float) -> float:
        """Return for how long messages have waited; 0 if none do."""
        if not waiting or look.stand != self._stand:
            self._since, self.moment, self._stand = None, None, look.stand
        if waiting and self._since is None:
            self._since, self.moment = now, _now()
        return now - self._since if self._since is not None else 0.0


class Observer:
    """Tells the state from looks at the view and the topic's end offsets."""

    def __init__(self) -> None:
        self._waiting = Waiting()
        self.ends: dict[int, int] | None = None  # None: Kafka is away
        self.kafka_gone: dt.datetime | None = None  # UTC; since when

    def state(self, look: Look | None, away: Away | None, now: float | None = None) -> State:
        """Return the state now; `look` is the last one that succeeded."""
        now = time.monotonic() if now is None else now
        self.kafka_gone = None if self.ends is not None else self.kafka_gone or _now()
        waiting = None if look is None or self.ends is None else behind(self.ends, look.next_offsets)
        if away is not None or look is None:
            return State("database-away", "database away", None, away.since if away else None)
        waited = self._waiting.seconds(look, waiting, now)
        age = None if look.commit_age is None else look.commit_age + now - look.taken
        if age is not None and age <= LIVE_SECONDS:
            return State("live", "live", waiting)
        if waiting is None:
            return State("kafka-away", "Kafka away", None, self.kafka_gone)
        if waiting == 0:
            return State("idle", "idle", 0)
        # A large micro-batch may take more than ten seconds.
        if waited < STALLED_SECONDS:
            return State("live", "live", waiting)
        return State("stalled", "stalled", waiting, self._waiting.moment)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def behind(ends: Mapping[int, int], next_offsets: Mapping[int, int]) -> int:
    """Return how many messages are behind the committed ones; all of a partition that has no commit."""
    return sum(behind_of(ends, next_offsets).values())


def behind_of(ends: Mapping[int, int], next_offsets: Mapping[int, int]) -> dict[int, int]:
    """Return the same of each partition."""
    return {partition: max(end - next_offsets.get(partition, 0), 0) for partition, end in ends.items()}
