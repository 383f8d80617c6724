"""Kafka as a stream of micro-batches."""

import json
from collections.abc import Callable, Mapping

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the field's habit
from pyspark.sql.streaming.query import StreamingQuery

from processor.settings import Settings
from processor.stream.collecting import Spans

# Fetches larger than the defaults read a third more messages per second.
FETCH = {
    # All polled messages are in Java's heap at once, and decompressed they may be a thousand times as large as fetched.
    "kafka.max.poll.records": "1000",
    "kafka.fetch.min.bytes": "1",
    "kafka.fetch.max.bytes": str(64 * 1024 * 1024),
    "kafka.max.partition.fetch.bytes": str(16 * 1024 * 1024),
    "kafka.receive.buffer.bytes": str(1024 * 1024),
    # A task's result is in Java's heap several times while it is passed to Python.
    "maxRecordsPerPartition": "131072",
}


def read(spark: SparkSession, settings: Settings, next_offsets: Mapping[int, int]) -> DataFrame:
    """Return the messages from the given offsets on, with the columns of the Kafka source."""
    offsets = {settings.topic: {str(partition): offset for partition, offset in next_offsets.items()}}
    return (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", settings.kafka_bootstrap_servers)
        .option("kafka.client.id", "processor")
        .option("subscribe", settings.topic)
        .option("startingOffsets", json.dumps(offsets))
        .option("maxOffsetsPerTrigger", str(settings.max_rows_per_batch))
        # Messages that were deleted unread end the stream; the next start reports which.
        .option("failOnDataLoss", "true")
        .options(**FETCH)
        .load()
    )


def reread(spark: SparkSession, settings: Settings, spans: Spans) -> DataFrame:
    """Return the messages between offsets once more."""
    first = {str(partition): first for partition, (first, _) in spans.items()}
    end = {str(partition): end for partition, (_, end) in spans.items()}
    return (
        spark.read.format("kafka")
        .option("kafka.bootstrap.servers", settings.kafka_bootstrap_servers)
        # One group for all: otherwise the cache keeps the consumers of each, with what they fetched.
        .option("kafka.group.id", "processor-rereads")
        .option("assign", json.dumps({settings.topic: list(spans)}))
        .option("startingOffsets", json.dumps({settings.topic: first}))
        .option("endingOffsets", json.dumps({settings.topic: end}))
        .options(**FETCH)
        .load()
    )


def raw(messages: DataFrame, limit: int | None = None) -> DataFrame:
    """Return the messages as `parsing.MESSAGES` has them, and their `bytes`; values longer than a limit are NULL."""
    size = F.coalesce(F.octet_length("value"), F.lit(0))
    value = F.col("value") if limit is None else F.when(size <= limit, F.col("value"))
    return messages.select(
        F.col("partition").alias("kafka_partition"),
        F.col("offset").alias("kafka_offset"),
        F.unix_millis("timestamp").alias("sent_at"),
        F.crc32(F.coalesce("value", F.lit("").cast("binary"))).alias("crc32"),
        value.alias("value"),
        size.alias("bytes"),
    )


def run(
    messages: DataFrame, hand_over: Callable[[DataFrame], None], trigger_seconds: float, checkpoint: str
) -> StreamingQuery:
    """Start the stream; the checkpoint is temporary, since only the database stores how far it got."""
    return (
        messages.writeStream.queryName("processor")
        .foreachBatch(lambda batch, _number: hand_over(batch))
        .trigger(processingTime=f"{trigger_seconds} seconds")
        .option("checkpointLocation", checkpoint)
        .start()
    )
