"""Messages: the prefix that precedes a record, and the sale in a message, whoever sent it."""

import re
from functools import lru_cache
from typing import NamedTuple

from producer.reading import numbers
from producer.reading.codes import UNITED_KINGDOM, country
from producer.reading.decisions import NUMBERS
from producer.reading.numbers import Numbers
from producer.reading.validation import fault
from producer.record import COLUMNS, CONTRACT, MESSAGE_LIMIT, SOURCE_DIGITS, field, fingerprint

FIELDS = ("resent", "contract", "source", "run", "row", *COLUMNS)
SOURCE = re.compile(f"[0-9a-fA-F]{{{SOURCE_DIGITS}}}")
RUN = re.compile("[1-9][0-9]{0,8}")
ROW = re.compile("[1-9][0-9]{0,17}")
FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\Z)')


class Sender(NamedTuple):
    """Where a line comes from: its source (the first SOURCE_DIGITS of the canonical csv's SHA-256), and the run."""

    source: str
    run: int


class Sale(NamedTuple):
    """A sale in the topic: who sent it, its row in the source, and the fingerprint of its content."""

    sender: Sender
    row: int
    fingerprint: bytes


def prefix(sender: Sender) -> bytes:
    """Return what precedes the record in each of a sender's messages."""
    return f",{CONTRACT},{sender.source},{sender.run},".encode()


def sale_of(value: bytes | None) -> Sale | None:
    """Return the sale in a message of the topic; None if the message breaks the contract.

    None also for a rejected message that was sent again: both are the same sale.
    """
    text = _text(value or b"")
    has_quotes = '"' in text or "\r" in text or "\n" in text
    fields = _quoted_fields(text) if has_quotes else text.split(",")
    if len(fields) != len(FIELDS):
        return None
    *envelope, row = fields[: -len(COLUMNS)]
    sender = _sender(*envelope)
    if sender is None or not ROW.fullmatch(row):
        return None
    # Other senders may quote more, or write 2.50 for 2.5.
    texts = map(_normalized, COLUMNS, fields[-len(COLUMNS) :])
    content = ",".join(map(field, texts) if has_quotes else texts)
    return Sale(sender, int(row), fingerprint(content.encode()))


def _text(value: bytes) -> str:
    """Return the text of a message, empty if it is too long or not UTF-8."""
    try:
        return value.decode() if len(value) <= MESSAGE_LIMIT else ""
    except UnicodeDecodeError:
        return ""


# All messages of one start have the same sender.
@lru_cache(maxsize=64)
def _sender(resent: str, contract: str, source: str, run: str) -> Sender | None:
    is_right = not resent and contract == str(CONTRACT) and SOURCE.fullmatch(source) and RUN.fullmatch(run)
    return Sender(source.lower(), int(run)) if is_right else None


@lru_cache(maxsize=65_536)
def _normalized(name: str, text: str) -> str:
    """Return a text as this producer writes it, if the processor accepts both forms as the same value."""
    if name in NUMBERS and not fault(name, text):
        return numbers.canonical(text, Numbers("."))
    if name == "Country" and country(text) == UNITED_KINGDOM:
        return UNITED_KINGDOM
    return text


def _quoted_fields(text: str) -> list[str]:
    """Return the fields of a record with quotes, none if it violates RFC 4180 (without terminator).

    Python's csv reader also accepts quotes inside unquoted fields, and records that continue after a line break.
    """
    fields, place, end = [], 0, ","
    while end:
        match = FIELD.match(text, place)
        if match is None:
            return []
        quoted, bare, end = match.groups()
        fields.append(bare if quoted is None else quoted.replace('""', '"'))
        place = match.end()
    return fields
