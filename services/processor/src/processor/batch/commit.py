"""The steps of one micro-batch, inside its transaction."""

import datetime as dt
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from common.errors import UserError
from processor.batch.erasure import effective_offsets, erase, least
from processor.batch.lines import counted, faulty, routed
from processor.batch.order import GapError, drop_committed, in_order, offset_ranges
from processor.batch.rejects import refuse_too_many
from processor.batch.repetitions import reject_repetitions, sources
from processor.batch.resent import first_places, origins, take_places
from processor.batch.transaction import Transaction
from processor.clusters.features import Kind, features
from processor.clusters.model import ColumnarStreamingKMeansModel, seed
from processor.customers.purchases import newest_sale, purchases
from processor.edges.identity import REBUILD, check_id
from processor.edges.positions import OffsetRange, Place, Position, Snapshot, Source
from processor.sales.amounts import priced, turnover
from processor.sales.summaries import summaries


class ReadBatch(NamedTuple):
    """The lines of a micro-batch and when the work on them started (`time.monotonic`)."""

    lines: pa.Table
    since: float


class Report(NamedTuple):
    """The result of a micro-batch; times in seconds."""

    batch: int
    generation: int | None
    lines_read: int
    british: int
    customers: int  # with British lines
    other: int
    rejected: int
    repeated: int
    turnover: Decimal  # of the British and other lines, pounds
    inertia: float | None  # mean squared distance of the British lines from their centres, in feature space
    seconds: float
    lines_per_second: float
    lag: int
    latency_p50: float
    latency_p99: float
    newest_sale: dt.datetime | None  # of all lines so far

    def __str__(self) -> str:
        return (
            f"committed batch {self.batch}: {self.lines_read:,} lines ({self.british:,} British, {self.other:,} other, "
            f"{self.rejected:,} rejected) in {self.seconds:.2f} s, {self.lines_per_second:,.0f} lines/s, "
            f"lag {self.lag:,}, latency p50 {self.latency_p50:.2f} s p99 {self.latency_p99:.2f} s"
        )


class Model(NamedTuple):
    """The clustering model and the number of its updates."""

    generation: int
    model: ColumnarStreamingKMeansModel


@dataclass(frozen=True)
class Clustering:
    """How to cluster: k, the features, and what remains of old weights per time unit."""

    clusters: int
    features: Kind
    decay: float
    time_unit: str

    def refuse_other(self, clusters: int, kind: str) -> None:
        """Raise a `UserError` where the stored model was built with other settings."""
        if (clusters, kind) != (self.clusters, self.features):
            raise UserError(
                f"The stored model has {clusters} clusters of {kind} features, the settings ask for {self.clusters} of "
                f"{self.features}: set CLUSTERS={clusters} and FEATURES={kind} in .env. {REBUILD}"
            )


class Committed(NamedTuple):
    """The result of a commit: its report, the model, and the view's new positions."""

    report: Report
    model: Model | None
    positions: dict[int, Position]


class _Clustered(NamedTuple):
    """The model after the batch, the British lines with their predictions, and the inertia per line."""

    model: Model | None
    british: pa.Table
    inertia: float | None


class _Deduplicated(NamedTuple):
    """Lines with repetitions rejected, the highest row of each source, and the rejects whose place a line took."""

    lines: pa.Table
    highest_rows: dict[Source, int]
    taken: dict[Place, Place]


def commit(
    batch: ReadBatch,
    tx: Transaction,
    clustering: Clustering,
    *,
    cached: Model | None,
    topic: Snapshot,
    max_rejected_percent: int = 100,
) -> Committed | None:
    """Write what is new in the batch and return the result; None where nothing is new.

    `cached` is the model of the last commit, used if its generation is still the stored one. `topic` is a snapshot
    taken after the batch was read.
    """
    state = tx.lock_state()
    if state.topic_id is None:
        raise GapError("the view was emptied by a rebuild")
    check_id(state.topic_id, topic)
    lines = drop_committed(in_order(batch.lines), state.positions)
    if not lines.num_rows:
        return None
    number = state.last_batch + 1
    ranges = offset_ranges(lines, state.positions)
    lines, highest_rows, taken = _deduplicate(lines, tx)
    refuse_too_many(lines, tx.recent_batches(), max_rejected_percent)
    lines = _erase(lines, tx, taken)
    british, other, rejected = (
        priced(routed(lines, "British")),
        priced(routed(lines, "other")),
        routed(lines, "rejected"),
    )
    clustered = _cluster(british, tx, clustering, number, _stored_model(tx, clustering, state.generation, cached))
    bought = _load(tx, clustered.british, other, rejected)
    tx.save_received(highest_rows)
    tx.save_resent(taken)
    report = _report(number, clustered, lines, rejected, batch.since)._replace(
        customers=pc.count_distinct(bought["CustomerID"]).as_py(),
        turnover=turnover(british) + turnover(other),
        lag=lag_after(topic.end_offsets, state.positions, ranges),
        newest_sale=newest_sale(lines, state.newest_sale),
    )
    tx.advance(ranges, counted(lines), report._asdict())
    reached = {partition: Position(span.next, span.last) for partition, span in ranges.items()}
    return Committed(report, clustered.model, {**state.positions, **reached})


def _load(tx: Transaction, british: pa.Table, other: pa.Table, rejected: pa.Table) -> pa.Table:
    """Add the lines to their tables and their sums to the summaries; return the purchases in them."""
    with ThreadPoolExecutor(2, "summaries") as threads:  # they sum up while MariaDB loads
        summed = threads.submit(summaries, british, other)
        bought = threads.submit(purchases, british)
        tx.load("British_Online_Retail", british)
        tx.load("Other_Online_Retail", other)
        tx.load("Rejected_Online_Retail", rejected)
    tx.sales.add(summed.result())
    tx.purchases.add(bought.result())
    return bought.result()


def _report(number: int, clustered: _Clustered, lines: pa.Table, rejected: pa.Table, since: float) -> Report:
    """Return what follows from a batch's lines: its report without customers, turnover, lag and newest sale."""
    british = clustered.british.num_rows
    seconds = time.monotonic() - since
    p50, p99 = np.percentile(time.time() - lines["sent_at"].to_numpy() / 1000, [50, 99])
    return Report(
        batch=number,
        generation=None if clustered.model is None else clustered.model.generation,
        lines_read=lines.num_rows,
        british=british,
        customers=0,
        other=lines.num_rows - british - rejected.num_rows,
        rejected=rejected.num_rows,
        repeated=rejected.num_rows - faulty(rejected).num_rows,
        turnover=Decimal(0),
        inertia=clustered.inertia,
        seconds=seconds,
        lines_per_second=lines.num_rows / seconds,
        lag=0,
        latency_p50=float(p50),
        latency_p99=float(p99),
        newest_sale=None,
    )


def lag_after(
    end_offsets: Mapping[int, int], positions: Mapping[int, Position], ranges: Mapping[int, OffsetRange]
) -> int:
    """Return how many messages wait after the batch, in all partitions."""
    reached = {partition: position.next_offset for partition, position in positions.items()}
    reached.update({partition: span.next for partition, span in ranges.items()})
    return sum(max(0, end - reached[partition]) for partition, end in end_offsets.items())


def _deduplicate(lines: pa.Table, tx: Transaction) -> _Deduplicated:
    lines, highest_rows = reject_repetitions(lines, tx.received(sources(lines)))
    lines, taken = take_places(lines, tx.open_rejects(origins(lines)))
    return _Deduplicated(lines, highest_rows, taken)


def _erase(lines: pa.Table, tx: Transaction, taken: Mapping[Place, Place]) -> pa.Table:
    offsets = effective_offsets(lines, first_places(taken, tx.first_places(taken)))
    return erase(lines, offsets, tx.erasures(least(lines, offsets)))


def _stored_model(
    tx: Transaction, clustering: Clustering, generation: int | None, cached: Model | None
) -> Model | None:
    if generation is None:
        return None
    if cached is not None and cached.generation == generation:
        return cached
    clustering.refuse_other(*tx.models.kind(generation))
    return Model(generation, tx.models.read(generation))


def _cluster(british: pa.Table, tx: Transaction, clustering: Clustering, batch: int, model: Model | None) -> _Clustered:
    """Update the model with the lines, then predict their clusters with it."""
    if not british.num_rows:
        return _Clustered(model, british, None)
    points = features(british, clustering.features)
    if model is None:
        model = Model(0, seed(points, clustering.clusters))
        tx.models.save(0, batch, model.model, clustering.features)
    updated = Model(model.generation + 1, model.model.updated(points, clustering.decay, clustering.time_unit))
    tx.models.save(updated.generation, batch, updated.model, clustering.features)
    labels, squares = updated.model.assigned(points)
    predicted = british.append_column("prediction", pa.array(labels.astype(np.uint8)))
    return _Clustered(updated, predicted, float(squares.mean()))
