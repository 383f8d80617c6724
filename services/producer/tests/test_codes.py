"""Invoices, products, customers and countries as spreadsheet programs write them."""

import pytest

from producer.reading import codes
from producer.reading.numbers import Mark, Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("536365", "536365"), ("536365.0", "536365"), ("C536379", "C536379"), ("'85123A", "85123A"), ("007", "007"),
        ("10.5", "10.5"), ('="0012"', "0012"), ("17.000", "17.000"), ("536365.000", "536365"), ("0.000", "0"),
        ("17.0000", "17"),
        ("17850,0", "17850"), ("17850.00", "17850"), (" x\u00a0", "x"), ("NULL", "NULL"), ("1e5", "1e5"), ("", ""),
    ],
)  # fmt: skip
def test_codes(value: str, text: str) -> None:
    """A code is a text: only an apostrophe before it and a `.0` after digits come from the spreadsheet."""
    assert codes.code(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("17850", "17850"), ("17850.0", "17850"), ("'17850", "17850"), (" 17850\u00a0", "17850"), ("C-12", "C-12"),
        ("nan", ""), ("NaN", ""), ("None", ""), ("NULL", ""), ("n/a", ""), ("Unknown", ""), ("NA", ""), ("<NA>", ""),
        ("\\N", ""), ("(null)", ""), ("#N/A", ""), ("0", ""), ("0.0", ""),
        ("-", ""), (" ", ""), ("00", "00"), ("-1", "-1"),
    ],
)  # fmt: skip
def test_customers(value: str, text: str) -> None:
    """A customer is a number without what surrounds it; a placeholder becomes empty."""
    assert codes.customer(value) == text


@pytest.mark.parametrize(
    ("value", "mark", "text"),
    [
        ("17,850", ".", "17850"), ("17.850", ",", "17850"), ("17 850", None, "17850"), ("1,234,567", ".", "1234567"),
        ("17.850", ".", "17.850"), ("17,850", ",", "17,850"), ("17.850", None, "17.850"), ("17,85", ".", "17,85"),
        ("A,850", ".", "A,850"), ("017,850", ".", "017,850"),
    ],
)  # fmt: skip
def test_thousands_separators(value: str, mark: Mark | None, text: str) -> None:
    """Thousands separators in an identifier are removed if the file's numbers show which mark they are."""
    assert codes.ungrouped(value, Numbers(mark)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("United Kingdom", "United Kingdom"), ("united kingdom", "United Kingdom"),
        ("UNITED KINGDOM ", "United Kingdom"),
        ("United\u00a0Kingdom", "United Kingdom"), ("\u00a0United  Kingdom", "United Kingdom"), ("EIRE ", "EIRE"),
        ("eire", "eire"), ("Channel\u00a0Islands", "Channel Islands"), ("UnitedKingdom", "UnitedKingdom"), ("", ""),
    ],
)  # fmt: skip
def test_countries(value: str, text: str) -> None:
    """Blanks and letter case do not change the table of a line."""
    assert codes.country(value) == text
