"""Which sale a message of the topic stands for, whoever sent it."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from conftest import contract_examples
from hypothesis import given
from hypothesis import strategies as st

from producer import record
from producer.message import Header, Sale, Sender, headers, sale_of

SENDER = Sender("ab" * 32, 2)
CONTENT = "536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"


@dataclass
class Message:
    """A message as the consumer gives it."""

    value: bytes | None
    headers: list[Header] = field(default_factory=lambda: [*headers(SENDER)])


def sale(row: int, content: str) -> Sale:
    """Return a sale of the sender."""
    return Sale(SENDER, row, record.fingerprint(content.encode()))


@pytest.mark.parametrize("example", contract_examples(), ids=lambda example: example["fact"])
def test_valid_examples(example: dict[str, Any]) -> None:
    """Each valid record of the contract is a sale with its content, the country as the processor takes it."""
    row, *texts = next(csv.reader(io.StringIO(example["record"], newline="")))
    texts[-1] = example.get("Country", texts[-1])
    assert sale_of(Message(example["record"].encode())) == sale(int(row), ",".join(map(record.field, texts)))


@pytest.mark.parametrize(
    ("written", "as_here"),
    [("2.550", "2.55"), ("02.55", "2.55"), ("-0", "0"), ("2,55", "2,55"), ("£2.50", "£2.50"), ("2.5500", "2.55")],
)
def test_another_spelling_of_a_price(written: str, as_here: str) -> None:
    """A price that the processor takes for the same is the same sale, one that it rejects is none."""
    mine, theirs = (f'1,B,x,1,2010-12-01 08:26:00,"{price}",17,France' for price in (as_here, written))
    assert sale_of(Message(f"1,{theirs}".encode())) == sale_of(Message(f"1,{mine}".encode()))
    assert (as_here == written) or sale_of(Message(f"1,{theirs}".encode())) == sale(1, mine.replace('"', ""))


@pytest.mark.parametrize("example", contract_examples("invalid"), ids=lambda example: example["fact"])
def test_invalid_examples(example: dict[str, Any]) -> None:
    """What is set aside for its content is the sale of that content; what is no record of a row is none."""
    value = bytes.fromhex(example["record_hex"]) if "record_hex" in example else example["record"]
    value = value.encode() if isinstance(value, str) else value
    own = example.get("headers")
    message = Message(value) if own is None else Message(value, [(key, text.encode()) for key, text in own.items()])
    is_of_content = any(example["reason"].startswith(name) for name in record.COLUMNS)
    expected = sale(1, (value or b"").decode().partition(",")[2]) if is_of_content else None
    assert sale_of(message) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [("source", b"ab" * 32), ("contract", b"1"), ("run", b"1")],
        [("contract", b"1"), ("source", None), ("run", b"1")],
        [("contract", b"1"), ("source", b"ab" * 31), ("run", b"1")],
        [("contract", b"1"), ("source", b"xy" * 32), ("run", b"1")],
        [("contract", b"1"), ("source", b"ab" * 32), ("run", b"0")],
        [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1234567890")],
        [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1"), ("resent", b"0:7")],
        [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1"), ("resent", None)],
    ],
)
def test_wrong_headers(wrong: list[Header]) -> None:
    """Headers that break the contract, and those of a rejected message that was sent again, are no sale."""
    assert sale_of(Message(f"1,{CONTENT}".encode(), wrong)) is None


def test_headers_of_others() -> None:
    """A digest in capitals is the same; what stands behind the contract's headers does not matter."""
    other = [("contract", b"1"), ("source", b"AB" * 32), ("run", b"2"), ("trace", b"x"), ("resent", b"0:7")]
    assert sale_of(Message(f"7,{CONTENT}".encode(), other)) == sale(7, CONTENT)


@pytest.mark.parametrize(
    "value",
    [
        f"1,{CONTENT}\n",
        f"1,{CONTENT}\r\n",
        f'1,{CONTENT}"',
        f'"1"x,{CONTENT}',
        f"\ufeff1,{CONTENT}",
        f"+1,{CONTENT}",
        f"\u0661,{CONTENT}",
        f"1234567890123456789,{CONTENT}",
        f"1,{CONTENT}".replace("LAMP", "L" * record.LIMIT),
    ],
)
def test_what_is_no_record(value: str) -> None:
    """A value that the processor does not take for one record of a row is no sale."""
    assert sale_of(Message(value.encode())) is None


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ['"', ",", "\r\n", "\n", 'a"b']
)


@given(st.lists(texts, min_size=8, max_size=8), st.lists(st.booleans(), min_size=9, max_size=9))
def test_quotes_do_not_matter(texts: list[str], quoted: list[bool]) -> None:
    """However a record is quoted, it is the sale of the line that this producer would send."""
    plain = record.encode(7, texts)
    fields = next(csv.reader(io.StringIO(plain.decode(), newline="")))
    needed = [any(sign in text for sign in '",\r\n') for text in fields]
    chosen = [
        '"' + text.replace('"', '""') + '"' if more or must else text
        for text, more, must in zip(fields, quoted, needed, strict=True)
    ]
    expected = Sale(SENDER, 7, record.fingerprint(record.content_of(plain)))
    assert sale_of(Message(plain)) == sale_of(Message(",".join(chosen).encode())) == expected
