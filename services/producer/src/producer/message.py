"""A message: the headers around a record, and the sale that anybody's message stands for."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

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
    """Return row and content as this producer would have sent them: others may quote what need not be.

    None for what is not one csv record (RFC 4180, UTF-8, no terminator) of nine fields. Python's own reader also takes
    quotes inside bare fields, and records that go on behind a line break.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    if len(value) > LIMIT:
        return None
    if '"' not in text and "\r" not in text and "\n" not in text:
        row, _, content = value.partition(b",")
        return (row, content) if text.count(",") == len(COLUMNS) else None
    fields = _quoted_fields(text)
    is_whole = len(fields) == 1 + len(COLUMNS)
    return (fields[0].encode(), content_of(encode(0, fields[1:]))) if is_whole else None


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
