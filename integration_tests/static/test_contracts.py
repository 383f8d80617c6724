"""The contract's schema, examples, reference and tables agree."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import reference

HERE = Path(__file__).parents[1]
SCHEMA = json.loads((HERE / "contracts/online_retail.schema.json").read_text(encoding="utf-8"))
EXAMPLES = json.loads((HERE / "contracts/examples.json").read_text(encoding="utf-8"))
TABLES = (HERE.parent / "services/db-init/migrations/001_create_line_tables.sql").read_text(encoding="utf-8")

VALID, INVALID = EXAMPLES["valid"], EXAMPLES["invalid"]
FIELDS = {field["name"]: field for field in SCHEMA["fields"]}
LENGTHS = {
    name: field["constraints"]["maxLength"] for name, field in FIELDS.items() if "maxLength" in field["constraints"]
}

SOURCE, RUN = "ab" * 8, 1
PREFIX = f",2,{SOURCE},{RUN},"
RECORD = "1,536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"
PLACE = "3:17"

# The types of the standard Table Schema, as strict as the processor's.
TYPES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "integer": (r"-?[0-9]+", Decimal),
    "number": (r"-?[0-9]+(\.[0-9]+)?", float),
    "datetime": (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", dt.datetime.fromisoformat),
    "string": (r"(?s:.*)", str),
}


def values(record: str) -> list[str]:
    """Return the fields of a record."""
    (fields,) = csv.reader(io.StringIO(record, newline=""), strict=True)
    return fields


def faults(record: str) -> list[str]:
    """Return the names of the fields of a record that violate the schema."""
    return [name for name, value in zip(FIELDS, values(record), strict=True) if not keeps(value, FIELDS[name])]


def keeps(text: str, field: dict[str, Any]) -> bool:
    """Return whether a field's text keeps its type and constraints."""
    limits = field["constraints"]
    if text in SCHEMA["missingValues"]:
        return not limits.get("required")
    if text not in limits.get("enum", [text]):
        return False
    pattern, parse = TYPES[field["type"]]
    if not re.fullmatch(pattern, text) or not re.fullmatch(limits.get("pattern", ".*"), text, re.DOTALL):
        return False
    try:
        return is_within(parse(text), limits, parse)
    except ValueError:
        return False


def is_within(value: Any, limits: dict[str, Any], parse: Callable[[str], Any]) -> bool:
    """Return whether a value is neither outside its range nor too long."""
    is_long = isinstance(value, str) and len(value) > limits.get("maxLength", len(value))
    is_low = "minimum" in limits and value < parse(str(limits["minimum"]))
    is_high = "maximum" in limits and value > parse(str(limits["maximum"]))
    return not (is_long or is_low or is_high)


def is_about_a_field(example: dict[str, Any]) -> bool:
    """Return whether an invalid example is one csv record of the right length whose reason names a field."""
    is_about_one = example.get("record") is not None and example["reason"].split()[0] in FIELDS
    return is_about_one and len(values(example["record"])) == len(FIELDS)


def message(example: dict[str, Any]) -> bytes | None:
    """Return an example's bytes."""
    if "record_hex" in example:
        return bytes.fromhex(example["record_hex"])
    return None if example["record"] is None else str(example["record"]).encode()


def fields_of(example: dict[str, Any]) -> tuple[object, ...]:
    """Return the columns of the line that an example's cells become."""
    cells = example["cells"]
    texts = [None if c is None else f"{c:.15g}" if isinstance(c, float) else str(c) for c in cells]
    moment = dt.datetime.fromisoformat(cells[4]["datetime"])
    return (*texts[:3], int(str(texts[3])), moment, Decimal(str(texts[5])), texts[6], example.get("Country", texts[7]))


def columns(table: str) -> dict[str, str]:
    """Return the columns of a table's migration and their types."""
    body = TABLES.split(f"CREATE TABLE IF NOT EXISTS {table} (")[1].split("PRIMARY KEY")[0]
    found = re.findall(r"^\s+(\w+)\s+([A-Z]+(?:\([0-9, ]+\))?(?: UNSIGNED)?)", body, re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("example", VALID, ids=[example["fact"] for example in VALID])
def test_a_valid_example_keeps_the_schema(example: dict[str, Any]) -> None:
    """Every field of a valid example keeps its type and constraints."""
    assert faults(example["record"]) == []


@pytest.mark.parametrize(
    "example",
    [example for example in INVALID if is_about_a_field(example)],
    ids=[example["fact"] for example in INVALID if is_about_a_field(example)],
)
def test_an_invalid_example_violates_the_schema_in_the_field_of_its_reason(example: dict[str, Any]) -> None:
    """Only the field named in the reason violates the schema."""
    assert faults(example["record"]) == [example["reason"].split()[0]]


@pytest.mark.parametrize("example", VALID, ids=[example["fact"] for example in VALID])
def test_the_reference_reads_a_valid_example(example: dict[str, Any]) -> None:
    """The reference returns a valid example's cells, and their source, run and row."""
    row = int(values(example["record"])[list(FIELDS).index("row")])
    assert reference.read(message(example)) == (*fields_of(example), SOURCE, RUN, row)


@pytest.mark.parametrize("example", INVALID, ids=[example["fact"] for example in INVALID])
def test_the_reference_refuses_an_invalid_example(example: dict[str, Any]) -> None:
    """The reference finds no line in an invalid example."""
    assert reference.read(message(example)) is None


@pytest.mark.parametrize("example", VALID + INVALID, ids=[example["fact"] for example in VALID + INVALID])
def test_the_reference_finds_what_is_sent_again(example: dict[str, Any]) -> None:
    """The reference finds the place of the rejected message that an example carries again, valid or not."""
    assert reference.origin(message(example)) == (tuple(example["resent"]) if "resent" in example else None)


@pytest.mark.parametrize(
    ("fact", "record"),
    [
        ("a line break after the record", RECORD + "\n"),
        ("text after a closed quote", '1,2,3,"4"x,5,2010-12-01 08:26:00,1,1,France'),
        ("a quote that opens after a blank", '1,2,3, "4",5,2010-12-01 08:26:00,1,1,France'),
        ("a newline after a number", '1,2,3,4,"5\n",2010-12-01 08:26:00,1,1,France'),
        ("an hour 24", "1,2,3,4,5,2010-12-01 24:00:00,1,1,France"),
        ("a second 60", "1,2,3,4,5,2010-12-01 23:59:60,1,1,France"),
        ("a quantity of 60,000 digits", f"1,2,3,4,{'9' * 60_000},2010-12-01 08:26:00,1,1,France"),
        ("a row of 19 digits", "1" * 19 + RECORD[1:]),
    ],
)  # fmt: skip
def test_the_reference_refuses(fact: str, record: str) -> None:
    """The reference is as strict as the contract where a lax reader would accept a message."""
    assert reference.read((PREFIX + record).encode()) is None, fact


@pytest.mark.parametrize(
    ("fact", "record", "column", "value"),
    [
        ("quotes around a plain field", '1,"2",3,4,5,2010-12-01 08:26:00,1,1,France', "InvoiceNo", "2"),
        ("a doubled quote alone", '1,2,3,"""",5,2010-12-01 08:26:00,1,1,France', "Description", '"'),
        ("an empty field in quotes", '1,2,3,"",5,2010-12-01 08:26:00,1,1,France', "Description", None),
        ("a comma and a line break", '1,2,3,"a,\r\nb",5,2010-12-01 08:26:00,1,1,France', "Description", "a,\r\nb"),
        ("a quoted last field", '1,2,3,4,5,2010-12-01 08:26:00,1,1,"Fr""ance"', "Country", 'Fr"ance'),
        ("leading zeros", f"1,2,3,4,-{'0' * 5000}5,2010-12-01 08:26:00,1,1,France", "Quantity", -5),
        (
            "leading zeros of a price",
            "1,2,3,4,5,2010-12-01 08:26:00,-0000000002.5,1,France",
            "UnitPrice",
            Decimal("-2.5"),
        ),
        ("an unusual customer", "1,2,3,4,5,2010-12-01 08:26:00,1,-1.5,France", "CustomerID", "-1.5"),
        (
            "a country of many blanks",
            "1,2,3,4,5,2010-12-01 08:26:00,1,1, united   KINGDOM\t",
            "Country",
            "United Kingdom",
        ),
        ("a country in one word", "1,2,3,4,5,2010-12-01 08:26:00,1,1,UnitedKingdom", "Country", "UnitedKingdom"),
        (
            "a Kelvin sign for a K",
            "1,2,3,4,5,2010-12-01 08:26:00,1,1,United \u212aingdom",
            "Country",
            "United \u212aingdom",
        ),
        ("trailing zeros", "1,2,3,4,5,2010-12-01 08:26:00,2.5500000,1,France", "UnitPrice", Decimal("2.55")),
    ],
)
def test_the_reference_reads(fact: str, record: str, column: str, value: object) -> None:
    """The reference accepts what the contract allows and our producer never writes."""
    assert getattr(reference.read((PREFIX + record).encode()), column) == value, fact


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.text("059.eE+-a \t\n\u00a0\u2007\u202f", min_size=1, max_size=12))
def test_the_reference_reads_customers_as_the_schema_does(customer: str) -> None:
    """The schema's pattern and the reference accept the same CustomerIDs of digits, signs, letters and blanks."""
    try:
        is_taken = reference.number(customer) == customer
    except reference.Violation:
        is_taken = False
    assert keeps(customer, FIELDS["CustomerID"]) is is_taken


@pytest.mark.parametrize(
    ("prefix", "is_line"),
    [
        (f"{PLACE},2,{SOURCE},1,", True),
        (f"3,2,{SOURCE},1,", False),
        (f"3,3,{SOURCE},1,", False),
        (f"-3:17,2,{SOURCE},1,", False),
        (f" ,2,{SOURCE},1,", False),
        (f"\ufeff,2,{SOURCE},1,", False),
        (f",02,{SOURCE},1,", False),
        (f",1,{SOURCE},1,", False),
        (f",2,{SOURCE},01,", False),
        (f",2,{SOURCE},1000000000,", False),
        (f",2,{'\u0661' * 16},1,", False),
        (f",2,{SOURCE}\n,1,", False),
    ],
)
def test_the_reference_reads_the_fields_before_the_data(prefix: str, is_line: bool) -> None:
    """The place of a rejected message, the contract, source and run come before the line itself."""
    assert (reference.read((prefix + RECORD).encode()) is not None) is is_line


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (b"3:17,", (3, 17)),
        (b'"3:17",', (3, 17)),
        (b"003:0017,\xff\x00", (3, 17)),
        (b"3:17," + b"x" * 70_000, (3, 17)),
        (b"3:17", None),
        (b'"3:17,', None),
        (b'3:17",', None),
        (b" 3:17,", None),
        (b"\n3:17,", None),
        (b"123456:1,", None),
        (b"1:1234567890123456789,", None),
        (b"", None),
        (None, None),
    ],
)
def test_a_place_in_front_counts_whatever_follows_it(message: bytes | None, place: reference.Place | None) -> None:
    """A message carries a rejected one again if it begins with a place, with or without quotes, and a comma."""
    assert reference.origin(message) == place


@pytest.mark.parametrize(
    ("size", "place", "is_line"),
    [(65_536, "", True), (65_537, "", False), (65_536, "0:1", True), (65_537, "0:1", False), (65_537, "99:99", False)],
)
def test_a_place_in_front_makes_no_message_too_long(size: int, place: str, is_line: bool) -> None:
    """The place of a rejected message does not count towards the 65,536 bytes."""
    zeros = "0" * (size - len(PREFIX + RECORD))
    message = place + PREFIX + RECORD.replace(",6,", f",{zeros}6,")
    assert len(message) == size + len(place)
    assert (reference.read(message.encode()) is not None) is is_line


def test_facts_are_unique() -> None:
    """No two examples have the same fact."""
    facts = [example["fact"] for example in VALID + INVALID]
    assert len(set(facts)) == len(facts)


def test_every_field_has_an_example_of_each_violation() -> None:
    """Each required field is missing in one example, and each limit of length is exceeded in one."""
    reasons = {example["reason"] for example in INVALID}
    limits = {name: field["constraints"] for name, field in FIELDS.items()}
    missing = {f"{name} is missing" for name, limit in limits.items() if limit.get("required")}
    long = {f"{name} is longer than {limit} characters" for name, limit in LENGTHS.items()}
    assert missing | long <= reasons


@pytest.mark.parametrize("table", ["British_Online_Retail", "Other_Online_Retail"])
def test_the_tables_have_the_schemas_columns(table: str) -> None:
    """The data's columns of a table are the schema's last eight fields, in the same order."""
    own = {"prediction", "source_row", "kafka_partition", "kafka_offset"}
    assert [name for name in columns(table) if name not in own] == list(FIELDS)[reference.ENVELOPE :]


@pytest.mark.parametrize("table", ["British_Online_Retail", "Other_Online_Retail"])
def test_the_tables_have_the_schemas_limits(table: str) -> None:
    """The columns are as long as the schema allows, and no longer."""
    types = columns(table)
    assert {name: types[name] for name in LENGTHS} == {name: f"VARCHAR({limit})" for name, limit in LENGTHS.items()}
    assert (types["Quantity"], types["UnitPrice"], types["InvoiceDate"]) == ("INT", "DECIMAL(10, 3)", "DATETIME")
