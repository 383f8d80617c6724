"""Stream the sales lines of a workbook into Kafka, once."""

import logging
import sys
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import duckdb
from kafka.errors import KafkaError

from common import heartbeat, logs, program
from common.errors import UserError
from common.settings import load
from producer import canonical, folder, publisher, rejects, remaining, session, topic
from producer.canonical import Canonical
from producer.settings import Settings

log = logging.getLogger("producer")

DATA = Path("/data")
VOLUME = Path("/var/lib/producer")


def main() -> int:
    """Run the producer; return its exit code."""
    start_logging()
    program.exit_at_sigterm()
    heartbeat.beat()
    try:
        run(load(Settings))
    except UserError as error:
        return program.report_and_hold(log, error)
    except (topic.Unreachable, publisher.LinesLost, KafkaError, duckdb.Error, OSError) as error:
        log.error("exiting: %s; the next start sends what is missing", error)  # noqa: TRY400 - expected, without a traceback
        return 1
    return 0


def run(chosen: Settings) -> None:
    """Prepare the csv, find out what the topic has of it, and send the rest."""
    with ExitStack() as edges:
        edges.enter_context(canonical.locked(VOLUME))
        path = folder.choose(DATA, chosen.workbook)
        with heartbeat.beating():
            csv = canonical.prepare(path, VOLUME, chosen.date_order)
        log_form(csv, path.name)
        rejects.refuse_too_many(csv.facts, path.name, chosen.max_rejected_percent)
        servers = chosen.kafka_bootstrap_servers
        kafka = edges.enter_context(closing(topic.wait_for("Kafka", lambda: topic.connect(servers))))
        batch = session.plan(kafka, chosen, csv, path.name, VOLUME)
        report = partial(remaining.write, VOLUME, path.name)
        report(0 if batch is None else batch.selection.wanted)
        if batch is not None:
            producer = edges.enter_context(publisher.connected(servers))
            if session.stream(kafka, producer, chosen, batch, report):
                session.index_sent(batch, VOLUME)


def log_form(csv: Canonical, file: str) -> None:
    """Log how the file is read, and which of its lines are skipped, incomplete or rejected."""
    log.info("%s: %s", file, csv.read_as)
    facts = csv.facts
    if facts.headers_again:
        log.info("%s: skipped %d repeated headers", file, facts.headers_again)
    if facts.nobody:
        log.info(
            "%s: %s lines have a placeholder (such as nan, Unknown, 0) as CustomerID: stored without customer",
            file,
            f"{facts.nobody:,}",
        )
    if facts.rejected:
        log.warning("%s: %s", file, rejects.described(facts))


def start_logging() -> None:
    """Start the log; of the Kafka client only errors, without failed connections, which the producer logs itself."""
    logs.to_stderr({"kafka": logging.ERROR, "kafka.net": logging.CRITICAL, "kafka.cluster": logging.CRITICAL})


if __name__ == "__main__":
    sys.exit(main())
