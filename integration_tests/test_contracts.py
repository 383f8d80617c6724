"""The contract says the same in its schema, in its examples, and in the tables."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE / "contracts/online_retail.schema.json").read_text(encoding="utf-8"))
EXAMPLES = json.loads((HERE / "contracts/examples.json").read_text(encoding="utf-8"))
TABLES = (HERE.parent / "services/db-init/migrations/001_create_line_tables.sql").read_text(encoding="utf-8")

VALID, INVALID = EXAMPLES["valid"], EXAMPLES["invalid"]
FIELDS = {field["name"]: field for field in SCHEMA["fields"]}
LENGTHS = {
    name: field["constraints"]["maxLength"] for name, field in FIELDS.items() if "maxLength" in field["constraints"]
}

# What the types of the standard Table Schema take, no laxer than the processor.
TYPES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "integer": (r"-?[0-9]+", int),
    "number": (r"-?[0-9]+(\.[0-9]+)?", float),
    "datetime": (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", dt.datetime.fromisoformat),
    "string": (r"(?s:.*)", str),
}


def faults(record: str) -> list[str]:
    """Return the names of the fields of a record that violate the schema."""
    (values,) = csv.reader(io.StringIO(record, newline=""), strict=True)
    assert len(values) == len(FIELDS)
    return [name for name, value in zip(FIELDS, values, strict=True) if not keeps(value, FIELDS[name])]


def keeps(text: str, field: dict[str, Any]) -> bool:
    """Tell whether a field's text keeps its type and constraints."""
    limits = field["constraints"]
    if text in SCHEMA["missingValues"]:
        return not limits.get("required")
    pattern, parse = TYPES[field["type"]]
    if not re.fullmatch(pattern, text) or not re.fullmatch(limits.get("pattern", ".*"), text, re.DOTALL):
        return False
    try:
        return is_within(parse(text), limits, parse)
    except ValueError:
        return False


def is_within(value: Any, limits: dict[str, Any], parse: Callable[[str], Any]) -> bool:
    """Tell whether a value is neither outside its range nor too long."""
    is_long = isinstance(value, str) and len(value) > limits.get("maxLength", len(value))
    is_low = "minimum" in limits and value < parse(str(limits["minimum"]))
    is_high = "maximum" in limits and value > parse(str(limits["maximum"]))
    return not (is_long or is_low or is_high)


def is_about_a_field(example: dict[str, Any]) -> bool:
    """Tell whether an invalid example is one csv record of the right length whose reason begins with a field's name."""
    return example.get("record") is not None and example["reason"].split()[0] in FIELDS


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
def test_an_invalid_example_violates_the_schema_where_its_reason_says(example: dict[str, Any]) -> None:
    """The one field that violates the schema is the one that the reason names."""
    assert faults(example["record"]) == [example["reason"].split()[0]]


def test_facts_are_told_once() -> None:
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
    """The data's columns of a table are the schema's fields behind the row's number, in the same order."""
    own = {"prediction", "source_row", "kafka_partition", "kafka_offset"}
    assert [name for name in columns(table) if name not in own] == list(FIELDS)[1:]


@pytest.mark.parametrize("table", ["British_Online_Retail", "Other_Online_Retail"])
def test_the_tables_have_the_schemas_limits(table: str) -> None:
    """What the schema allows fits into the column, and nothing longer does."""
    types = columns(table)
    assert {name: types[name] for name in LENGTHS} == {name: f"VARCHAR({limit})" for name, limit in LENGTHS.items()}
    assert (types["Quantity"], types["UnitPrice"], types["InvoiceDate"]) == ("INT", "DECIMAL(10, 3)", "DATETIME")
