"""Stream the sales lines of a workbook into Kafka, once."""

import logging
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import duckdb
from kafka.errors import KafkaError

from producer import canonical, folder, heartbeat, publisher, rejects, session, settings, stopping, topic
from producer.canonical import Canonical
from producer.mistake import Mistake
from producer.settings import Settings

log = logging.getLogger("producer")

DATA = Path("/data")
VOLUME = Path("/var/lib/producer")
EX_CONFIG = 78


def main() -> int:
    """Run the producer; returns its exit code."""
    start_logging()
    stopping.exit_at_once()
    heartbeat.beat()
    try:
        chosen = settings.load()
    except Mistake as mistake:
        return give_up(mistake, hold=settings.is_holding())
    try:
        run(chosen)
    except Mistake as mistake:
        return give_up(mistake, hold=chosen.on_mistake == "hold")
    except (topic.Unreachable, publisher.Lost, KafkaError, duckdb.Error, OSError) as error:
        log.error("%s: stopped; the next start sends what is missing.", error)  # noqa: TRY400 - a sentence
        return 1
    return 0


def run(chosen: Settings) -> None:
    """Prepare the csv, see what the topic holds of it, and send the rest."""
    with ExitStack() as edges:
        edges.enter_context(canonical.locked(VOLUME))
        path = folder.choose(DATA, chosen.workbook)
        with heartbeat.beating():
            csv = canonical.prepare(path, VOLUME, chosen.date_order)
        tell(csv, path.name)
        rejects.refuse_too_many(csv.facts, path.name, chosen.max_rejected_percent)
        servers = chosen.kafka_bootstrap_servers
        kafka = edges.enter_context(closing(topic.waiting("Kafka", lambda: topic.connect(servers))))
        batch = session.begin(kafka, chosen, csv, path.name, VOLUME)
        if batch is not None:
            producer = edges.enter_context(publisher.connected(servers))
            if session.stream(kafka, producer, chosen, batch):
                session.remember(batch, VOLUME)


def tell(csv: Canonical, file: str) -> None:
    """Log how the file is read, and what of it an analyst may miss."""
    log.info("%s: %s", file, csv.read_as)
    facts = csv.facts
    if facts.headers_again:
        log.info("%s: the header comes %d more times, and was skipped there", file, facts.headers_again)
    if facts.nobody:
        log.info(
            "%s: %s lines have a placeholder (such as nan, Unknown, 0) as customer: nobody's", file, f"{facts.nobody:,}"
        )
    if facts.rejected:
        log.warning("%s: %s", file, rejects.told(facts))


def give_up(mistake: Mistake, *, hold: bool) -> int:
    """Say the mistake; held, wait unhealthy for SIGTERM, so that no restart repeats it and `ps` shows it."""
    log.error("%s", mistake)
    heartbeat.stop()
    if hold:
        stopping.awaited()
    return EX_CONFIG


def start_logging() -> None:
    """Log to standard error, in UTC; of the Kafka client only errors, and not its attempts to connect: we tell them."""
    handler = logging.StreamHandler()
    formatter = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("kafka").setLevel(logging.ERROR)
    for part in ("kafka.net", "kafka.cluster"):
        logging.getLogger(part).setLevel(logging.CRITICAL)


if __name__ == "__main__":
    sys.exit(main())
