"""The oracle, asked about the stack under test and the workbooks that were streamed into it."""

import json
from collections.abc import Mapping
from contextlib import closing
from itertools import islice

from kafka import KafkaConsumer, TopicPartition
from oracle import Verdict, judge
from sample import Line, lines
from stack import Stack

LEDGER = TopicPartition("online-retail-ledger", 0)
FILES = {"sample.xlsx", "short.csv"}  # whose rows are the sample's


def verdict(stack: Stack) -> Verdict:
    """Return what the oracle finds, once the stack has caught up."""
    with stack.connect() as connection:
        return judge(stack.kafka, connection, sources=workbooks(stack))


def workbooks(stack: Stack) -> dict[str, Mapping[int, Line]]:
    """Return the lines of the workbooks that the producer has streamed, by the digest that its ledger gives them."""
    sample = lines()
    entries = [json.loads(message) for message in ledger(stack)]
    return {e["source"]: dict(islice(sample.items(), e["rows"])) for e in entries if e["file"] in FILES}


def ledger(stack: Stack) -> list[bytes]:
    """Return the messages of the producer's ledger."""
    with closing(KafkaConsumer(bootstrap_servers=stack.kafka)) as consumer:
        consumer.assign([LEDGER])
        consumer.seek_to_beginning(LEDGER)
        end, found = consumer.end_offsets([LEDGER])[LEDGER], []
        while consumer.position(LEDGER) < end:
            found += [message.value for message in consumer.poll(timeout_ms=10_000).get(LEDGER, [])]
        return found
