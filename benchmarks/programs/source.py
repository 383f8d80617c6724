"""The lines to measure with: the canonical csv that the producer makes of its workbook."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from kafka import KafkaConsumer, TopicPartition

from common.settings import load
from producer import canonical, folder, record, settings
from producer.canonical import Canonical
from producer.record import Line, records

DATA = Path("/data")
VOLUME = Path("/var/lib/producer")


def prepare() -> Canonical:
    """Return the canonical csv of the chosen workbook, made if the volume has none yet."""
    chosen = load(settings.Settings)
    return canonical.prepare(folder.choose(DATA, chosen.workbook), VOLUME, chosen.date_order)


def cut(csv: Canonical, rows: int) -> Canonical:
    """Return the csv as it is, or a copy of its first lines if there are more."""
    if rows >= csv.rows:
        return csv
    with csv.path.open("rb") as file, NamedTemporaryFile("wb", delete=False) as copy:
        copy.writelines(record + b"\n" for record in islice(records(file), rows))
    # Only the fingerprints of these rows are read.
    return replace(csv, path=Path(copy.name), rows=rows)


def lines(csv: Canonical) -> Iterator[Line]:
    """Yield row, key and record of each line."""
    with csv.path.open("rb") as file:
        yield from record.lines(file)


def end_offsets(servers: str, topic: str) -> list[int]:
    """Return the end offset of each partition."""
    consumer = KafkaConsumer(bootstrap_servers=servers.split(","))
    places = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic))]
    offsets = consumer.end_offsets(places)
    consumer.close()
    return [offsets[place] for place in places]
