"""The producer's validation agrees with the processor's, by the contract's examples that both test."""

import csv
import io
import re
from typing import Any

import pytest
from conftest import contract_examples

from producer.reading.validation import fault
from producer.record import COLUMNS


def faults(record: str) -> list[str]:
    """Return what is wrong with the columns of a record."""
    texts = next(csv.reader(io.StringIO(record, newline="")))[-len(COLUMNS) :]
    return [found for name, text in zip(COLUMNS, texts, strict=True) if (found := fault(name, text))]


@pytest.mark.parametrize("example", contract_examples("valid"), ids=lambda example: example["fact"])
def test_valid(example: dict[str, Any]) -> None:
    """What the processor accepts is valid."""
    assert faults(example["record"]) == []


OF_COLUMNS = [
    example
    for example in contract_examples("invalid")
    if "record" in example and re.match("|".join(COLUMNS), example["reason"])
]


@pytest.mark.parametrize("example", OF_COLUMNS, ids=lambda example: example["fact"])
def test_invalid(example: dict[str, Any]) -> None:
    """What the processor rejects for a column is invalid, for the same reason without the value."""
    reason = re.sub(r" '.*' ", " ", example["reason"], flags=re.DOTALL)
    assert any(reason.startswith(found) for found in faults(example["record"]))
