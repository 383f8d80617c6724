"""A topic in micro-batches with gaps, repetitions and crashes: in the end each line is in the view once."""

from __future__ import annotations

import hashlib
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from fake_store import FakeStore
from hypothesis import given, settings
from hypothesis import strategies as st
from made import line, reject, table

from processor.batch.commit import Clustering, ReadBatch, commit
from processor.batch.order import GapError
from processor.batch.repetitions import REPETITION
from processor.batch.resent import NOT_OPEN
from processor.edges.positions import Place, Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from processor.batch.commit import Model

    type Topic = Sequence[Sequence[dict[str, Any]]]

CLUSTERING = Clustering(2, "log", 1.0, "batches")
DIGESTS = tuple(hashlib.sha256(name).hexdigest()[:16] for name in (b"a workbook", b"another"))


class Message(NamedTuple):
    """A message to be built: what it holds, relative to those before it in its partition."""

    kind: str
    source: int
    run: int
    ahead: int  # of the source's last row; 0 and less is a repeated row
    resends: int | None  # the message that many places before it, which may or may not be an open reject


class Delivery(NamedTuple):
    """A micro-batch: for each partition, how far from the next message it starts, and how many it holds."""

    spans: Sequence[tuple[int, int]]
    has_crash: bool  # before the commit
    is_restarted: bool  # without any state in memory


MESSAGES = st.builds(
    Message,
    kind=st.sampled_from(["British", "British", "other", "reject"]),
    source=st.integers(0, len(DIGESTS) - 1),
    run=st.integers(1, 2),
    ahead=st.sampled_from([1, 1, 1, 3, 0, -1]),
    resends=st.sampled_from([None, None, None, 1, 2, 3]),
)


def topics() -> SearchStrategy[Topic]:
    """Return topics of up to three partitions."""
    partitions = st.lists(st.lists(MESSAGES, max_size=25), min_size=1, max_size=3)
    return partitions.map(lambda found: [filled(place, messages) for place, messages in enumerate(found)])


def deliveries() -> SearchStrategy[list[Delivery]]:
    """Return deliveries that overlap, repeat and skip messages; skipped ones come last."""
    span = st.tuples(st.integers(-4, 2), st.integers(0, 8))
    return st.lists(st.builds(Delivery, st.tuples(span, span, span), st.booleans(), st.booleans()), max_size=12)


def filled(partition: int, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return the lines of a partition."""
    rows: dict[tuple[int, int], int] = {}
    lines = []
    for offset, message in enumerate(messages):
        key = message.source, message.run
        row = max(1, rows.get(key, 0) + message.ahead)
        origin = None if message.resends is None else (partition, max(0, offset - message.resends))
        if message.kind == "reject":
            lines.append(reject((partition, offset), resent=origin))
            continue
        if origin is None:
            rows[key] = max(row, rows.get(key, 0))
        source = Source(DIGESTS[message.source], message.run, partition)
        country = "United Kingdom" if message.kind == "British" else "France"
        lines.append(line((partition, offset), row, country=country, source=source, resent=origin))
    return lines


class World:
    """A view, and the state of a processor that fills it."""

    def __init__(self, topic: Topic) -> None:
        self.store, self._topic = FakeStore(len(topic)), topic
        self._model: Model | None = None

    def next_offsets(self) -> list[int]:
        """Return how far the view reaches in each partition."""
        return [position.next_offset for _, position in sorted(self.store.content.positions.items())]

    def hand_over(self, delivery: Delivery) -> None:
        """Commit a micro-batch, or fail as the writer would: only a gap or a crash changes nothing."""
        if delivery.is_restarted:
            self._model = None
        spans = [
            (min(max(0, offset + shift), len(lines)), min(max(0, offset + shift) + count, len(lines)))
            for lines, offset, (shift, count) in zip(self._topic, self.next_offsets(), delivery.spans, strict=False)
        ]
        before = self.next_offsets()
        has_gap = any(offset < start < end for offset, (start, end) in zip(before, spans, strict=True))
        reached = [max(offset, end if start < end else 0) for offset, (start, end) in zip(before, spans, strict=True)]
        is_refused = has_gap or delivery.has_crash
        found = [one for lines, (start, end) in zip(self._topic, spans, strict=True) for one in lines[start:end]]
        with pytest.raises((GapError, ConnectionError)) if is_refused else nullcontext():
            self._commit(found, has_crash=delivery.has_crash)
        assert self.next_offsets() == (before if is_refused else reached)

    def finish(self, size: int) -> None:
        """Resume after the committed messages, as after a restart."""
        while (offsets := self.next_offsets()) != [len(lines) for lines in self._topic]:
            found = [one for lines, offset in zip(self._topic, offsets, strict=True) for one in lines[offset:][:size]]
            self._commit(found, has_crash=False)

    def _commit(self, lines: Sequence[dict[str, Any]], *, has_crash: bool) -> None:
        batch = ReadBatch(table(*lines), time.monotonic())
        with self.store.transaction() as tx:
            done = commit(batch, tx, CLUSTERING, cached=self._model, topic=self.store.snapshot())  # type: ignore[arg-type]
            if has_crash:
                raise ConnectionError
        self._model = self._model if done is None else done.model


def expected(topic: Topic) -> dict[Place, tuple[str, str | None]]:
    """Return route and reason of each message, by the rules applied message by message."""
    found = {}
    for partition, lines in enumerate(topic):
        highest: dict[tuple[bytes, int], int] = {}
        open_rejects: set[int] = set()
        for offset, one in enumerate(lines):
            route, reason = one["route"], one.get("reason")
            if one["resent_offset"] is not None:
                if one["resent_offset"] in open_rejects:
                    open_rejects.remove(one["resent_offset"])
                else:
                    route, reason = "rejected", NOT_OPEN
            elif route != "rejected":
                key = one["source"], one["run"]
                if one["source_row"] <= highest.get(key, 0):
                    route, reason = "rejected", REPETITION
                highest[key] = max(one["source_row"], highest.get(key, 0))
            if route == "rejected" and reason not in (NOT_OPEN, REPETITION):
                open_rejects.add(offset)
            found[Place(partition, offset)] = (route, reason)
    return found


def stored(store: FakeStore) -> dict[Place, tuple[str, str | None]]:
    """Return what the three tables hold; a line must be in one of them alone."""
    found: dict[Place, tuple[str, str | None]] = {}
    for route, name in (("British", "British"), ("other", "Other"), ("rejected", "Rejected")):
        rows = store.content.tables[f"{name}_Online_Retail"]
        assert found.keys().isdisjoint(rows)
        found.update({place: (route, row["reason"]) for place, row in rows.items()})
    return found


@settings(max_examples=300, deadline=None)
@given(topics(), deliveries(), st.integers(1, 10))
def test_any_deliveries_give_each_line_once(topic: Topic, faulty: list[Delivery], size: int) -> None:
    """Cut, repeated, reordered, with gaps and crashes: tables, tallies and model hold each line once."""
    world = World(topic)
    for delivery in faulty:
        world.hand_over(delivery)
    world.finish(size)
    content, right = world.store.content, expected(topic)
    assert stored(world.store) == right
    assert tallies(content.reports) == counts(right)
    assert [report["batch"] for report in content.reports] == list(range(1, content.last_batch + 1))
    weights = 0 if content.generation is None else content.models[content.generation][1].arrays()[1].sum()
    assert weights == pytest.approx(counts(right)["british"])


def counts(lines: Mapping[Place, tuple[str, str | None]]) -> dict[str, int]:
    """Return how many lines went each way."""
    routes = [route for route, _ in lines.values()]
    repeated = sum(reason in (NOT_OPEN, REPETITION) for _, reason in lines.values())
    ways = {name: routes.count(route) for name, route in (("british", "British"), ("other", "other"))}
    return {"lines_read": len(routes), **ways, "rejected": routes.count("rejected"), "repeated": repeated}


def tallies(reports: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the sums of the batch log."""
    columns = ("lines_read", "british", "other", "rejected", "repeated")
    return {column: sum(report[column] for report in reports) for column in columns}
