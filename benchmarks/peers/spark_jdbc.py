"""Structured Streaming, `from_csv`, and Spark's own JDBC writer in `foreachBatch`.

    python spark_jdbc.py MESSAGES

Each task commits its rows alone, and the checkpoint comes after all of them: a crash in between writes them twice.
Prints rows/s from the start of the first micro-batch to the end of the last one.
"""

import sys
import time
from tempfile import TemporaryDirectory

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the field's habit
from target import BATCH, COLUMNS, JDBC, KAFKA, TOPIC, UNITED_KINGDOM, password

MICRO_BATCH = 400_000  # messages, as the product's
SCHEMA = (
    "resent STRING, contract STRING, source STRING, run INT, source_row BIGINT, InvoiceNo STRING, StockCode STRING,"
    " Description STRING, Quantity INT, InvoiceDate TIMESTAMP_NTZ, UnitPrice DECIMAL(10, 3), CustomerID STRING,"
    " Country STRING"
)
SETTINGS = {
    "spark.master": "local[*]",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -XX:-DontCompileHugeMethods",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
}
FETCH = {
    "kafka.max.poll.records": "20000",
    "kafka.fetch.max.bytes": str(64 << 20),
    "kafka.max.partition.fetch.bytes": str(16 << 20),
}


def main() -> None:
    """Copy the waiting messages and print rows/s."""
    builder = SparkSession.builder
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    begins: list[float] = []

    def write(batch: DataFrame, _number: int) -> None:
        begins.append(time.monotonic())
        batch.persist(StorageLevel.MEMORY_AND_DISK)  # read for both tables
        british = F.col("Country") == UNITED_KINGDOM
        append(batch.where(british).withColumn("prediction", F.lit(0)), "British_Online_Retail")
        append(batch.where(~british), "Other_Online_Retail")
        batch.unpersist()

    stream = lines(spark).writeStream.foreachBatch(write).trigger(availableNow=True)
    with TemporaryDirectory() as checkpoint:
        stream.option("checkpointLocation", checkpoint).start().awaitTermination()
    print(round(int(sys.argv[1]) / (time.monotonic() - begins[0])))


def lines(spark: SparkSession) -> DataFrame:
    """Return the messages as rows of the tables."""
    messages = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", KAFKA)
        .option("subscribe", TOPIC)
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", str(MICRO_BATCH))
        .options(**FETCH)
        .load()
    )
    form = {"escape": '"', "timestampNTZFormat": "yyyy-MM-dd HH:mm:ss"}
    record = F.from_csv(F.col("value").cast("string"), SCHEMA, form).alias("record")
    messages = messages.withColumnsRenamed({"partition": "kafka_partition", "offset": "kafka_offset"})
    return messages.select(record, "kafka_partition", "kafka_offset").select("record.*", "*").select(*COLUMNS)


def append(rows: DataFrame, table: str) -> None:
    """Write rows to a table, a transaction for each task."""
    rows.write.mode("append").jdbc(JDBC, table, properties={
        "user": "root", "password": password(), "driver": "com.mysql.cj.jdbc.Driver", "batchsize": str(BATCH),
    })  # fmt: skip


if __name__ == "__main__":
    main()
