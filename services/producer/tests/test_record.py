"""Cells become texts, lines become records, and records are read back unchanged."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from conftest import contract_examples
from hypothesis import given
from hypothesis import strategies as st

from producer import record
from producer.message import Sender, prefix

DAY = dt.datetime(2011, 10, 9, 23, 59, 59)  # noqa: DTZ001 - wall-clock time is what a sheet has
LAST = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999)  # noqa: DTZ001


def _cell(cell: Any) -> object:
    return dt.datetime.fromisoformat(cell["datetime"]) if isinstance(cell, dict) else cell


CANONICAL = [example for example in contract_examples() if example.get("is_canonical", True)]


@pytest.mark.parametrize("example", CANONICAL, ids=lambda example: example["fact"])
def test_contract(example: dict[str, Any]) -> None:
    """The cells of each valid example that this producer may write become exactly its message."""
    row = int(example["record"].split(",")[4])
    made = record.encode(row, map(record.text, map(_cell, example["cells"])))
    assert prefix(Sender("ab" * 8, 1)) + made == example["record"].encode()


def test_the_longest_record() -> None:
    """The longest allowed record, with the longest run, gives the longest allowed message."""
    before = prefix(Sender("ab" * 8, 999_999_999))
    assert len(before) + record.RECORD_LIMIT == record.MESSAGE_LIMIT == 65_536


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        (" x ", " x "),
        (6, "6"),
        (6.0, "6"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1.5e15, "1500000000000000"),
        (1e21, "1000000000000000000000"),
        (9_007_199_254_740_991, "9007199254740991"),
        (99_999_999_999_999_991_611_392, "100000000000000000000000"),
        (-11062.06, "-11062.06"),
        (True, "TRUE"),
        (False, "FALSE"),
        (DAY, "2011-10-09 23:59:59"),
        (DAY.replace(microsecond=499_999), "2011-10-09 23:59:59"),
        (DAY.replace(microsecond=999_995), "2011-10-10 00:00:00"),
        (LAST, "9999-12-31 23:59:59"),
        (dt.date(2011, 10, 9), "2011-10-09 00:00:00"),
        (dt.time(8, 26), "08:26:00"),
    ],
)
def test_text(cell: object, text: str) -> None:
    """A cell becomes the contract's text."""
    assert record.text(cell) == text


def test_equal_booleans_and_numbers() -> None:
    """1, 1.0 and True are equal in Python but not in a sheet."""
    assert [*map(record.text, [1, True, 1.0, 0, False])] == ["1", "TRUE", "1", "0", "FALSE"]


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=8, max_size=8), min_size=1))
def test_lines_come_back(lines: list[list[str]]) -> None:
    """With any texts, each row, key and record of a canonical csv is read back, and Python's csv reads the texts."""
    records = [record.encode(row, texts) for row, texts in enumerate(lines, start=1)]
    read = list(record.lines(io.BytesIO(b"".join(line + b"\n" for line in records))))
    assert read == [(n, texts[0].encode(), records[n - 1]) for n, texts in enumerate(lines, start=1)]
    back = [next(csv.reader(io.StringIO(line.decode(), newline=""))) for line in records]
    assert back == [[str(n), *texts] for n, texts in enumerate(lines, start=1)]


@given(st.floats(-1e14, 1e14, allow_nan=False))
def test_numbers_keep_fifteen_digits(number: float) -> None:
    """A number's text has no exponent and 15 significant digits."""
    text = record.text(number)
    assert "e" not in text.lower()
    assert float(text) == float(f"{number:.15g}")
