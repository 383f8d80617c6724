"""One start of the producer: where the run stands, the lines that are left, and what the ledger is told."""

import logging
import threading
from collections.abc import Iterable
from functools import partial
from itertools import batched
from typing import Any

from producer import heartbeat, ledger, publisher, record, stopping, topic
from producer.canonical import Canonical
from producer.ledger import Entry, Extent
from producer.pacing import Pace, chunk_size
from producer.progress import Progress
from producer.publisher import Publisher, partition_of
from producer.settings import Settings
from producer.topic import Kafka

log = logging.getLogger("producer")


def begin(kafka: Kafka, settings: Settings, csv: Canonical, file: str) -> Entry | None:
    """Return the entry of the session that starts now, or None where the run is over."""
    known = topic.waiting(f"topic {settings.ledger_topic}", lambda: topic.entries(kafka, settings.ledger_topic))
    there = _extent(kafka, settings)
    before = known.get(csv.source)
    if before is not None and before.run >= settings.run:
        before = _checked(before, settings.topic, there)
    if before is not None and ledger.is_over(before, settings.run):
        log.info(ledger.farewell(before, file, settings.run))
        return None
    reached = (0,) * there.partitions
    if before is not None and before.run == settings.run:
        reached = topic.last_rows(kafka, settings.topic, before, ledger.bounds(before, known.values(), there))
    return _entry(settings, csv, file, there, reached)


def _checked(entry: Entry, name: str, there: Extent) -> Entry:
    found = ledger.as_found(entry, there)
    ledger.check(found, name, there)
    if found != entry:
        log.warning("topic %s has lost its end since run %d was complete: sending what is missing", name, entry.run)
    return found


def _extent(kafka: Kafka, settings: Settings) -> Extent:
    return topic.waiting(f"topic {settings.topic}", lambda: topic.extent(kafka, settings.topic))


def _entry(settings: Settings, csv: Canonical, file: str, there: Extent, reached: ledger.Offsets) -> Entry:
    return Entry(
        source=csv.source,
        run=settings.run,
        file=file,
        rows=csv.rows,
        partitions=there.partitions,
        start_offsets=there.ends,
        resume_rows=reached,
        done=False,
        topic_id=there.topic_id,
    )


def stream(kafka: Kafka, producer: Any, settings: Settings, csv: Canonical, entry: Entry) -> None:
    """Send the lines that are left; the ledger hears of it before the first and after the last of them."""
    publisher.write(producer, settings.ledger_topic, entry)
    log.info(_opening(entry))
    with csv.path.open("rb") as file, Progress(csv.rows) as progress, stopping.noticed() as stop:
        find = partial(partition_of, partitions=entry.partitions)
        left = ledger.remaining(record.lines(file), find, entry.resume_rows)
        sender = Publisher(producer, settings.topic, entry)
        try:
            _send(left, sender, settings.rows_per_second, progress, stop)
            sender.flush()
        except publisher.Lost:
            publisher.write(producer, settings.ledger_topic, entry.voided())
            raise ledger.strange(entry, settings.topic) from None
    rate = f"{progress.sent:,} rows in {progress.seconds:.1f} s, {progress.sent / progress.seconds:,.0f} rows/s"
    if stop.is_set():
        log.info("stopped on request after %s; the next start goes on there", rate)
        return
    there = _extent(kafka, settings)
    ledger.check(entry, settings.topic, there)
    publisher.write(producer, settings.ledger_topic, entry.ended(there.ends))
    log.info("%s is streamed completely: %s", entry.file, rate)


def _opening(entry: Entry) -> str:
    what = f"{entry.file}, run {entry.run}, {entry.rows:,} rows to {entry.partitions} partitions"
    if any(entry.resume_rows):
        return f"going on with {what}: the topic holds rows up to {max(entry.resume_rows):,}"
    return f"streaming {what} (source {entry.source[:12]}…)"


def _send(
    left: Iterable[tuple[int, int, bytes, bytes]],
    sender: Publisher,
    rows_per_second: int,
    progress: Progress,
    stop: threading.Event,
) -> None:
    # Waiting on the event, SIGTERM ends a pause at once.
    pace = Pace(rows_per_second, sleep=stop.wait)
    for chunk in batched(left, chunk_size(rows_per_second), strict=False):
        pace.wait(len(chunk))
        if stop.is_set():
            return
        sender.send(chunk)
        heartbeat.beat()
        progress.show(chunk[-1][1], len(chunk))
