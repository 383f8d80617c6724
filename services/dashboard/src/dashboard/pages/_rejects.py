"""Rejected messages by rule, with the newest of each as examples, and the command that sends them again."""

import datetime as dt
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.pages._groups import SQL
from dashboard.snapshots import Reading

REASONS, EXAMPLES = SQL("stream_reasons"), SQL("stream_examples")
NEWEST = 10_000  # of each partition, so that millions of rejects cost no more
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
    """The rules, commonest first, and examples, newest first."""

    rules: Sequence[Rule] = ()
    examples: Sequence[Example] = ()


def rejects(reading: Reading, partitions: Iterable[int]) -> Rejects:
    """Return the newest rejects of the partitions."""
    found = [
        Rule(row["rule"], row["messages"], row["newest"], partition, row["newest_offset"])
        for partition in partitions
        for row in reading.rows(REASONS, partition=partition, newest=NEWEST)
    ]
    rules = merged(found)
    places = tuple((one.partition, one.offset) for one in rules[:EXAMPLE_RULES])
    return Rejects(rules, examples(reading, places) if places else ())


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
