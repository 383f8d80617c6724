"""Read the waiting messages with Spark, timed: the Kafka source, raw columns, `DataFrame.toArrow`, and nothing else.

    python read.py MESSAGES

In slices as large as the processor's micro-batches, because no driver could hold it all. Prints rows/s from the start
of the first slice.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise

from kafka import KafkaConsumer, TopicPartition
from pyspark.sql import DataFrame, SparkSession

from common.settings import load
from processor.settings import Settings
from processor.stream import source

COLUMNS = ("partition", "offset", "timestamp", "value")

type Offsets = Mapping[int, int]


def main() -> None:
    """Read and print rows/s."""
    messages, chosen = int(sys.argv[1]), load(Settings)
    ends = end_offsets(chosen)
    if sum(ends.values()) != messages:
        raise SystemExit(f"the topic holds {sum(ends.values()):,} messages, not {messages:,}: fill it first")
    spark = SparkSession.builder.getOrCreate()
    begin = time.monotonic()
    for first, last in slices(ends, chosen.max_rows_per_batch):
        read(spark, chosen, first, last).toArrow()
    print(round(messages / (time.monotonic() - begin)))


def end_offsets(chosen: Settings) -> Offsets:
    """Return the end offset of each partition."""
    consumer = KafkaConsumer(bootstrap_servers=chosen.kafka_bootstrap_servers)
    places = [TopicPartition(chosen.topic, partition) for partition in consumer.partitions_for_topic(chosen.topic)]
    return {place.partition: end for place, end in consumer.end_offsets(places).items()}


def slices(ends: Offsets, rows: int) -> Iterator[tuple[Offsets, Offsets]]:
    """Yield the offsets of equal slices of at most this many rows."""
    count = -(-sum(ends.values()) // rows)
    marks = [{partition: end * n // count for partition, end in ends.items()} for n in range(count + 1)]
    yield from pairwise(marks)


def read(spark: SparkSession, chosen: Settings, first: Offsets, last: Offsets) -> DataFrame:
    """Return the messages between offsets, fetched as the processor does."""
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", chosen.kafka_bootstrap_servers)
        .option("subscribe", chosen.topic)
        # One group for all slices: otherwise each leaves its consumers and their fetched messages in a cache.
        .option("kafka.group.id", "benchmark")
        .option("startingOffsets", json.dumps({chosen.topic: first}))
        .option("endingOffsets", json.dumps({chosen.topic: last}))
        .options(**source.FETCH)
        .load()
        .select(*COLUMNS)
    )


if __name__ == "__main__":
    main()
