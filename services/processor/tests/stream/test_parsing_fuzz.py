"""Random messages: the parser's result is that of the contract's reference program."""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import os
import random
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from made import messages

from processor.stream.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

sys.path.append(os.environ.get("CONTRACTS_DIR", "/contracts"))
reference = importlib.import_module("reference")

INPUTS = 120_000
PIECE = 30_000  # messages at a time
ROW = 4  # the fields before it are the envelope
SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**32))

COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
GOOD = (
    "", "2", "ab" * 8, "7", "1", "536365", "85123A", "LAMP", "6", "2010-12-01 08:26:00", "2.55", "17850",
    "United Kingdom",
)  # fmt: skip

TEXTS = (
    "", "a", "85123A", "WHITE HANGING HEART", " padded ", "\ttab", "#", "#a", '"', '""', "'", "\\", "\\N",
    "NULL", "null", "a,b", "a\nb", "a\rb", "a\r\nb", "\n", "\r", "\x00", "\x00a", "a\x00", "\x01", "\x0b",
    "\x1a", "\x1f", "\x7f", "\x85", "\xa0", "\u2028", "\u3000", "\ufeff", "\ufeffa", "\ufffe", "\uffff", "é",
    "e\u0301", "🎁", "\u0661\u0662", "x" * 31, "x" * 32, "x" * 33, "x" * 64, "x" * 65, "🎁" * 32, "🎁" * 33,
    "€" * 999, "€" * 1000, "€" * 1001, "x" * 5000, "--", "1,",
)  # fmt: skip
NUMBERS = (
    "0", "1", "-1", "+1", "007", "-0", "2147483647", "2147483648", "-2147483648", "-2147483649",
    "999999999999999999", "1000000000000000000", "9" * 40, "0" * 40 + "1", "1.0", ".5", "5.", "1e3", "1E-5",
    "0x1", "NaN", "Infinity", " 1", "1 ", "1\n", "\u0661", "\uff11", "1_000", "1,000", "2.55", "2.5500000",
    "2.555", "2.5555", "9999999.999", "-9999999.999", "10000000", "9999999.9990", "-0.000", "1f", "1d", "1L",
    "\u066b5", "--1", "",
)  # fmt: skip
DATES = (
    "2010-12-01 08:26:00", "2011-02-29 10:00:00", "2012-02-29 23:59:59", "2011-12-09 24:00:00", "2011-12-09 12:60:00",
    "2011-12-09 12:00:60", "0999-12-31 23:59:59", "1000-01-01 00:00:00", "9999-12-31 23:59:59", "0000-00-00 00:00:00",
    "1582-10-10 00:00:00", "2011-00-01 00:00:00", "2011-13-01 00:00:00", "2011-04-31 00:00:00", "2011",
    "2011-1-1 0:0:0", "2011-12-09T12:50:00", "2011-12-09 12:50:00Z", "2011-12-09 12:50", "2011-12-09 12:50:00.0",
    " 2011-12-09 12:50:00",
    "2011-03-27 01:30:00", "1900-02-29 00:00:00", "99999-01-01 00:00:00", "\u0662011-12-09 12:50:00", "now", "",
)  # fmt: skip
CUSTOMERS = (
    *NUMBERS, "20001.0", "20001.5", "2.00E+04", "2e4", "2E-4", "1e", "1e+", "1.2.3", "1.5e4x", "-1.5", "C-12", "1 2",
    " 1", "1\t", "\xa01", "1\u2007", "\u202f1", "1\x0b", "1\u2003", " ", "9" * 31 + "e", "9" * 30 + ".9",
    "9" * 30 + "e99",
)  # fmt: skip
COUNTRIES = (
    "United Kingdom", "United Kingdom ", "united kingdom", "UNITED  KINGDOM", "\u2007United\xa0\t Kingdom\u202f",
    "United\nKingdom", "UnitedKingdom", "United \u212aingdom", "United\u2003Kingdom", "United\x0bKingdom",
    "The United Kingdom", "United Kingdom.", " " * 50 + "United Kingdom", " " * 51 + "United Kingdom", " France",
    "France", "EIRE", "", "U" * 64, "U" * 65, "United\x00Kingdom",
)  # fmt: skip
SNIPPETS = (
    b'"', b'""', b'"""', b",", b",,", b"\r", b"\n", b"\r\n", b"\x00", b"\xef\xbb\xbf", b"\xff", b"\xc3",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"\xc2\xa0", b" ", b"\t",
    b"\x0b", b"#", b"\\", b"'", b";", b"\x1a", b"\x01", b'",', b',"', b'"\x00', b'\x00"', b'" ', b' "', b"0",
    b"-", b".", b"\xd9\xa1", b"9" * 400,
)  # fmt: skip
ENVELOPE = (
    "1", "2", "3", "", "0", "01", "02", "1 ", "999999999", "1000000000", "ab" * 8, "AB" * 8, "ab" * 7, "ab" * 32,
    "g" * 16, "\u0661", "1\n", "-1", "a" * 15, "ab" * 8 + "\n", "0:5", "3:141", "99999:" + "9" * 18, "x", "1:", ":1",
    "1:2:3", "-1:2", "1 :2", "999999:1", "1:1234567890123456789",
)  # fmt: skip


class Inputs:
    """Random messages: records that are valid, almost valid, or mutated."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret

    def message(self) -> bytes | None:
        """Return a message."""
        value: bytes | None = self._record()
        for _ in range(self._often((0, 0, 1, 1, 2, 5))):
            value = self._mutated(value)
        if self._is_one_in(2000):
            value = self._random.choice([None, b"", b"x" * 65_537, b"," * 65_536, b'"' * 65_536, value * 300])
        return value

    def _record(self) -> bytes:
        fields = [self._field(place) for place in range(len(GOOD))]
        quoting = self._random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
        return record(fields, quoting)

    def _field(self, place: int) -> str:
        good = GOOD[place]
        if not self._is_one_in(40 if place < ROW else 4):
            return good
        near = {4: NUMBERS, 8: NUMBERS, 9: DATES, 10: NUMBERS, 11: CUSTOMERS, 12: COUNTRIES}
        some = ENVELOPE if place < ROW else near.get(place, TEXTS)
        return self._random.choice(some) if not self._is_one_in(6) else self._random.choice(TEXTS) + good

    def _mutated(self, value: bytes) -> bytes:
        place = self._random.randint(0, len(value))
        until = place + self._random.choice((0, 0, 1, 2, 10))
        change = self._random.choice(
            (
                lambda: value[:place] + self._random.choice(SNIPPETS) + value[place:],
                lambda: value[:place] + self._random.choice(SNIPPETS) + value[until:],
                lambda: value[:place] + self._random.randbytes(self._random.randint(1, 3)) + value[until:],
                lambda: value[:place] + value[until:],
                lambda: self._random.choice(SNIPPETS) + value,
                lambda: value + self._random.choice(SNIPPETS),
                lambda: value[:place] if self._is_one_in(5) else value,
                lambda: self._beside_a_comma(value),
            )
        )
        return change()

    def _beside_a_comma(self, value: bytes) -> bytes:
        fields = value.split(b",")
        place = self._random.randrange(len(fields))
        around = (b"", b'"', b" ", b"\x00", b'""', self._random.choice(SNIPPETS))
        fields[place] = self._random.choice(around) + fields[place] + self._random.choice(around)
        return b",".join(fields)

    def _often(self, counts: Sequence[int]) -> int:
        return self._random.choice(counts)

    def _is_one_in(self, many: int) -> bool:
        return self._random.randrange(many) == 0


def texts(limit: int, least: int = 1) -> st.SearchStrategy[str]:
    """Return any text that fits into a column of this many characters."""
    alphabet = st.characters(codec="utf-8") | st.sampled_from('",\r\n\0\\# \uffff\ufeff')
    return st.text(alphabet, min_size=least, max_size=limit)


def is_customer(text: str) -> bool:
    """Return whether a CustomerID keeps the contract."""
    return text == text.strip(reference.BLANKS) and not reference.OTHER_NOTATION.fullmatch(text)


CELLS = st.tuples(texts(32), texts(32), texts(60, least=0), texts(32, least=0).filter(is_customer), texts(64))


def record(fields: Sequence[str], quoting: Any = csv.QUOTE_MINIMAL) -> bytes:
    """Return the record of Python's csv writer."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator="").writerow(fields)
    return text.getvalue().encode()


def lines_of(values: Sequence[bytes | None]) -> list[dict[str, Any]]:
    """Parse messages of partition 0 from offset 0."""
    lines: list[dict[str, Any]] = parse(messages(values)).to_pylist()
    assert [line["kafka_offset"] for line in lines] == list(range(len(values)))
    return lines


def difference(line: dict[str, Any], value: bytes | None) -> str:
    """Return how a line differs from the contract, or nothing."""
    place = (line["resent_partition"], line["resent_offset"])
    if place != (reference.origin(value) or (None, None)):
        return f"{value!r:.600}: carries {place}"
    expected = reference.read(value)
    if expected is None:
        is_kept = (
            (line["route"], line["message"]) == ("rejected", value) and line["reason"] and len(line["reason"]) <= 500
        )
        return "" if is_kept else f"{value!r:.600}: not rejected but {line}"
    found = (*(line[name] for name in COLUMNS), line["source"], line["run"], line["source_row"])
    route = "British" if expected.is_british else "other"
    is_same = (line["route"], line["reason"], line["message"], found) == (route, None, None, tuple(expected))
    return "" if is_same else f"{value!r:.600}: {line['route']} ({line['reason']}) {found}, not {tuple(expected)}"


def test_any_message_becomes_what_the_contract_says() -> None:
    """Of 120,000 messages, most of them mutated, each becomes the line of the contract, or keeps its bytes."""
    inputs = Inputs(SEED)
    differences = []
    for _ in range(0, INPUTS, PIECE):
        values = [inputs.message() for _ in range(PIECE)]
        differences += filter(None, map(difference, lines_of(values), values))
    assert not differences, f"FUZZ_SEED={SEED}: {len(differences)} differences, such as\n" + "\n".join(differences[:20])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=5), st.integers(0, 2**32 - 1))
def test_how_messages_are_split_into_batches_changes_no_line(cuts: list[int], seed: int) -> None:
    """The lines of a table are those of its pieces, wherever it is cut."""
    inputs = Inputs(seed)
    whole = messages([inputs.message() for _ in range(400)])
    marks = sorted({0, 400, *cuts})
    pieces = [parse(whole.slice(start, end - start)) for start, end in itertools.pairwise(marks)]
    assert pa.concat_tables(pieces).to_pylist() == parse(whole).to_pylist()


@settings(max_examples=25, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=200), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_any_texts_come_back_unaltered(cells: list[tuple[str, ...]], quoting: Any) -> None:
    """The texts of a record that Python's csv writer wrote are those of the line, whatever their characters."""
    records = [
        record([*GOOD[:5], invoice, code, description, "6", GOOD[9], "2.55", customer, country], quoting)
        for invoice, code, description, customer, country in cells
    ]
    names = ("InvoiceNo", "StockCode", "Description", "CustomerID", "Country")
    assert [tuple(line[name] or "" for name in names) for line in lines_of(records)] == cells
