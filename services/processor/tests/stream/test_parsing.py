"""From a message to a line, checked against the examples of the contract."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from made import messages

from processor.stream.parsing import LINES, MESSAGES, parse
from processor.stream.records import unusual

ENVELOPE = b",2," + b"ab" * 8 + b",1,"
GOOD = ENVELOPE + b"1,2,3,4,5,2010-12-01 08:26:00,1,1,France"


def parsed(*values: bytes | None) -> list[Any]:
    """Parse messages of partition 0 from offset 0."""
    return [SimpleNamespace(**line) for line in parse(messages(values)).to_pylist()]


def message(example: dict[str, Any]) -> bytes | None:
    """Return the bytes of an example."""
    if "record_hex" in example:
        return bytes.fromhex(example["record_hex"])
    return None if example["record"] is None else example["record"].encode()


def as_text(cell: Any) -> str | None:
    """Return the text of a cell of a text column."""
    if isinstance(cell, float):
        return str(int(cell))
    return None if cell is None else str(cell)


def test_valid_examples_arrive_as_in_the_cell(examples: dict[str, Any]) -> None:
    """Each valid example of the contract becomes a typed line with the exact texts of its cells."""
    rows = parsed(*(message(example) for example in examples["valid"]))
    for row, example in zip(rows, examples["valid"], strict=True):
        invoice, code, description, quantity, date, price, customer, country = example["cells"]
        assert row.reason is None, example["fact"]
        assert (row.InvoiceNo, row.StockCode, row.Description) == tuple(map(as_text, (invoice, code, description)))
        assert (row.Quantity, str(row.InvoiceDate)) == (quantity, date["datetime"])
        assert row.UnitPrice == Decimal(repr(price)).quantize(Decimal("0.001"))
        assert (row.CustomerID, row.Country) == (as_text(customer), example.get("Country", country))
        assert row.route == ("British" if row.Country == "United Kingdom" else "other")


def test_invalid_examples_are_rejected_with_their_bytes(examples: dict[str, Any]) -> None:
    """Each invalid example of the contract is rejected with its reason, its bytes unchanged."""
    rows = parsed(*map(message, examples["invalid"]))
    found = [(row.route, row.reason, row.message) for row in rows]
    assert found == [("rejected", example["reason"], message(example)) for example in examples["invalid"]]


def test_no_message_is_no_line() -> None:
    """An empty table gives an empty table."""
    assert parse(MESSAGES.empty_table()).equals(LINES.empty_table())


@pytest.mark.parametrize("mark", ["0:0", "3:123456789012345678", "99999:1"])
def test_the_first_field_names_a_place(mark: str) -> None:
    """Partition and offset are taken from the first field, of lines and of rejected messages."""
    place = tuple(map(int, mark.split(":")))
    for row in parsed(*(mark.encode() + rest for rest in (GOOD, b",garbage", b",", b",\xff"))):
        assert (row.resent_partition, row.resent_offset) == place


@pytest.mark.parametrize(
    "mark", ["x", "1", "1:", ":1", "1:2:3", "-1:2", "1:-2", "1 :2", "999999:1", "1:1234567890123456789", "\u0661:1"]
)
def test_a_mark_that_names_no_place_is_rejected(mark: str) -> None:
    """A message with a malformed mark is rejected and takes no reject's place."""
    (row,) = parsed(mark.encode() + GOOD)
    assert (row.route, row.reason) == ("rejected", f"resent '{mark}' is not partition:offset")
    assert (row.resent_partition, row.resent_offset) == (None, None)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"," * 60_000, id="more commas than a csv reader has columns"),
        pytest.param(b'"' * 60_000, id="quotes alone"),
        pytest.param(
            ENVELOPE + b'1,2,3,"' + b'""' * 30_000 + b'",6,2010-12-01 08:26:00,1,1,France', id="30,000 quoted quotes"
        ),
        pytest.param(b"\x00" * 60_000, id="NUL bytes alone"),
        pytest.param(b"9" * 60_000, id="a number of 60,000 digits"),
        pytest.param(
            ENVELOPE + b"1,2,3,4," + b"9" * 60_000 + b",2010-12-01 08:26:00,1,1,France",
            id="a quantity of 60,000 digits",
        ),
        pytest.param(b"#1,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a comment"),
        pytest.param(b"\x001,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a NUL byte at the beginning"),
        pytest.param(ENVELOPE + b'1,2,3,4,"6\n",2010-12-01 08:26:00,1,1,France', id="a newline after a number"),
        pytest.param(b"\xef\xbb\xbf1,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a byte order mark"),
        pytest.param(b"\n", id="a newline alone"),
        pytest.param(b" ", id="a blank alone"),
        pytest.param(b",,,,,,,,", id="commas alone"),
    ],
)
def test_a_hostile_message_is_rejected(value: bytes) -> None:
    """A message made to break the parser is rejected with its bytes and does not affect the one next to it."""
    row, neighbour = parsed(value, GOOD)
    assert (row.route, row.message) == ("rejected", value)
    assert (neighbour.route, neighbour.Country) == ("other", "France")
    assert len(row.reason) <= 500


def test_a_message_that_is_no_utf_8_slows_no_other() -> None:
    """Only it and those with characters beyond ASCII are read one by one."""
    beyond_ascii = GOOD.replace(b"France", "Réunion".encode())
    assert unusual(messages([GOOD, b"\xff", GOOD, beyond_ascii])["value"].combine_chunks()) == [1, 3]
    assert unusual(messages([GOOD, beyond_ascii])["value"].combine_chunks()) == []
    assert [row.route for row in parsed(GOOD, b"\xff", beyond_ascii)] == ["other", "rejected", "other"]


def test_a_quoted_empty_field_is_missing() -> None:
    """An empty field in quotes is as missing as one without."""
    (row,) = parsed(ENVELOPE + b'1,2,3,"",5,2010-12-01 08:26:00,1,"",France')
    assert (row.reason, row.Description, row.CustomerID) == (None, None, None)


def test_trailing_zeros_are_no_finer_decimals() -> None:
    """A price of 2.5500000 is 2.55."""
    (row,) = parsed(ENVELOPE + b"1,2,3,4,5,2010-12-01 08:26:00,2.5500000,1,France")
    assert row.UnitPrice == Decimal("2.550")


@pytest.mark.parametrize(
    "customer", ["0", "007", "NULL", "C-12", "1 2", "-1.5", "+2e4", "1.", ".5", "1e", "1e+", "1.2.3", "2e4x", "1a0"]
)
def test_an_unusual_customer_is_taken(customer: str) -> None:
    """A CustomerID may be any text that is not a number in another notation."""
    (row,) = parsed(ENVELOPE + f"1,2,3,4,5,2010-12-01 08:26:00,1,{customer},France".encode())
    assert (row.reason, row.CustomerID) == (None, customer)


@pytest.mark.parametrize(
    ("country", "stored", "route"),
    [
        ("United Kingdom", "United Kingdom", "British"),
        ("united kingdom", "United Kingdom", "British"),
        (" UNITED\t \u00a0KINGDOM\u202f", "United Kingdom", "British"),
        ("UnitedKingdom", "UnitedKingdom", "other"),
        ("the United Kingdom", "the United Kingdom", "other"),
        ("United \u212aingdom", "United \u212aingdom", "other"),  # a Kelvin sign
        (" france", " france", "other"),
    ],
)
def test_the_united_kingdom_is_known_however_it_is_written(country: str, stored: str, route: str) -> None:
    """Blanks and letter case do not matter, and it is stored in one spelling; others are unchanged."""
    (row,) = parsed(ENVELOPE + f"1,2,3,4,5,2010-12-01 08:26:00,1,1,{country}".encode())
    assert (row.reason, row.Country, row.route) == (None, stored, route)
