"""kafka-python, Python's csv and pymysql's `executemany`, in one process or in several that share the partitions.

    python kafka_python_client.py MESSAGES PROCESSES

Each batch is a transaction, and its offsets are committed to Kafka afterwards: a crash in between writes it twice.
Prints rows/s from the first poll to the last commit.
"""

import csv
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import pymysql
from kafka import KafkaConsumer, TopicPartition
from target import BATCH, COLUMNS, DATABASE, KAFKA, PARTITIONS, TOPIC, UNITED_KINGDOM, password

COUNTRY = COLUMNS.index("Country")


def insert(table: str, *columns: str) -> str:
    """Return a statement that pymysql can extend to many rows, because all values are `%s`."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


BRITISH, OTHER = insert("British_Online_Retail", *COLUMNS, "prediction"), insert("Other_Online_Retail", *COLUMNS)


class Span(NamedTuple):
    """How many lines were written, and the times of the first poll and the last commit."""

    lines: int
    begin: float
    end: float


def main() -> None:
    """Print rows/s."""
    wanted, processes = map(int, sys.argv[1:])
    with ProcessPoolExecutor(processes) as pool:
        spans = [*pool.map(copy, (range(number, PARTITIONS, processes) for number in range(processes)))]
    if (lines := sum(span.lines for span in spans)) != wanted:
        raise SystemExit(f"{lines:,} lines were written, not {wanted:,}")
    print(round(lines / (max(span.end for span in spans) - min(span.begin for span in spans))))


def copy(partitions: range) -> Span:
    """Write the messages of some partitions."""
    consumer = KafkaConsumer(
        bootstrap_servers=KAFKA, group_id="peer", enable_auto_commit=False,
        max_poll_records=BATCH, fetch_max_bytes=64 << 20, max_partition_fetch_bytes=16 << 20,
    )  # fmt: skip
    places = [TopicPartition(TOPIC, partition) for partition in partitions]
    consumer.assign(places)
    consumer.seek_to_beginning()  # ignores the offsets that earlier rounds committed
    ends = consumer.end_offsets(places)
    connection = pymysql.connect(host="mariadb", user="root", password=password(), database=DATABASE, charset="utf8mb4")
    cursor = connection.cursor()
    cursor.max_stmt_length = 8 << 20  # a batch is one statement
    cursor.execute("SET unique_checks = 0, foreign_key_checks = 0")
    begin, written = time.time(), 0
    while any(consumer.position(place) < end for place, end in ends.items()):
        polled = consumer.poll(1000)
        lines = [line for messages in polled.values() for line in parsed(messages)]
        cursor.executemany(BRITISH, [(*line, 0) for line in lines if line[COUNTRY] == UNITED_KINGDOM])
        cursor.executemany(OTHER, [line for line in lines if line[COUNTRY] != UNITED_KINGDOM])
        connection.commit()
        consumer.commit()
        written += len(lines)
    return Span(written, begin, time.time())


def parsed(messages: list) -> list[tuple]:  # type: ignore[type-arg]
    """Return the columns of each message."""
    records = csv.reader([message.value.decode() for message in messages])
    return [
        (*(field or None for field in fields[5:]), fields[4], message.partition, message.offset)
        for fields, message in zip(records, messages, strict=True)
    ]


if __name__ == "__main__":
    main()
