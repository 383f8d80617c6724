"""The stream: is it healthy? Rate, lag, latency, partitions, workbooks, reconciliation, rejected messages."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from dashboard.charts import Axis, Chart, Point, Series, series_of
from dashboard.edges.mariadb import Row
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.pages._groups import SQL
from dashboard.pages._rejects import Rejects, rejects
from dashboard.pages.customers import PROGRESS, Progress
from dashboard.snapshots import Reading
from dashboard.state import State
from dashboard.tables import Cells, Column, Table

BATCH_ROWS, PARTITIONS, SOURCES = SQL("stream_batches"), SQL("stream_partitions"), SQL("stream_sources")
BATCHES = 400
NO_BATCH = "No batch yet."


class Batch(NamedTuple):
    """A micro-batch of the log."""

    batch: int
    committed_at: dt.datetime
    lines_read: int
    lines_per_second: float
    lag: int
    latency_p50: float
    latency_p99: float
    seconds: float


@dataclass(frozen=True)
class Stream:
    """The page's figures; `now` is joined at each answer."""

    batches: Sequence[Batch]  # oldest first
    partitions: Sequence[Row]
    sources: Sequence[Row]
    progress: Progress
    rejects: Rejects
    now: State | None = None

    @property
    def last(self) -> Batch | None:
        """The last micro-batch."""
        return self.batches[-1] if self.batches else None


def read_batches(reading: Reading) -> list[Batch]:
    """Return the newest micro-batches, oldest first."""
    return [Batch(**row) for row in reversed(reading.rows(BATCH_ROWS, batches=BATCHES))]


def read(reading: Reading, _: Parameters) -> Stream:
    """Return the figures of a snapshot."""
    partitions = reading.rows(PARTITIONS)
    sums = {name: int(value) for name, value in (reading.row(PROGRESS) or {}).items()}
    found = rejects(reading, {row["kafka_partition"]: row["rejected"] for row in partitions})
    return Stream(reading.once(read_batches), partitions, reading.rows(SOURCES), Progress(**sums), found)


def join(figures: Stream, now: State) -> Stream:
    """Return the figures with what is known now."""
    return replace(figures, now=now)


def partition_rows(shown: Stream) -> list[Cells]:
    """Return a row per partition of the view or the topic; unknown: None."""
    ends = (shown.now.ends if shown.now else None) or {}
    known = {row["kafka_partition"]: row for row in shown.partitions}
    found: list[Cells] = []
    for number in sorted({*known, *ends}):
        row, end = known.get(number, {}), ends.get(number)
        waiting = None if end is None else max(end - row.get("next_offset", 0), 0)
        names = ("first_offset", "next_offset", "british", "other", "rejected")
        found.append((number, *(row.get(name) for name in names), end, waiting))
    return found


def history(name: str, title: str, shown: Stream, *columns: tuple[str, str, Literal["count", "fine"]]) -> Table:
    """Return the table of a chart, newest micro-batch first."""
    return Table(
        name,
        title,
        (Column("batch"), Column("committed, UTC", "second"), *(Column(word, kind) for word, _, kind in columns)),
        [
            (one.batch, one.committed_at, *(getattr(one, field) for _, field, _ in columns))
            for one in reversed(shown.batches)
        ],
        empty=NO_BATCH,
    )


def tables(shown: Stream) -> list[Table]:
    """Return the page's tables."""
    counted = shown.now.counted if shown.now else None
    return [
        Table(
            "partitions",
            "Partitions of the topic",
            (
                Column("partition"), Column("first offset"), Column("committed offset"), Column("British"),
                Column("other"), Column("rejected"), Column("Kafka's end"), Column("waiting"),
            ),
            partition_rows(shown),
            empty="No partition has been read yet.",
        ),
        Table(
            "workbooks",
            "Files received, by their content",
            (Column("source", "text"), Column("run"), Column("highest row received"), Column("partitions")),
            [(row["source"], row["run"], row["last_row"], row["partitions"]) for row in shown.sources],
            empty="No file has been received yet.",
        ),
        Table(
            "reconciliation",
            "Reconciliation by counting",
            (
                Column("partition", "text"), Column("read"), Column("British"), Column("other"), Column("rejected"),
                Column("difference"),
            ),
            counted.books if counted else (),
            empty="Not counted yet: it is counted in the background while somebody looks at this page.",
        ),
        reasons_table(shown),
        examples_table(shown),
        history(
            "rate",
            "Lines per second",
            shown,
            ("lines", "lines_read", "count"),
            ("lines/s", "lines_per_second", "count"),
        ),
        history("lag", "Messages waiting", shown, ("waiting", "lag", "count")),
        history("latency", "Latency", shown, ("median, s", "latency_p50", "fine"), ("99 %, s", "latency_p99", "fine")),
        history("duration", "Seconds of a batch", shown, ("seconds", "seconds", "fine")),
    ]  # fmt: skip


def reasons_table(shown: Stream) -> Table:
    """Return the rejected messages by reason."""
    return Table(
        "reasons",
        "Rejected messages by reason",
        (
            Column("reason", "long text"), Column("messages"), Column("newest, UTC", "second"),
            Column("sends them again", "long text"),
        ),
        [(one.text, one.messages, one.newest, one.command or "nothing is missing") for one in shown.rejects.rules],
        empty="No message was rejected.",
    )  # fmt: skip


def examples_table(shown: Stream) -> Table:
    """Return the newest rejected messages."""
    return Table(
        "examples",
        "Newest rejected messages",
        (
            Column("received, UTC", "second"), Column("partition"), Column("offset"), Column("row of the file"),
            Column("reason", "long text"), Column("message begins", "long text"), Column("resent", "text"),
        ),
        [
            (one.at, one.partition, one.offset, one.row, one.reason, one.message, "yes" if one.is_resent else "no")
            for one in shown.rejects.examples
        ],
        empty="No message was rejected.",
    )  # fmt: skip


def drawn(name: str, *fields: tuple[str, str]) -> Callable[[Reading, Parameters], Chart]:
    """Return the reader of a chart: fields of the micro-batches by time of commit."""

    def chart(reading: Reading, _: Parameters) -> Chart:
        batches = reading.once(read_batches)
        series: list[Series] = []
        for place, (word, field) in enumerate(fields):
            points: list[Point] = [(one.committed_at, getattr(one, field)) for one in batches]
            series.append(series_of(place + 1, word, points))
        return Chart("lines", Axis("time", "seconds"), Axis(unit="number", name=name), series)

    return chart


NEWEST_BATCHES = f"the newest {BATCHES} micro-batches by time of commit, UTC."

PAGE = Page(
    path="/stream",
    title=lambda _: "Stream",
    read=read,
    parameters=Parameters,
    tables=tables,
    charts=(
        ChartOf(
            "rate", "Lines per second", f"Lines per second, {NEWEST_BATCHES}",
            drawn("lines/s", ("lines/s", "lines_per_second")),
        ),
        ChartOf(
            "lag", "Messages waiting", f"Messages that waited behind each commit, {NEWEST_BATCHES}",
            drawn("messages", ("waiting", "lag")),
        ),
        ChartOf(
            "latency",
            "Latency",
            f"Seconds from receipt by Kafka to commit, {NEWEST_BATCHES}",
            drawn("seconds", ("median", "latency_p50"), ("99 %", "latency_p99")),
        ),
        ChartOf(
            "duration", "Seconds of a batch", f"Seconds that each took, {NEWEST_BATCHES}",
            drawn("seconds", ("seconds", "seconds")),
        ),
    ),
    link=Link("Stream", 5),
    join=join,
    is_counted=True,
)  # fmt: skip
