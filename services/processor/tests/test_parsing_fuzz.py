"""Messages that nobody would write: whatever comes, the parser says what the contract's own program says."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import os
import random
import sys
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.stream.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

    Headers = Sequence[tuple[str, bytes]]
    Message = tuple[bytes | None, Headers]

sys.path.append(os.environ.get("CONTRACTS_DIR", "/contracts"))
reference = importlib.import_module("reference")

INPUTS = 120_000
PIECE = 30_000  # messages at a time
SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**32))

SENT = dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC)
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
KAFKA = pa.schema(
    [
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("timestamp", pa.timestamp("us", "UTC")),
        ("value", pa.binary()),
        ("headers", pa.list_(pa.struct([("key", pa.string()), ("value", pa.binary())]))),
    ]
)
GOOD_HEADERS = (("contract", b"1"), ("source", b"ab" * 32), ("run", b"7"))

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
HEADER_VALUES = (
    b"1", b"2", b"", b"0", b"01", b"1 ", b"\xff", b"999999999", b"1000000000", b"ab" * 32, b"AB" * 32,
    b"ab" * 31, b"g" * 64, b"\xd9\xa1", b"1\n", b"-1", b"a" * 63, b"ab" * 32 + b"\n", b"0:5", b"x", b"1:",
)  # fmt: skip


class Inputs:
    """Random messages: records that are right, almost right, or once were."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret

    def message(self) -> Message:
        """Return a message and its headers."""
        value: bytes | None = self._record()
        for _ in range(self._often((0, 0, 1, 1, 2, 5))):
            value = self._mutated(value)
        if self._is_one_in(2000):
            value = self._random.choice([None, b"", b"x" * 65_537, b"," * 65_536, b'"' * 65_536, value * 300])
        return value, self._headers()

    def _record(self) -> bytes:
        fields = [self._field(place) for place in range(9)]
        quoting = self._random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
        return record(fields, quoting)

    def _field(self, place: int) -> str:
        good = ("1", "536365", "85123A", "LAMP", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom")[place]
        if not self._is_one_in(4):
            return good
        near = {0: NUMBERS, 4: NUMBERS, 5: DATES, 6: NUMBERS, 7: CUSTOMERS, 8: COUNTRIES}.get(place, TEXTS)
        return self._random.choice(near) if not self._is_one_in(6) else self._random.choice(TEXTS) + good

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

    def _headers(self) -> Headers:
        headers = list(GOOD_HEADERS)
        if not self._is_one_in(20):
            return headers
        place = self._random.randrange(3)
        change = self._random.choice(
            (
                lambda: [*headers[:place], *headers[place + 1 :]],
                lambda: [
                    *headers[:place],
                    (headers[place][0], self._random.choice(HEADER_VALUES)),
                    *headers[place + 1 :],
                ],
                lambda: [*headers[:place], (self._random.choice(("Contract", "run", "")), b"1"), *headers[place + 1 :]],
                lambda: [*headers, ("trace", self._random.randbytes(3))],
                lambda: [*headers, ("resent", self._random.choice((*HEADER_VALUES, b"3:141", b"99999:" + b"9" * 18)))],
                lambda: self._random.sample(headers, 3),
                list,
            )
        )
        return change()

    def _often(self, counts: Sequence[int]) -> int:
        return self._random.choice(counts)

    def _is_one_in(self, many: int) -> bool:
        return self._random.randrange(many) == 0


def texts(limit: int, least: int = 1) -> st.SearchStrategy[str]:
    """Return any text that a column of so many characters holds."""
    alphabet = st.characters(codec="utf-8") | st.sampled_from('",\r\n\0\\# \uffff\ufeff')
    return st.text(alphabet, min_size=least, max_size=limit)


def is_customer(text: str) -> bool:
    """Tell whether a CustomerID keeps the contract."""
    return text == text.strip(reference.BLANKS) and not reference.OTHER_NOTATION.fullmatch(text)


CELLS = st.tuples(texts(32), texts(32), texts(60, least=0), texts(32, least=0).filter(is_customer), texts(64))


def record(fields: Sequence[str], quoting: Any = csv.QUOTE_MINIMAL) -> bytes:
    """Return what Python's csv writer makes of texts."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator="").writerow(fields)
    return text.getvalue().encode()


def lines_of(spark: SparkSession, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Parse messages that stand in partition 0 from offset 0, in the code that Spark generates for a stream."""
    columns = [
        [0] * len(messages),
        range(len(messages)),
        [SENT] * len(messages),
        [value for value, _ in messages],
        [[{"key": key, "value": text} for key, text in headers] for _, headers in messages],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, KAFKA, strict=True)]
    # Without a shuffle Spark would work on rows of its own driver, with other code.
    kafka = spark.createDataFrame(pa.Table.from_arrays(arrays, schema=KAFKA)).repartition(2)
    lines: list[dict[str, Any]] = parse(kafka).toArrow().sort_by("kafka_offset").to_pylist()
    assert [line["kafka_offset"] for line in lines] == list(range(len(messages)))
    return lines


def judged(spark: SparkSession, messages: Sequence[Message]) -> list[str]:
    """Parse messages and return a sentence for each that became something else than the contract says."""
    return [
        sentence
        for line, (value, headers) in zip(lines_of(spark, messages), messages, strict=True)
        if (sentence := difference(line, value, headers))
    ]


def difference(line: dict[str, Any], value: bytes | None, headers: Headers) -> str:
    """Return what a line has that the contract does not say, or nothing."""
    expected = reference.read(value, headers)
    if expected is None:
        is_kept = (
            (line["route"], line["message"]) == ("rejected", value) and line["reason"] and len(line["reason"]) <= 500
        )
        return "" if is_kept else f"{value!r:.600} {headers}: not set aside but {line}"
    found = (
        *(line[name] for name in COLUMNS),
        line["source"] and line["source"].hex(),
        line["run"],
        line["source_row"],
    )
    route = "British" if expected.is_british else "other"
    is_same = (line["route"], line["reason"], line["message"], found) == (route, None, None, tuple(expected))
    return (
        ""
        if is_same
        else f"{value!r:.600} {headers}: {line['route']} ({line['reason']}) {found} instead of {tuple(expected)}"
    )


def test_any_message_becomes_what_the_contract_says(spark: SparkSession) -> None:
    """Of 120,000 messages, most of them mutated, each becomes the line that the contract says, or keeps its bytes."""
    inputs = Inputs(SEED)
    differences = []
    for _ in range(0, INPUTS, PIECE):
        differences += judged(spark, [inputs.message() for _ in range(PIECE)])
    assert not differences, f"FUZZ_SEED={SEED}: {len(differences)} differences, such as\n" + "\n".join(differences[:20])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CELLS, min_size=1, max_size=200), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_any_texts_come_back_unaltered(spark: SparkSession, cells: list[tuple[str, ...]], quoting: Any) -> None:
    """Whatever characters are in the texts of a record that Python's csv writer made, they are those of the line."""
    records = [
        record(["1", invoice, code, description, "6", "2010-12-01 08:26:00", "2.55", customer, country], quoting)
        for invoice, code, description, customer, country in cells
    ]
    names = ("InvoiceNo", "StockCode", "Description", "CustomerID", "Country")
    found = [
        tuple(line[name] or "" for name in names) for line in lines_of(spark, [(one, GOOD_HEADERS) for one in records])
    ]
    assert found == cells
