"""A topic in memory, a producer's volume, what may befall them, and what the processor makes of the messages."""

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
from producer.publisher import Lost, partition_of
from producer.record import SOURCE_DIGITS
from producer.settings import Settings

LINES = "lines"
UNREADABLE = None
ENVELOPE = 5
"""Fields before the eight texts of a line."""
STRANGER = Sender(hashlib.sha256(b"another shop").hexdigest()[:SOURCE_DIGITS], 1)


class Crash(BaseException):
    """The process is gone."""


def crash() -> None:
    """End as a killed process does."""
    raise Crash


@dataclass
class Shop:
    """A topic, and a producer's volume."""

    volume: Path
    broker: Broker

    @property
    def topic(self) -> Topic:
        """The topic as it is now."""
        return self.broker.topics[LINES]

    @property
    def messages(self) -> int:
        """How many messages the topic holds."""
        return sum(map(len, self.topic.logs))

    def senders(self) -> set[tuple[str, int]]:
        """Return the sources and runs that the messages come from."""
        return {sender_of(message) for log in self.topic.logs for message in log}

    def start(self, csv: Canonical, run: int = 1) -> None:
        """Do what one start of the producer does; its lines go to the partition that their invoice had at its begin."""
        chosen, clients = Settings(topic=LINES, run=run), self.broker.clients()
        before = self.topic
        partitions, ends = before.partitions, [len(log) for log in before.logs]
        batch = session.begin(clients, chosen, csv, "a.csv", self.volume)
        if batch is None:
            return
        try:
            if session.stream(clients, self.broker, chosen, batch):
                session.remember(batch, self.volume)
        finally:
            for number, (log, end) in enumerate(zip(before.logs, ends, strict=False)):
                own = [message for message in log[end:] if sender_of(message)[0] == batch.sender.source]
                assert {partition_of(message.key or b"", partitions) for message in own} <= {number}

    def start_until_crash(self, csv: Canonical, messages: int, run: int = 1, under_way: Sequence[int] = ()) -> None:
        """Start and crash before so many messages more are sent; the last of some partitions have not arrived."""
        ends = [len(log) for log in self.topic.logs]
        self.before_message(messages, crash)
        with suppress(Crash):
            self.start(csv, run)
        self.broker.before_send = lambda: None
        for log, end, lost in zip(self.topic.logs, ends, under_way, strict=False):
            del log[max(end, len(log) - lost) :]

    def start_while_the_topic_is_remade(self, csv: Canonical, messages: int, partitions: int) -> None:
        """Start; before so many messages more are sent the topic is it was recreated."""
        self.before_message(messages, lambda: self.remake(partitions))
        with suppress(Lost):
            self.start(csv)
        self.broker.before_send = lambda: None

    def start_and_crash_in_reading(self, csv: Canonical, polls: int) -> None:
        """Start and crash in the middle of reading what the topic holds."""
        self.broker.before_poll = after(polls, crash)
        with suppress(Crash):
            self.start(csv)
        self.broker.before_poll = lambda: None

    def before_message(self, number: int, act: Callable[[], object]) -> None:
        """Do something before so many messages more, counted from 0, are sent; once."""
        self.broker.before_send = after(number, act)

    def grow(self, partitions: int) -> None:
        """Let the topic have more partitions."""
        self.topic.grow(max(partitions, self.topic.partitions))

    def remake(self, partitions: int) -> None:
        """Delete the topic and make it again."""
        self.broker.topics[LINES] = Topic(partitions)

    def lose_end(self, messages: Sequence[int]) -> None:
        """Let partitions lose their last messages, as in a power failure."""
        for log, lost in zip(self.topic.logs, messages, strict=False):
            del log[max(0, len(log) - lost) :]

    def delete_beginning(self, messages: int) -> None:
        """Delete the first messages of each partition, as a limit of time or size would."""
        self.topic.begins[:] = [min(messages, len(log)) for log in self.topic.logs]

    def lose_index(self) -> None:
        """Let the volume be empty."""
        (self.volume / "index.duckdb").unlink(missing_ok=True)

    def let_others_write(self, lines: Sequence[Content]) -> None:
        """Let another program send sales to each partition, and what is none."""
        for partition, log in enumerate(self.topic.logs):
            append = partial(self.broker.append, LINES, partition, b"")
            for line in lines:
                sale = prefix(STRANGER) + f"{len(log) + 1},{line}".encode()
                append(sale)
                append(sale, [("trace", b"x")])
                append(b"0:0" + sale + b"0")
                append(sale.replace(b",2,", b",3,", 1) + b"0")
                append(sale + b",one field too many")
            append(None)
            append(b"\xff")
            append(b"", UNREADABLE)

    def taken(self, run: int = 1) -> Counter[Content]:
        """Return what the processor makes of a run: the contents that it takes, or rejects for themselves.

        It sets aside each row that is not above the highest one before it of its source, run and partition.
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
    """Return what acts when it is called for so many times more, counted from 0; once."""
    left = iter(range(number + 1))

    def count() -> None:
        if next(left, None) == number:
            act()

    return count


def sender_of(message: Message) -> tuple[str, int]:
    """Return source and run of a message with what the contract wants before the data; run 0 for others."""
    envelope = envelope_of(message)
    return (envelope[1].decode(), int(envelope[2])) if envelope else ("", 0)


def row_of(message: Message) -> int:
    """Return the row of a message of the contract, 0 for anything else."""
    envelope = envelope_of(message)
    return int(envelope[3]) if envelope else 0


def envelope_of(message: Message) -> re.Match[bytes] | None:
    """Return source, run and row of a message of thirteen fields, None for anything else."""
    return re.fullmatch(rb",2,([0-9a-f]{16}),([1-9][0-9]*),([1-9][0-9]*)(?:,[^,]*){8}", message.value or b"")
