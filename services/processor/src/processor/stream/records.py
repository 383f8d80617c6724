"""Is a message one csv record, and which rejected message does it resend? Checked before Arrow splits it.

Arrow's csv reader accepts quotes inside bare fields and unclosed quotes, and splits records at line breaks.
"""

import csv
import re

import pyarrow as pa
import pyarrow.compute as pc

from processor.edges.positions import Place
from processor.stream.fields import FIELDS, PLACE, contract, wrong

MAX_BYTES = 65_536  # without the mark of a resent message
BYTE_ORDER_MARK = "\ufeff"
# Nearly all messages: a record of 13 fields without quotes, line breaks or a mark.
PLAIN = rf'\A,(?:[^,"\r\n]*,){{{len(FIELDS) - 2}}}[^,"\r\n]*\z'
ASCII = r"\A[\x00-\x7f]*\z"
MARK = re.compile(rb'("?)([0-9]{1,5}):([0-9]{1,18})\1,')
OPENING = re.compile(rb'("?)(?:[0-9]{1,5}:[0-9]{1,18})?\1,')  # a mark, or none
QUOTED = re.compile('"[^"]*"')
LINE_BREAK = re.compile("[\r\n]")
QUOTE_IN_BARE_FIELD = re.compile('[^,"]"|"[^,"]')


def unusual(messages: pa.Array) -> list[int]:
    """Return the indices of the messages that `fault` and `origin` have to check, in order."""
    is_plain = pc.and_(pc.match_substring_regex(messages, PLAIN), pc.less_equal(pc.binary_length(messages), MAX_BYTES))
    if not _is_utf8(messages):
        # What is no UTF-8 has a byte beyond ASCII; few messages have one.
        is_plain = pc.and_(is_plain, pc.match_substring_regex(messages, ASCII))
    return pc.indices_nonzero(pc.invert(is_plain.fill_null(False))).to_pylist()  # type: ignore[no-any-return]


def origin(message: bytes | None) -> Place | None:
    """Return the place that the mark in front of a message names, whatever follows it."""
    match = MARK.match(message or b"")
    return match and Place(int(match[2]), int(match[3]))


def resent(message: bytes | None, place: Place) -> bytes:
    """Return a message to be resent: with its place in front, and no other mark."""
    whole = message or b""
    opening = OPENING.match(whole)
    return b"%d:%d,%s" % (*place, whole[opening.end() if opening else 0 :])


def fault(message: bytes | None) -> str | None:
    """Return why a message is not one csv record of the contract's fields; None where it is."""
    if not message:
        return "the message is empty"
    mark = MARK.match(message)
    if len(message) - (len(mark[2] + mark[3]) + 1 if mark else 0) > MAX_BYTES:
        return f"the message is longer than {MAX_BYTES} bytes"
    try:
        text = message.decode()
    except UnicodeDecodeError:
        return "not valid UTF-8"
    return _fault_of_structure(text) or _fault_of_count(text)


def _fault_of_structure(text: str) -> str | None:
    if text.startswith(BYTE_ORDER_MARK):
        return "not a csv record: a byte order mark before it"
    if text.count('"') % 2:
        return "not a csv record: a quote that is not closed"
    # With each quoted stretch shrunk to one quote, what is left shows the record's structure.
    skeleton = QUOTED.sub('"', text)
    if LINE_BREAK.search(skeleton):
        return "not one csv record: a line break outside quotes"
    if QUOTE_IN_BARE_FIELD.search(skeleton):
        return "not a csv record: a quote inside an unquoted field"
    return None


def _fault_of_count(text: str) -> str | None:
    """Return what is wrong with the number of fields; a record of another contract may have another."""
    (fields,) = csv.reader([text], strict=True)
    match fields:
        case [resent, version, *_] if version and (not resent or PLACE.fullmatch(resent)):
            try:
                contract(version)
            except ValueError as error:
                return wrong("contract", version, error)
    return None if len(fields) == len(FIELDS) else f"{len(fields)} fields where {len(FIELDS)} are expected"


def _is_utf8(messages: pa.Array) -> bool:
    try:
        messages.cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True
