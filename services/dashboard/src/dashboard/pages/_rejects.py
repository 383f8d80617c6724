"""Rejected messages by rule, with the newest of each as examples, and the command that sends them again."""

import datetime as dt
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.pages._groups import SQL
from dashboard.snapshots import Reading

REASONS, EXAMPLES = SQL("stream_reasons"), SQL("stream_examples")
NEWEST = 4_000  # of all partitions together, 5 µs each, so that millions of rejects cost no more
EXAMPLE_RULES = 20
REPEATED = "already received"
# A record begins with the mark of a resent message or nothing, the contract, the source, the run, the row.
ROW = re.compile(r'(?:"?\d+:\d+"?)?,"?\d+"?,"?[0-9a-f]+"?,"?\d+"?,"?(\d+)"?,')


class Rule(NamedTuple):
    """A reason without what it quotes: its messages, and the newest one's time and place."""

    text: str
    messages: int
    newest: dt.datetime
    partition: int
    offset: int

    @property
    def command(self) -> str | None:
        """What sends such messages again; None for repetitions, of which nothing is missing."""
        if self.text.startswith(REPEATED):
            return None
        beginning = self.text.split("'", 1)[0].strip()
        # Make takes a dollar for a name.
        return f"make resend REASON={shlex.quote(beginning)}".replace("$", "$$") if beginning else "make resend"


class Example(NamedTuple):
    """A rejected message: its place, its row of the workbook, the beginning of its text."""

    partition: int
    offset: int
    at: dt.datetime
    row: int | None
    reason: str
    message: str
    is_resent: bool


@dataclass(frozen=True)
class Rejects:
    """The rules, commonest first, and examples, newest first; of the newest messages of each partition."""

    rules: Sequence[Rule] = ()
    examples: Sequence[Example] = ()
    of_each: int = 0  # messages looked at, at most

    @property
    def looked_at(self) -> int:
        """How many messages these are."""
        return sum(rule.messages for rule in self.rules)

    @property
    def repeated(self) -> int:
        """How many of them are repetitions, which hide older rejects if they are many."""
        return sum(rule.messages for rule in self.rules if rule.command is None)


def rejects(reading: Reading, so_far: Mapping[int, int]) -> Rejects:
    """Return the newest rejects of the partitions; `so_far` says how many each has."""
    counts = tuple(sorted((partition, count) for partition, count in so_far.items() if count))
    if not counts:
        return Rejects()
    # They change with the counts and with what is kept per grouping (an erasure, a rebuild), not with each micro-batch.
    rules = reading.once_per_grouping(read_rules, counts)
    places = tuple((one.partition, one.offset) for one in rules[:EXAMPLE_RULES])
    return Rejects(rules, examples(reading, places) if places else (), of_each(counts))


def of_each(counts: Sequence[tuple[int, int]]) -> int:
    """Return how many messages of each partition are looked at."""
    return max(NEWEST // len(counts), 1)


def read_rules(reading: Reading, counts: tuple[tuple[int, int], ...]) -> list[Rule]:
    """Return the rules of the newest rejects of each partition."""
    return merged(
        Rule(row["rule"], row["messages"], row["newest"], partition, row["newest_offset"])
        for partition, _ in counts
        for row in reading.rows(REASONS, partition=partition, newest=of_each(counts))
    )


def merged(found: Iterable[Rule]) -> list[Rule]:
    """Return the rules of all partitions, each once."""
    by_text: dict[str, Rule] = {}
    for one in found:
        other = by_text.get(one.text, one)
        newest = max(one, other, key=lambda rule: rule.newest)
        total = one.messages + other.messages if other is not one else one.messages
        by_text[one.text] = newest._replace(messages=total)
    return sorted(by_text.values(), key=lambda rule: (-rule.messages, rule.text))


def examples(reading: Reading, places: tuple[tuple[int, int], ...]) -> list[Example]:
    """Return the messages at places, newest first."""
    rows = reading.rows(EXAMPLES, places=places)
    found = [
        Example(
            row["kafka_partition"], row["kafka_offset"], row["kafka_timestamp"], row_of(row["message"]),
            row["reason"], readable(row["message"]), bool(row["is_resent"]),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.partition, one.offset), reverse=True)


def row_of(message: bytes | None) -> int | None:
    """Return the row of the workbook that a message says; None if it says none."""
    match = ROW.match((message or b"").decode(errors="replace"))
    return int(match[1]) if match else None


def readable(message: bytes | None) -> str:
    """Return a message's beginning as text, without what cannot be seen."""
    if message is None:
        return "(not stored: empty, or its line is at another place)"
    text = message.decode(errors="replace")
    return "".join(character if character.isprintable() else "·" for character in text)
