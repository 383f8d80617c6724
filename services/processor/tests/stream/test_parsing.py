"""What becomes of a message: read against the examples of the contract."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pyspark.sql import types as T  # noqa: N812

from processor.stream.parsing import parse

if TYPE_CHECKING:
    from pyspark.sql import Row, SparkSession

KAFKA = T.StructType(
    [
        T.StructField("partition", T.IntegerType()),
        T.StructField("offset", T.LongType()),
        T.StructField("timestamp", T.TimestampType()),
        T.StructField("value", T.BinaryType()),
        T.StructField(
            "headers",
            T.ArrayType(T.StructType([T.StructField("key", T.StringType()), T.StructField("value", T.BinaryType())])),
        ),
    ]
)
HEADERS = {"contract": "1", "source": "ab" * 32, "run": "1"}
SENT = dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC)


def parsed(spark: SparkSession, *values: bytes | None, headers: dict[str, str | bytes] | None = None) -> list[Row]:
    """Parse messages that stand in partition 0 from offset 0."""
    pairs = [
        (key, value if isinstance(value, bytes) else value.encode())
        for key, value in (HEADERS if headers is None else headers).items()
    ]
    rows = [(0, offset, SENT, value, pairs) for offset, value in enumerate(values)]
    return parse(spark.createDataFrame(rows, KAFKA)).collect()


def message(example: dict[str, Any]) -> bytes | None:
    """Return the bytes of an example."""
    if "record_hex" in example:
        return bytes.fromhex(example["record_hex"])
    return None if example["record"] is None else example["record"].encode()


def as_text(cell: Any) -> str | None:
    """Return the text that a cell of a text column arrives as."""
    if isinstance(cell, float):
        return str(int(cell))
    return None if cell is None else str(cell)


def test_valid_examples_arrive_as_in_the_cell(spark: SparkSession, examples: dict[str, Any]) -> None:
    """Each valid example of the contract becomes a typed line with the very texts of its cells."""
    rows = parsed(spark, *(message(example) for example in examples["valid"]))
    for row, example in zip(rows, examples["valid"], strict=True):
        invoice, code, description, quantity, date, price, customer, country = example["cells"]
        assert row.reason is None, example["fact"]
        assert (row.InvoiceNo, row.StockCode, row.Description) == tuple(map(as_text, (invoice, code, description)))
        assert (row.Quantity, str(row.InvoiceDate)) == (quantity, date["datetime"])
        assert row.UnitPrice == Decimal(repr(price)).quantize(Decimal("0.001"))
        assert (row.CustomerID, row.Country) == (as_text(customer), example.get("Country", country))
        assert row.route == ("British" if row.Country == "United Kingdom" else "other")


def test_invalid_examples_are_set_aside_with_their_bytes(spark: SparkSession, examples: dict[str, Any]) -> None:
    """Each invalid example of the contract is rejected with its reason, its bytes unchanged."""
    for headers in {tuple(example.get("headers", HEADERS).items()) for example in examples["invalid"]}:
        group = [
            example for example in examples["invalid"] if tuple(example.get("headers", HEADERS).items()) == headers
        ]
        rows = parsed(spark, *(message(example) for example in group), headers=dict(headers))
        found = [(row.route, row.reason, None if row.message is None else bytes(row.message)) for row in rows]
        assert found == [("rejected", example["reason"], message(example)) for example in group]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"," * 60_000, id="more commas than a csv reader has columns"),
        pytest.param(b'"' * 60_000, id="quotes alone"),
        pytest.param(b'1,2,3,"' + b'""' * 30_000 + b'",6,2010-12-01 08:26:00,1,1,France', id="30,000 quoted quotes"),
        pytest.param(b"\x00" * 60_000, id="NUL bytes alone"),
        pytest.param(b"9" * 60_000, id="a number of 60,000 digits"),
        pytest.param(
            b"1,2,3,4," + b"9" * 60_000 + b",2010-12-01 08:26:00,1,1,France", id="a quantity of 60,000 digits"
        ),
        pytest.param(b"#1,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a comment"),
        pytest.param(b"\x001,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a NUL byte at the beginning"),
        pytest.param(b'1,2,3,4,"6\n",2010-12-01 08:26:00,1,1,France', id="a newline behind a number"),
        pytest.param(b"\xef\xbb\xbf1,2,3,4,5,2010-12-01 08:26:00,1,1,France", id="a byte order mark"),
        pytest.param(b"\n", id="a newline alone"),
        pytest.param(b" ", id="a blank alone"),
        pytest.param(b",,,,,,,,", id="commas alone"),
    ],
)
def test_a_hostile_message_is_set_aside(spark: SparkSession, value: bytes) -> None:
    """A message made to break the parser is rejected with its bytes and leaves the one beside it alone."""
    good = b"1,2,3,4,5,2010-12-01 08:26:00,1,1,France"
    row, neighbour = parsed(spark, value, good)
    assert (row.route, bytes(row.message)) == ("rejected", value)
    assert (neighbour.route, neighbour.Country) == ("other", "France")
    assert len(row.reason) <= 500


def test_a_quoted_empty_field_is_missing(spark: SparkSession) -> None:
    """An empty field in quotes is as missing as one without."""
    (row,) = parsed(spark, b'1,2,3,"",5,2010-12-01 08:26:00,1,"",France')
    assert (row.reason, row.Description, row.CustomerID) == (None, None, None)


def test_trailing_zeros_are_no_finer_decimals(spark: SparkSession) -> None:
    """A price of 2.5500000 is 2.55."""
    (row,) = parsed(spark, b"1,2,3,4,5,2010-12-01 08:26:00,2.5500000,1,France")
    assert row.UnitPrice == Decimal("2.550")


@pytest.mark.parametrize(
    "customer", ["0", "007", "NULL", "C-12", "1 2", "-1.5", "+2e4", "1.", ".5", "1e", "1e+", "1.2.3", "2e4x", "1a0"]
)
def test_an_unusual_customer_is_taken(spark: SparkSession, customer: str) -> None:
    """A CustomerID may be any text that is not a number in another notation."""
    (row,) = parsed(spark, f"1,2,3,4,5,2010-12-01 08:26:00,1,{customer},France".encode())
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
def test_the_united_kingdom_is_known_however_it_is_written(
    spark: SparkSession, country: str, stored: str, route: str
) -> None:
    """Blanks and letter case make no other country of it, and it is stored in one spelling; others are as they came."""
    (row,) = parsed(spark, f"1,2,3,4,5,2010-12-01 08:26:00,1,1,{country}".encode())
    assert (row.reason, row.Country, row.route) == (None, stored, route)


def test_headers_that_repeat_or_are_absent_are_set_aside(spark: SparkSession) -> None:
    """A message without headers is rejected, not an error."""
    (row,) = parsed(spark, b"1,2,3,4,5,2010-12-01 08:26:00,1,1,France", headers={})
    assert row.reason == "contract version is missing"


@pytest.mark.parametrize("name", ["contract", "source", "run"])
def test_a_header_that_is_no_text_is_set_aside(spark: SparkSession, name: str) -> None:
    """Bytes that are not UTF-8 in a header reject the message, and the reason itself is a text."""
    (row,) = parsed(spark, b"1,2,3,4,5,2010-12-01 08:26:00,1,1,France", headers={**HEADERS, name: b"\xff\xfe"})
    assert (row.route, name in row.reason, "\ufffd" in row.reason) == ("rejected", True, False)
