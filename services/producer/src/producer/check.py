"""Show what would be streamed of the workbook: read and validated as by the producer, without sending anything."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path

from kafka.errors import KafkaError

from common.errors import EXIT_CODE, UserError
from common.program import exit_at_sigterm
from common.settings import load
from producer import canonical, folder, index, record, rejects, topic
from producer.__main__ import DATA, VOLUME, start_logging
from producer.canonical import Canonical
from producer.catch_up import catch_up
from producer.selection import Selection, select
from producer.settings import Settings


def main() -> int:
    """Print what is in the workbook; return the exit code."""
    start_logging()
    exit_at_sigterm()
    try:
        chosen = load(Settings)
        with scratch_directory() as scratch:
            check(chosen, scratch)
    except UserError as error:
        print(error, file=sys.stderr)
        return EXIT_CODE
    return 0


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """Yield a directory on the volume, separate from the producer's files there; remove it at the end."""
    directory = VOLUME / "check"
    directory.mkdir(exist_ok=True)
    with canonical.locked(directory):
        try:
            yield directory
        finally:
            shutil.rmtree(directory)


def check(chosen: Settings, scratch: Path) -> None:
    """Read the workbook and print what it holds, what the topic has of it, and the first LINES lines."""
    path = folder.choose(DATA, chosen.workbook)
    csv = canonical.prepare(path, scratch, chosen.date_order)
    print(f"\n{path}\n{csv.read_as}\n")
    print("\n".join(f"{name:<10} {value}" for name, value in described(csv)))
    rejects.refuse_too_many(csv.facts, path.name, chosen.max_rejected_percent)
    print(f"{'to stream':<10} {compared(chosen, csv, scratch)}")
    if count := _lines_wanted():
        print()
        with csv.path.open("rb") as file:
            for line in islice(record.records(file), count):
                print(line.decode())


def described(csv: Canonical) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each fact."""
    facts = csv.facts
    yield "lines", f"{facts.lines:>9,}"
    yield "British", f"{facts.british:>9,}"
    yield "other", f"{facts.other:>9,}"
    yield "rejected", f"{facts.rejected:>9,}"
    for fault, kind in facts.rejects.items():
        yield "", f"{kind.count:>9,}  {fault} (first: {kind.place}, {kind.value[:60]!r})"
    yield "customers", f"{facts.customers:>9,}" + f"  ({facts.nobody:,} lines have a placeholder)" * bool(facts.nobody)
    yield "dates", f"{facts.first_date} to {facts.last_date}" if facts.first_date else "none"


def compared(chosen: Settings, csv: Canonical, scratch: Path) -> str:
    """Return how many lines the topic lacks, as far as it can be read now."""
    servers = chosen.kafka_bootstrap_servers
    try:
        with ExitStack() as edges:
            edges.enter_context(canonical.locked(VOLUME))
            kafka = edges.enter_context(closing(topic.connect(servers)))
            known = edges.enter_context(index.opened(VOLUME))
            catch_up(known, kafka, chosen.topic)
            return counts(select(known, csv, chosen.run))
    except canonical.BusyError:
        return "a producer is running: check again after it exits to see what was streamed before"
    except (topic.Unreachable, topic.TopicMissing, KafkaError, OSError):
        with index.opened(scratch) as empty:
            return f"{counts(select(empty, csv, chosen.run))} (minus what was streamed before: Kafka is not running)"


def counts(selection: Selection) -> str:
    """Return how many of the lines would be sent, and why not the others."""
    return f"{selection.wanted:,} of {selection.describe()}"


def _lines_wanted() -> int:
    """Return how many of the first lines to print."""
    wanted = os.environ.get("LINES", "0")
    if not wanted.isdecimal():
        raise UserError(f"LINES={wanted!r}: a whole number of lines to show.")
    return int(wanted)


if __name__ == "__main__":
    sys.exit(main())
