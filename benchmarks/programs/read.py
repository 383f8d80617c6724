"""Read the waiting messages with Spark, timed, as far as one of the processor's steps goes.

    python read.py from_csv|to_arrow ROWS

`from_csv`: the Kafka source, and `from_csv` into `noop`. `to_arrow`: the Kafka source, the processor's whole parsing
and `DataFrame.toArrow`, in slices as large as its micro-batches. Prints rows/s from the first slice's begin.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

from processor import session, settings, source
from processor.stream.parsing import FIELDS, parse
from processor.settings import Settings
from processor.edges.topic import Topic

Offsets = Mapping[int, int]
SCHEMA = ", ".join(f"`{name}` STRING" for name in FIELDS)


def main() -> None:
    """Read and print rows/s."""
    step, rows = {"from_csv": from_csv, "to_arrow": to_arrow}[sys.argv[1]], int(sys.argv[2])
    chosen = settings.load()
    with Topic(chosen.kafka_bootstrap_servers, chosen.topic) as topic:
        ends = topic.snapshot().end_offsets
    if sum(ends.values()) != rows:
        raise SystemExit(f"the topic holds {sum(ends.values()):,} messages, not {rows:,}: fill it first")
    spark = session.start()
    begin = time.monotonic()
    step(spark, chosen, ends)
    print(round(rows / (time.monotonic() - begin)))


def from_csv(spark: SparkSession, chosen: Settings, ends: Offsets) -> None:
    """Read it all in one go; `noop` takes the rows and does nothing."""
    messages = read(spark, chosen, dict.fromkeys(ends, 0), ends)
    records = messages.select(F.from_csv(F.col("value").cast("string"), SCHEMA, {"escape": '"'}).alias("record"))
    records.select("record.*").write.format("noop").mode("overwrite").save()


def to_arrow(spark: SparkSession, chosen: Settings, ends: Offsets) -> None:
    """Read slice by slice, as no driver could hold it all."""
    for first, last in slices(ends, chosen.max_rows_per_batch):
        parse(read(spark, chosen, first, last)).toArrow()


def slices(ends: Offsets, rows: int) -> Iterator[tuple[Offsets, Offsets]]:
    """Yield the offsets of even slices of at most so many rows."""
    count = -(-sum(ends.values()) // rows)
    marks = [{partition: end * n // count for partition, end in ends.items()} for n in range(count + 1)]
    yield from pairwise(marks)


def read(spark: SparkSession, chosen: Settings, first: Offsets, last: Offsets) -> DataFrame:
    """Return the messages between offsets, fetched as the processor does."""
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", chosen.kafka_bootstrap_servers)
        .option("subscribe", chosen.topic)
        # One group for all slices: else each leaves its consumers and what they fetched in a cache.
        .option("kafka.group.id", "benchmark")
        .option("startingOffsets", json.dumps({chosen.topic: first}))
        .option("endingOffsets", json.dumps({chosen.topic: last}))
        .options(**source.FETCH)
        .load()
    )


if __name__ == "__main__":
    main()
