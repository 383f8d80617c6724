"""A message: what stands before a record in it, and the sale that anybody's message stands for."""

import re
from functools import lru_cache
from typing import NamedTuple

from producer.reading import numbers
from producer.reading.codes import UNITED_KINGDOM, country
from producer.reading.decisions import NUMBERS
from producer.reading.judging import fault
from producer.reading.numbers import Numbers
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
    """Return what stands before the record in each of a sender's messages."""
    return f",{CONTRACT},{sender.source},{sender.run},".encode()


def sale_of(value: bytes | None) -> Sale | None:
    """Return the sale that a message of the topic stands for; None for what no producer may send.

    None also where a rejected message was sent again: both are the same sale.
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
    # Others may quote more, or write 2.50 for 2.5.
    texts = map(_respelled, COLUMNS, fields[-len(COLUMNS) :])
    content = ",".join(map(field, texts) if has_quotes else texts)
    return Sale(sender, int(row), fingerprint(content.encode()))


def _text(value: bytes) -> str:
    """Return the text of a message, none where it is too long or not UTF-8."""
    try:
        return value.decode() if len(value) <= MESSAGE_LIMIT else ""
    except UnicodeDecodeError:
        return ""


# A session's messages have the same.
@lru_cache(maxsize=64)
def _sender(resent: str, contract: str, source: str, run: str) -> Sender | None:
    is_right = not resent and contract == str(CONTRACT) and SOURCE.fullmatch(source) and RUN.fullmatch(run)
    return Sender(source.lower(), int(run)) if is_right else None


@lru_cache(maxsize=65_536)
def _respelled(name: str, text: str) -> str:
    """Return a text as this producer spells it, where the processor takes either spelling for the same."""
    if name in NUMBERS and not fault(name, text):
        return numbers.canonical(text, Numbers("."))
    if name == "Country" and country(text) == UNITED_KINGDOM:
        return UNITED_KINGDOM
    return text


def _quoted_fields(text: str) -> list[str]:
    """Return the fields of a record with quotes, none where it is no record (RFC 4180, no terminator).

    Python's own reader also takes quotes inside unquoted fields, and records that continue after a line break.
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
