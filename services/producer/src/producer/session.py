"""One start of the producer: selects the lines that the topic lacks and sends them."""

import gc
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from operator import lt
from pathlib import Path
from typing import Any

from common import heartbeat
from producer import guard, index, stopping, topic
from producer.canonical import Canonical
from producer.catch_up import add_sent, catch_up
from producer.folder import SAMPLE_SOURCE
from producer.index import Index
from producer.message import Sender
from producer.pacing import Pace, chunk_size
from producer.progress import Progress
from producer.publisher import LinesLost, Publisher, partition_of
from producer.record import Line
from producer.selection import Selection, select
from producer.settings import Settings
from producer.topic import Extent, Kafka

log = logging.getLogger("producer")

SAMPLE_WARNING = (
    "the topic holds the sample too: its invented lines are in the tables beside yours. To remove them, with "
    "everything else that was streamed: docker compose down --volumes && docker compose up"
)


@dataclass(frozen=True)
class Batch:
    """The lines of a file that are to be sent, their sender, and the topic's extent before."""

    file: str
    selection: Selection
    sender: Sender
    extent: Extent

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Yield each line with its partition."""
        return placed(self.selection, self.extent.partitions)


def placed(selection: Selection, partitions: int) -> Iterator[tuple[int, Line]]:
    """Yield the lines to stream, each with its partition."""
    return ((partition_of(line[1], partitions), line) for line in selection.lines())


def plan(kafka: Kafka, settings: Settings, csv: Canonical, file: str, volume: Path) -> Batch | None:
    """Return what is to be sent, or None if the topic has everything."""
    with index.opened(volume) as known:
        extent = catch_up(known, kafka, settings.topic)
        with heartbeat.beating():
            selection = select(known, csv, settings.run)
            counts = selection.describe()
            if csv.source != SAMPLE_SOURCE and known.has_source(SAMPLE_SOURCE):
                log.warning(SAMPLE_WARNING)
            if not selection.wanted:
                more = selection.newest_run + 1
                log.info("%s: %s: nothing to stream; RUN=%d streams it once more", file, counts, more)
                return None
            log.info("%s: %s, %s to stream", file, counts, f"{selection.wanted:,}")
            return Batch(file, selection, _sender(known, selection, settings.run, extent.partitions), extent)


def _sender(known: Index, selection: Selection, run: int, partitions: int) -> Sender:
    def places() -> Iterator[guard.Place]:
        return ((partition, row) for partition, (row, _, _) in placed(selection, partitions))

    sender = guard.sender(selection.csv.source, run, places, known.highest_rows)
    if sender.source != selection.csv.source:
        log.info("some rows would be rejected as already received: streaming them as source %s", sender.source)
    return sender


def stream(
    kafka: Kafka, producer: Any, settings: Settings, batch: Batch, report: Callable[[int], None] = lambda _: None
) -> bool:
    """Send the lines; raise LinesLost if the topic has not kept them.

    Return whether all of them, and nothing else, were added to the topic. `report` gets the rows that are left, every
    second.
    """
    partitions, total = batch.extent.partitions, batch.selection.wanted
    what = f"{batch.file}, run {batch.sender.run}, {total:,} rows to {partitions} partitions"
    log.info("streaming %s (source %s)", what, batch.sender.source)
    # From here on the garbage collector skips the objects that were created while the file was read.
    gc.freeze()
    with Progress(total, report) as progress, stopping.sigterm_event() as stop:
        sender = Publisher(producer, settings.topic, batch.sender, batch.extent.ends)
        _send(batch.lines(), sender, settings.rows_per_second, progress, stop)
        sender.flush()
    rate = f"{progress.sent:,} rows in {progress.seconds:.1f} s, {progress.sent / progress.seconds:,.0f} rows/s"
    if stop.is_set():
        log.info("stopped after %s; the next start resumes there", rate)
        return False
    extent = topic.wait_for_topic(kafka, settings.topic)
    if extent.topic_id != batch.extent.topic_id or any(map(lt, extent.ends, sender.next_offsets)):
        raise LinesLost(settings.topic)
    log.info("%s is streamed completely: %s", batch.file, rate)
    return extent.ends == sender.next_offsets


def index_sent(batch: Batch, volume: Path) -> None:
    """Add the sent lines to the index; all of them, and nothing else, must have been added to the topic."""
    with heartbeat.beating(), index.opened(volume) as known:
        add_sent(known, batch.sender, batch.lines(), batch.extent.ends)


def _send(
    lines: Iterable[tuple[int, Line]],
    sender: Publisher,
    rows_per_second: int,
    progress: Progress,
    stop: threading.Event,
) -> None:
    # Waits on the event: SIGTERM ends a pause at once.
    pace = Pace(rows_per_second, sleep=stop.wait)
    for chunk in batched(lines, chunk_size(rows_per_second), strict=False):
        pace.wait(len(chunk))
        if stop.is_set():
            return
        sender.send((partition, key, line) for partition, (_, key, line) in chunk)
        heartbeat.beat()
        progress.show(len(chunk))
