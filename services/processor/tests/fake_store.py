"""A database in memory with the interface that `commit` uses; its transactions are atomic."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from processor.batch.lines import RECEIVED
from processor.edges.loading import COLUMNS, LoadError
from processor.edges.positions import Counts, Erasure, OffsetRange, Place, Position, Snapshot, Source, State, Tally

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pyarrow as pa

    from processor.clusters.model import ColumnarStreamingKMeansModel
    from processor.sales.summaries import Summaries

TOPIC_ID = "topic-a"

type Row = dict[str, Any]


@dataclass
class Content:
    """All that is committed; the lines of each table by their place in the topic."""

    positions: dict[int, Position]
    topic_id: str | None = TOPIC_ID
    newest_sale: dt.datetime | None = None
    last_batch: int = 0
    generation: int | None = None
    tables: dict[str, dict[Place, Row]] = field(
        default_factory=lambda: {name: {} for name in COLUMNS if name.endswith("_Online_Retail")}
    )
    received: dict[Source, int] = field(default_factory=dict)
    resent: dict[Place, Place] = field(default_factory=dict)
    erasures: list[Erasure] = field(default_factory=list)
    models: dict[int, tuple[str, ColumnarStreamingKMeansModel]] = field(default_factory=dict)
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    purchases: list[Row] = field(default_factory=list)
    counts: dict[int, Counts] = field(default_factory=dict)
    sales: list[Summaries] = field(default_factory=list)

    def copy(self) -> Content:
        """Return a copy that shares the rows, which are never changed."""
        shallow = copy.copy(self)
        for name in (
            "positions",
            "received",
            "resent",
            "erasures",
            "models",
            "reports",
            "purchases",
            "counts",
            "sales",
        ):
            setattr(shallow, name, copy.copy(getattr(self, name)))
        shallow.tables = {table: dict(rows) for table, rows in self.tables.items()}
        return shallow


class FakeModels:
    """The interface of `Models`."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def kind(self, generation: int) -> tuple[int, str]:
        """Return how many clusters a stored model has, and of which features."""
        kind, model = self.content.models[generation]
        return len(model.arrays()[0]), kind

    def read(self, generation: int) -> ColumnarStreamingKMeansModel:
        """Return a stored model."""
        return self.content.models[generation][1]

    def save(self, generation: int, _batch: int, model: ColumnarStreamingKMeansModel, features: str) -> None:
        """Store a new generation of the model."""
        assert generation not in self.content.models
        self.content.models[generation] = (features, model)


class FakePurchases:
    """The interface of `Purchases`."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def add(self, purchases: pa.Table) -> None:
        """Keep the rows as they come."""
        self.content.purchases.extend(purchases.to_pylist())


class FakeSales:
    """The interface of `Sales`."""

    def __init__(self, content: Content) -> None:
        self.content = content

    def add(self, batch: Summaries) -> None:
        """Keep the summaries as they come."""
        self.content.sales.append(batch)


class FakeTransaction:
    """The interface of `Transaction`."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.models, self.sales, self.purchases = FakeModels(content), FakeSales(content), FakePurchases(content)

    def lock_state(self) -> State:
        """Return the state of the stream."""
        content = self.content
        return State(
            content.topic_id, content.last_batch, content.generation, dict(content.positions), content.newest_sale
        )

    def received(self, sources: Sequence[Source]) -> dict[Source, int]:
        """Return the highest row received of each source."""
        return {source: self.content.received[source] for source in sources if source in self.content.received}

    def save_received(self, rows: Mapping[Source, int]) -> None:
        """Store the highest rows received."""
        self.content.received.update(rows)

    def open_rejects(self, places: Collection[Place]) -> set[Place]:
        """Return which of the places hold an open reject."""
        rejected = self.content.tables["Rejected_Online_Retail"]
        return {
            place
            for place in places
            if place in rejected
            and not rejected[place]["reason"].startswith(RECEIVED)
            and place not in self.content.resent
        }

    def save_resent(self, taken: Mapping[Place, Place]) -> None:
        """Store the rejects whose place another message took."""
        assert self.content.resent.keys().isdisjoint(taken), "a reject's place was taken twice"
        self.content.resent.update(taken)

    def first_places(self, rejects: Collection[Place]) -> dict[Place, Place]:
        """Return the first places of rejects."""
        carried = {place: reject for reject, place in self.content.resent.items()}
        found = {}
        for reject in rejects:
            first = reject
            while first in carried:
                first = carried[first]
            if first != reject:
                found[reject] = first
        return found

    def erasures(self, least: Mapping[int, int]) -> list[Erasure]:
        """Return the erasures above an offset of each partition."""
        return [one for one in self.content.erasures if one.next_offset > least.get(one.partition, one.next_offset)]

    def recent_batches(self) -> Iterator[Tally]:
        """Yield what was read and rejected before, newest first."""
        for report in reversed(self.content.reports):
            yield Tally(report["lines_read"], report["rejected"] - report["repeated"])

    def load(self, table: str, lines: pa.Table) -> None:
        """Add lines to a table."""
        rows = self.content.tables[table]
        for row in lines.to_pylist():
            place = Place(row["kafka_partition"], row["kafka_offset"])
            if place in rows:
                raise LoadError(f"{table} has a line at {place}")
            rows[place] = row

    def advance(
        self, ranges: Mapping[int, OffsetRange], counts: Mapping[int, Counts], report: Mapping[str, Any]
    ) -> None:
        """Advance the stream."""
        self.content.last_batch, self.content.generation = report["batch"], report["generation"]
        self.content.newest_sale = report["newest_sale"]
        self.content.positions.update({part: Position(span.next, span.last) for part, span in ranges.items()})
        for partition, more in counts.items():
            before = self.content.counts.get(partition, Counts(0, 0, 0, 0))
            self.content.counts[partition] = Counts(*map(sum, zip(before, more, strict=True)))
        self.content.reports.append(report)


class FakeStore:
    """The interface of `Store`; reads of its `content` see what is committed."""

    def __init__(self, partitions: int = 1) -> None:
        self.content = Content({partition: Position(0, None) for partition in range(partitions)})

    @contextmanager
    def transaction(self) -> Iterator[FakeTransaction]:
        """Yield a transaction, committed unless it raises."""
        tx = FakeTransaction(self.content.copy())
        yield tx
        self.content = tx.content

    def snapshot(self, topic_id: str = TOPIC_ID) -> Snapshot:
        """Return a topic without messages after the committed ones."""
        ends = {partition: position.next_offset for partition, position in self.content.positions.items()}
        return Snapshot(topic_id, dict.fromkeys(ends, 0), ends)
