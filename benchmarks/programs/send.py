"""Send the workbook's lines once, timed: by the producer's code, or by a bare loop of the Kafka client.

    python send.py product|bare ROWS

Both have the same messages and client settings. The bare loop has its messages in memory and leaves the partition to
the client; the producer's code reads its csv, finds partitions, keeps a window and checks the topic again at its end.
Prints rows/s.
"""

import sys
import time
from contextlib import closing

import source

from common.settings import load
from producer import message, publisher, session, settings, topic
from producer.canonical import Canonical
from producer.message import Sender
from producer.settings import Settings

RUNS = 1_000_000  # runs that the settings allow: the clock chooses an unused one


def main() -> None:
    """Send and print rows/s, from the first line until the last one is acknowledged."""
    way, rows = sys.argv[1], int(sys.argv[2])
    run = time.time_ns() // 1_000_000_000 % RUNS + 1
    csv = source.cut(source.prepare(), rows)
    seconds = {"product": product, "bare": bare}[way](csv, load(settings.Settings).model_copy(update={"run": run}))
    print(round(csv.rows / seconds))


def product(csv: Canonical, chosen: Settings) -> float:
    """Return the seconds of the producer's code."""
    servers = chosen.kafka_bootstrap_servers
    with closing(topic.connect(servers)) as kafka, publisher.connected(servers) as producer:
        batch = session.plan(kafka, chosen, csv, csv.path.name, source.VOLUME)
        if batch is None or batch.selection.wanted < csv.rows:
            raise SystemExit(f"run {chosen.run} has lines already: start again")
        begin = time.monotonic()
        session.stream(kafka, producer, chosen, batch)
        return time.monotonic() - begin


def bare(csv: Canonical, chosen: Settings) -> float:
    """Return the seconds of a loop of `send` alone."""
    prefix = message.prefix(Sender(csv.source, chosen.run))
    messages = [(key, prefix + record) for _, key, record in source.lines(csv)]
    with publisher.connected(chosen.kafka_bootstrap_servers) as producer:
        begin = time.monotonic()
        for key, value in messages:
            producer.send(chosen.topic, value=value, key=key)
        producer.flush()
        return time.monotonic() - begin


if __name__ == "__main__":
    main()
