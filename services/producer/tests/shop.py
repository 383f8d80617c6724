"""A topic in memory, a producer's volume, what may happen to them, and which messages the processor accepts."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from broker import Broker, Message, Topic
from files import Content

from producer import session
from producer.canonical import Canonical
from producer.message import Sender, prefix
from producer.publisher import LinesLost, partition_of
from producer.record import SOURCE_DIGITS
from producer.settings import Settings

LINES = "lines"
UNREADABLE = None
ENVELOPE = 5
"""Fields before the eight texts of a line."""
OTHER_SENDER = Sender(hashlib.sha256(b"another shop").hexdigest()[:SOURCE_DIGITS], 1)


class Crash(BaseException):
    """The process was killed."""


def crash() -> None:
    """End as a killed process does."""
    raise Crash


@dataclass
class Shop:
    """A topic and a producer's volume."""

    volume: Path
    broker: Broker

    @property
    def topic(self) -> Topic:
        """The current topic."""
        return self.broker.topics[LINES]

    @property
    def messages(self) -> int:
        """How many messages the topic holds."""
        return sum(map(len, self.topic.logs))

    def senders(self) -> set[tuple[str, int]]:
        """Return the sources and runs of the messages."""
        return {sender_of(message) for log in self.topic.logs for message in log}

    def start(self, csv: Canonical, run: int = 1) -> None:
        """Run one start of the producer; assert that each line is in the partition of its invoice at the start."""
        chosen, clients = Settings(topic=LINES, run=run), self.broker.clients()
        before = self.topic
        partitions, ends = before.partitions, [len(log) for log in before.logs]
        batch = session.plan(clients, chosen, csv, "a.csv", self.volume)
        if batch is None:
            return
        try:
            if session.stream(clients, self.broker, chosen, batch):
                session.index_sent(batch, self.volume)
        finally:
            for number, (log, end) in enumerate(zip(before.logs, ends, strict=False)):
                own = [message for message in log[end:] if sender_of(message)[0] == batch.sender.source]
                assert {partition_of(message.key or b"", partitions) for message in own} <= {number}

    def start_until_crash(self, csv: Canonical, messages: int, run: int = 1, in_flight: Sequence[int] = ()) -> None:
        """Start and crash before this many messages are sent; the last ones of some partitions have not arrived."""
        ends = [len(log) for log in self.topic.logs]
        self.before_message(messages, crash)
        with suppress(Crash):
            self.start(csv, run)
        self.broker.before_send = lambda: None
        for log, end, lost in zip(self.topic.logs, ends, in_flight, strict=False):
            del log[max(end, len(log) - lost) :]

    def start_while_the_topic_is_recreated(self, csv: Canonical, messages: int, partitions: int) -> None:
        """Start; the topic is recreated before this many messages are sent."""
        self.before_message(messages, lambda: self.recreate(partitions))
        with suppress(LinesLost):
            self.start(csv)
        self.broker.before_send = lambda: None

    def start_and_crash_in_reading(self, csv: Canonical, polls: int) -> None:
        """Start and crash while the topic is read."""
        self.broker.before_poll = after(polls, crash)
        with suppress(Crash):
            self.start(csv)
        self.broker.before_poll = lambda: None

    def before_message(self, number: int, act: Callable[[], object]) -> None:
        """Call a function once, before this many messages, counted from 0, are sent."""
        self.broker.before_send = after(number, act)

    def grow(self, partitions: int) -> None:
        """Add partitions to the topic."""
        self.topic.grow(max(partitions, self.topic.partitions))

    def recreate(self, partitions: int) -> None:
        """Delete the topic and create it again."""
        self.broker.topics[LINES] = Topic(partitions)

    def truncate(self, messages: Sequence[int]) -> None:
        """Truncate partitions, as a power failure may."""
        for log, lost in zip(self.topic.logs, messages, strict=False):
            del log[max(0, len(log) - lost) :]

    def delete_beginning(self, messages: int) -> None:
        """Delete the first messages of each partition, as retention by time or size does."""
        self.topic.starts[:] = [min(messages, len(log)) for log in self.topic.logs]

    def lose_index(self) -> None:
        """Delete the index from the volume."""
        (self.volume / "index.duckdb").unlink(missing_ok=True)

    def let_others_write(self, lines: Sequence[Content]) -> None:
        """Append another sender's sales, and other messages, to each partition."""
        for partition, log in enumerate(self.topic.logs):
            append = partial(self.broker.append, LINES, partition, b"")
            for line in lines:
                sale = prefix(OTHER_SENDER) + f"{len(log) + 1},{line}".encode()
                append(sale)
                append(sale, [("trace", b"x")])
                append(b"0:0" + sale + b"0")
                append(sale.replace(b",2,", b",3,", 1) + b"0")
                append(sale + b",one field too many")
            append(None)
            append(b"\xff")
            append(b"", UNREADABLE)

    def accepted(self, run: int = 1) -> Counter[Content]:
        """Return the contents of a run that the processor accepts, or rejects for their content.

        It rejects each row that is not above the highest earlier one of its source, run and partition.
        """
        found = Counter[Content]()
        for log in self.topic.logs:
            highest = Counter[str]()
            for message in log:
                source, sent_in = sender_of(message)
                if sent_in == run and row_of(message) > highest[source]:
                    highest[source] = row_of(message)
                    found[(message.value or b"").decode().split(",", ENVELOPE)[-1]] += 1
        return found


def after(number: int, act: Callable[[], object]) -> Callable[[], None]:
    """Return a function that calls `act` once, at its call of this number, counted from 0."""
    left = iter(range(number + 1))

    def count() -> None:
        if next(left, None) == number:
            act()

    return count


def sender_of(message: Message) -> tuple[str, int]:
    """Return source and run of a message with the contract's envelope; run 0 for others."""
    envelope = envelope_of(message)
    return (envelope[1].decode(), int(envelope[2])) if envelope else ("", 0)


def row_of(message: Message) -> int:
    """Return the row of a message of the contract, 0 for anything else."""
    envelope = envelope_of(message)
    return int(envelope[3]) if envelope else 0


def envelope_of(message: Message) -> re.Match[bytes] | None:
    """Return source, run and row of a message of thirteen fields, None for anything else."""
    return re.fullmatch(rb",2,([0-9a-f]{16}),([1-9][0-9]*),([1-9][0-9]*)(?:,[^,]*){8}", message.value or b"")
