"""Fill the topic up to a number of messages with the workbook's lines, repeated, each repetition as a new run.

    python fill.py 2700000

One process per partition sends that partition's lines in order, as the contract requires.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

import source

from common.settings import load
from producer import message, publisher, settings
from producer.canonical import Canonical
from producer.message import Sender


class Stretch(NamedTuple):
    """Messages from `begin` to before `end`, counted over all repetitions."""

    begin: int
    end: int


def main() -> None:
    """Send what is missing and print how many messages the topic then holds."""
    chosen = load(settings.Settings)
    csv = source.prepare()
    ends = source.end_offsets(chosen.kafka_bootstrap_servers, chosen.topic)
    stretch = Stretch(sum(ends), int(sys.argv[1]))
    with ProcessPoolExecutor() as pool:
        send = partial(send_partition, csv=csv, partitions=len(ends), stretch=stretch)
        print(stretch.begin + sum(pool.map(send, range(len(ends)))))


def send_partition(partition: int, csv: Canonical, partitions: int, stretch: Stretch) -> int:
    """Send the stretch's messages of one partition; returns how many."""
    chosen = load(settings.Settings)
    own = [line for line in source.lines(csv) if publisher.partition_of(line[1], partitions) == partition]
    sent = 0
    with publisher.connected(chosen.kafka_bootstrap_servers) as producer:
        for repetition in range(stretch.begin // csv.rows, -(-stretch.end // csv.rows)):
            prefix = message.prefix(Sender(csv.source, repetition + 1))  # a new run: no line counts as received
            for row, key, record in own:
                if stretch.begin < repetition * csv.rows + row <= stretch.end:
                    producer.send(chosen.topic, prefix + record, key, partition=partition)
                    sent += 1
            producer.flush()
    return sent


if __name__ == "__main__":
    main()
