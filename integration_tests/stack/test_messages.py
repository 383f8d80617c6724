"""The contract's examples, sent to Kafka as any producer might: where each message is stored."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaProducer

from harness.examples import EXAMPLES, Example, Place, message
from harness.sample import COLUMNS, Line, line
from harness.stack import TOPIC, Stack, wait_until

SOURCE = "ab" * 8  # of the examples


class Topic:
    """Sends messages and returns their places."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.source = uuid.uuid4().hex[: len(SOURCE)]

    def own(self, example: Example) -> Example:
        """Return an example under a source that no earlier run of the test has sent."""
        record = example["record"].replace(SOURCE, self.source).replace(SOURCE.upper(), self.source.upper())
        return {**example, "record": record}

    def send(self, examples: Sequence[Example]) -> dict[Place, Example]:
        """Send examples and wait until all of them are in the view; return each by its place in the topic."""
        with closing(KafkaProducer(bootstrap_servers=self.stack.kafka)) as producer:
            sent = [self._send(producer, example) for example in examples]
        places = {(at.partition, at.offset): example for at, example in zip(sent, examples, strict=True)}
        wait_until(lambda: self._assert_received(places))
        return places

    def _send(self, producer: Any, example: Example) -> Any:
        return producer.send(TOPIC, message(example), example.get("key", b"")).get(timeout=10)

    def _assert_received(self, places: Mapping[Place, Example]) -> None:
        ends = dict(self.stack.sql("SELECT kafka_partition, next_offset FROM Stream_Progress"))
        assert all(ends[partition] > offset for partition, offset in places)


@pytest.fixture
def topic(stack: Stack) -> Topic:
    """The topic of the shared stack."""
    return Topic(stack)


def expected(example: Example) -> Line:
    """Return the line that an example's cells become."""
    cells = (dt.datetime.fromisoformat(c["datetime"]) if isinstance(c, dict) else c for c in example["cells"])
    given = line(tuple(cells))
    return given._replace(Country=example.get("Country", given.Country))


def stored(stack: Stack, columns: str, table: str) -> dict[Place, tuple[Any, ...]]:
    """Return some columns of a table's lines by their place in the topic."""
    rows = stack.sql(f"SELECT kafka_partition, kafka_offset, {columns} FROM {table}")  # noqa: S608
    return {(partition, offset): tuple(values) for partition, offset, *values in rows}


def test_valid_messages_arrive_exactly(topic: Topic) -> None:
    """Each valid example is in the table of its country, with the cells' values, the United Kingdom in one spelling."""
    places = topic.send([topic.own(example) for example in EXAMPLES["valid"] if "resent" not in example])
    british = stored(topic.stack, COLUMNS, "British_Online_Retail")
    other = stored(topic.stack, COLUMNS, "Other_Online_Retail")
    for place, example in places.items():
        line = expected(example)
        table = british if line.Country == "United Kingdom" else other
        assert table[place] == line, example["fact"]


def test_invalid_messages_are_rejected_with_their_bytes(topic: Topic) -> None:
    """Each invalid example is in the table of rejects: its reason, its bytes, its place, the time it was sent."""
    places = topic.send([example for example in EXAMPLES["invalid"] if "resent" not in example])
    rejects = stored(topic.stack, "reason, message, kafka_timestamp", "Rejected_Online_Retail")
    for place, example in places.items():
        reason, content, sent = rejects[place]
        assert (reason, content) == (example["reason"], message(example)), example["fact"]
        assert abs(dt.datetime.now(dt.UTC) - sent.replace(tzinfo=dt.UTC)) < dt.timedelta(minutes=2)


def test_messages_that_carry_no_reject_again_are_rejected(topic: Topic) -> None:
    """Each example with the place of a rejected message that does not exist is rejected as already received."""
    places = topic.send([example for example in EXAMPLES["valid"] + EXAMPLES["invalid"] if "resent" in example])
    rejects = stored(topic.stack, "reason, message", "Rejected_Online_Retail")
    for place, example in places.items():
        assert rejects[place][0].startswith("already received"), example["fact"]
        assert rejects[place][1] is None, example["fact"]


def test_a_line_sent_twice_is_rejected(topic: Topic) -> None:
    """The same row of the same source and run, sent again, is rejected as already received."""
    record = f",2,{SOURCE},1,1,536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,France"
    example = topic.own({"record": record, "key": b"536365"})
    first, second = topic.send([example, example])
    rejects = stored(topic.stack, "reason, message", "Rejected_Online_Retail")
    assert first not in rejects
    assert rejects[second][0].startswith("already received")
