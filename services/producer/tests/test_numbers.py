"""Single numbers: how they are read, and which decimal mark they prove."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.reading import numbers
from producer.reading.numbers import Mark, Numbers


@pytest.mark.parametrize(
    ("value", "mark", "text"),
    [
        ("6", ".", "6"),
        ("6.0", ".", "6"),
        ("-0.0", ".", "0"),
        ("+6", ".", "6"),
        ("007", ".", "7"),
        ("2.550", ".", "2.55"),
        (".5", ".", "0.5"),
        ("6.", ".", "6"),
        ("1,234.5", ".", "1234.5"),
        ("1,234", ".", "1234"),
        ("1,234,567", ".", "1234567"),
        ("1.234", ".", "1.234"),
        ("0.001", ".", "0.001"),
        ("1.234,5", ",", "1234.5"),
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("1 234,56", ",", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        ("£2.55", ".", "2.55"),
        ("-£2.55", ".", "-2.55"),
        ("£-2.55", ".", "-2.55"),
        ("2,55\u00a0€", ",", "2.55"),
        ("\u22122.55", ".", "-2.55"),
        ("'6", ".", "6"),
        ("4.949999999999999", ".", "4.95"),
        ("4.9499999999999997", ".", "4.95"),
        ("0.30000000000000004", ".", "0.3"),
        ("12345678901234567890", ".", "12345678901234567890"),
    ],
)
def test_numbers(value: str, mark: Mark, text: str) -> None:
    """A number in any of these formats gets the contract's format."""
    assert numbers.canonical(value, Numbers(mark)) == text


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        ("2,55", "."), ("2.55", ","), ("1.234.567", "."), ("1,23,456", "."), ("1 2", "."), ("1e3", "."), ("abc", "."),
        ("", "."), ("-", "."), (".", "."), ("--1", "."), ("1.2.3", "."), ("\u0663", "."), ("5-", "."), ("(5)", "."),
    ],
)  # fmt: skip
def test_no_numbers(value: str, mark: Mark) -> None:
    """What is not a number of the file is returned unchanged, to be rejected with its own text."""
    assert numbers.canonical(value, Numbers(mark)) == value


@pytest.mark.parametrize(
    ("value", "mark"),
    [
        ("6", None), ("2.55", "."), ("2,55", ","), ("1,234", None), ("1.234", None), ("0.123", "."), ("0,123", ","),
        ("1,234,567", "."), ("1.234.567", ","), ("1,234.5", "."), ("1.234,5", ","), ("12345,678", ","), ("1'234", None),
    ],
)  # fmt: skip
def test_what_a_number_decides(value: str, mark: Mark | None) -> None:
    """A number proves the decimal mark of all others, or none."""
    written = numbers.read(value)
    assert written is not None
    assert written.decides() == mark


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from([(".", ","), (",", "."), (".", " "), (",", "'")]))
def test_any_number(number: object, marks: tuple[str, str]) -> None:
    """A number is read back with either decimal mark and any thousands separator."""
    mark, thousands = marks
    written = f"{number:,f}".replace(",", "T").replace(".", mark).replace("T", thousands)
    plain = f"{number:f}".rstrip("0").removesuffix(".")
    assert numbers.canonical(written, Numbers(cast("Mark", mark))) == ("0" if plain == "-0" else plain)


@given(st.text(max_size=12))
def test_any_text(value: str) -> None:
    """Any text becomes a number or is returned unchanged, without an exception."""
    assert isinstance(numbers.canonical(value, Numbers(".")), str)
