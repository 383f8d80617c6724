"""A message: the headers around a record, and the sale that anybody's message stands for."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from producer.reading import numbers
from producer.reading.codes import UNITED_KINGDOM, country
from producer.reading.decisions import NUMBERS
from producer.reading.judging import fault
from producer.reading.numbers import Numbers
from producer.record import COLUMNS, CONTRACT, LIMIT, content_of, encode, fingerprint

type Header = tuple[str, bytes | None]

VERSION = str(CONTRACT).encode()
SOURCE = re.compile(rb"[0-9a-fA-F]{64}")
RUN = re.compile(rb"[1-9][0-9]{0,8}")
ROW = re.compile(rb"[1-9][0-9]{0,17}")
FIELD = re.compile(r'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\Z)')


class Sender(NamedTuple):
    """What the headers say: the SHA-256 of a source (hexadecimal), and the run."""

    source: str
    run: int


class Sale(NamedTuple):
    """A sale in the topic: who sent it, its row in the source, and the fingerprint of its content."""

    sender: Sender
    row: int
    fingerprint: bytes


def headers(sender: Sender) -> list[tuple[str, bytes]]:
    """Return the headers of a sender's messages; their order is part of the contract."""
    return [("contract", VERSION), ("source", sender.source.encode()), ("run", str(sender.run).encode())]


# A session's messages have the same.
@lru_cache(maxsize=64)
def sender_of(headers: tuple[Header, ...]) -> Sender | None:
    """Return who sent a message with these headers; None where they break the contract.

    None also where a rejected message was sent again: both are the same sale.
    """
    match headers:
        case (("contract", version), ("source", bytes(source)), ("run", bytes(run)), *others):
            is_right = version == VERSION and SOURCE.fullmatch(source) and RUN.fullmatch(run)
            is_resent = others and others[0][0] == "resent"
            return Sender(source.decode().lower(), int(run)) if is_right and not is_resent else None
    return None


def sale_of(message: Any) -> Sale | None:
    """Return the sale that a message of the topic stands for; None for what no producer may send."""
    sender, parts = sender_of(tuple(message.headers)), _row_and_content(message.value or b"")
    if sender is None or parts is None or not ROW.fullmatch(parts[0]):
        return None
    return Sale(sender, int(parts[0]), fingerprint(parts[1]))


def _row_and_content(value: bytes) -> tuple[bytes, bytes] | None:
    """Return row and content as this producer would have sent them: others may quote more, or write 2.50 for 2.5.

    None for what is not one csv record (RFC 4180, UTF-8, no terminator) of nine fields. Python's own reader also takes
    quotes inside bare fields, and records that go on behind a line break.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    if len(value) > LIMIT:
        return None
    has_quotes = '"' in text or "\r" in text or "\n" in text
    fields = _quoted_fields(text) if has_quotes else text.split(",")
    if len(fields) != 1 + len(COLUMNS):
        return None
    row, *texts = fields
    respelled = list(map(_respelled, COLUMNS, texts))
    is_plain = not has_quotes and respelled == texts
    return row.encode(), content_of(value if is_plain else encode(0, respelled))


@lru_cache(maxsize=65_536)
def _respelled(name: str, text: str) -> str:
    """Return a text as this producer spells it, where the processor takes either spelling for the same."""
    if name in NUMBERS and not fault(name, text):
        return numbers.canonical(text, Numbers("."))
    if name == "Country" and country(text) == UNITED_KINGDOM:
        return UNITED_KINGDOM
    return text


def _quoted_fields(text: str) -> list[str]:
    """Return the fields of a record with quotes, none where it is no record."""
    fields, place, end = [], 0, ","
    while end:
        match = FIELD.match(text, place)
        if match is None:
            return []
        quoted, bare, end = match.groups()
        fields.append(bare if quoted is None else quoted.replace('""', '"'))
        place = match.end()
    return fields
