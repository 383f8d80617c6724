"""What Prometheus reads at /metrics, from the view's stored sums: counters survive the dashboard's restarts.

No customers and no texts as labels: series are few, and stay as the data grows. monitoring/rules.yml has the alerts.
"""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from dashboard import remaining
from dashboard.edges.mariadb import Row
from dashboard.pages._groups import segments
from dashboard.pages.customers import PROGRESS, Progress
from dashboard.snapshots import OFFSETS, NothingRead, Reading, Shown, Snapshots
from dashboard.state import Observer, behind, behind_of
from dashboard.statements import statements

LAST_BATCH = statements(__package__)("metrics_last_batch")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Sums(NamedTuple):
    """What one snapshot of the view says; groups by name, for two may share one."""

    progress: Progress
    next_offsets: Mapping[int, int]
    last_batch: Row | None
    groups: Mapping[str, int]


class Scrape(NamedTuple):
    """What is known at a scrape; None: not now."""

    shown: Shown[Sums] | None
    ends: Mapping[int, int] | None
    rows_to_send: int | None


def read(reading: Reading) -> Sums:
    """Return the figures of a snapshot."""
    progress = {name: int(value) for name, value in (reading.row(PROGRESS) or {}).items()}
    groups = Counter[str]()
    for one in reading.once_per_grouping(segments):
        groups[one.name] += one.customers
    return Sums(
        Progress(**progress),
        {row["kafka_partition"]: row["next_offset"] for row in reading.rows(OFFSETS)},
        reading.row(LAST_BATCH),
        groups,
    )


async def text(snapshots: Snapshots, observer: Observer) -> bytes:
    """Return all metrics in Prometheus' text format; old figures are none, so that no alert takes them for new."""
    try:
        shown = await snapshots.get("metrics", read)
    except NothingRead:
        shown = None
    if shown is not None and shown.away is not None:
        shown = None
    left = await asyncio.to_thread(remaining.read)
    registry = CollectorRegistry()
    registry.register(View(Scrape(shown, observer.ends, None if left is None else left.rows)))
    return generate_latest(registry)


class View(Collector):
    """Collects the metrics of a scrape."""

    def __init__(self, scrape: Scrape) -> None:
        self._scrape = scrape

    def collect(self) -> Iterator[Metric]:
        """Yield each metric; without the database only whether the servers are up."""
        shown, ends, rows = self._scrape
        yield gauge("kappa_database_up", "Whether the dashboard reads MariaDB: 1 or 0.", int(shown is not None))
        yield gauge("kappa_kafka_up", "Whether the dashboard reads Kafka's end offsets: 1 or 0.", int(ends is not None))
        if shown is None:
            return
        yield from _stream(shown)
        yield from _last_batch(shown.figures.last_batch)
        yield _groups(shown.figures.groups)
        if ends is not None:
            yield from _waiting(ends, shown.figures.next_offsets)
        if rows is not None:
            yield gauge("kappa_producer_rows_to_send", "Rows of the workbook that are still to be sent.", rows)


def gauge(name: str, text: str, value: float) -> Metric:
    """Return a gauge without labels."""
    return GaugeMetricFamily(name, text, value=value)


def _stream(shown: Shown[Sums]) -> Iterator[Metric]:
    progress, stand = shown.figures.progress, shown.stand
    yield _labelled(
        CounterMetricFamily("kappa_messages", "Messages read, by where they went.", labels=["outcome"]),
        {
            "british": progress.british,
            "other": progress.other,
            "rejected": progress.rejected - progress.repeated,
            "repeated": progress.repeated,
        },
    )
    yield CounterMetricFamily("kappa_batches", "Committed micro-batches.", value=stand.batch)
    yield gauge(
        "kappa_reconciliation_difference_messages",
        "Messages read less those that the tables hold, by running sums; 0: each once.",
        progress.difference,
    )
    if stand.committed_at is not None:
        committed = stand.committed_at.replace(tzinfo=dt.UTC).timestamp()
        yield gauge("kappa_last_commit_timestamp_seconds", "When the last micro-batch was committed.", committed)


def _last_batch(row: Row | None) -> Iterator[Metric]:
    if row is None:
        return
    yield gauge("kappa_batch_seconds", "How long the last micro-batch took.", row["seconds"])
    # Only a summary may have quantiles; the view has these two of the last micro-batch, and no count.
    latency = Metric("kappa_batch_latency_seconds", "From receipt by Kafka to commit, in the last batch.", "summary")
    for quantile, column in (("0.5", "latency_p50"), ("0.99", "latency_p99")):
        latency.add_sample(latency.name, {"quantile": quantile}, row[column])
    yield latency
    if row["inertia"] is not None:
        yield gauge(
            "kappa_batch_inertia",
            "Mean squared distance of the last British lines from their centres, in feature space.",
            row["inertia"],
        )


def _groups(groups: Mapping[str, int]) -> Metric:
    return _labelled(GaugeMetricFamily("kappa_group_customers", "Customers in a group.", labels=["group"]), groups)


def _waiting(ends: Mapping[int, int], next_offsets: Mapping[int, int]) -> Iterable[Metric]:
    yield gauge("kappa_messages_waiting", "Messages that no micro-batch has committed.", behind(ends, next_offsets))
    yield _labelled(
        GaugeMetricFamily(
            "kappa_partition_messages_waiting",
            "Messages of a partition that no micro-batch has committed.",
            labels=["partition"],
        ),
        {str(partition): waiting for partition, waiting in behind_of(ends, next_offsets).items()},
    )


def _labelled[F: (CounterMetricFamily, GaugeMetricFamily)](family: F, values: Mapping[str, float]) -> F:
    for label, value in values.items():
        family.add_metric([label], value)
    return family
