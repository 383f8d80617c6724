"""The sale in a message of the topic, whoever sent it."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from conftest import contract_examples
from hypothesis import given
from hypothesis import strategies as st

from producer import record
from producer.message import Sale, Sender, prefix, sale_of

SENDER = Sender("ab" * 8, 1)
PREFIX = ",2,abababababababab,1,"
CONTENT = "536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"


def sale(row: int, content: str) -> Sale:
    """Return a sale of the sender."""
    return Sale(SENDER, row, record.fingerprint(content.encode()))


def of(record: str) -> Sale | None:
    """Return the sale in the sender's message with a record."""
    return sale_of((PREFIX + record).encode())


def test_the_prefix() -> None:
    """An empty field, the contract, the source and the run precede a record."""
    assert prefix(SENDER) == PREFIX.encode()


@pytest.mark.parametrize("example", contract_examples(), ids=lambda example: example["fact"])
def test_valid_examples(example: dict[str, Any]) -> None:
    """Each valid message of the contract is a sale with its content; one that is sent again is not another sale."""
    _, _, _, _, row, *texts = next(csv.reader(io.StringIO(example["record"], newline="")))
    texts[-1] = example.get("Country", texts[-1])
    texts[3] = str(Decimal(texts[3]))
    expected = None if "resent" in example else sale(int(row), ",".join(map(record.field, texts)))
    assert sale_of(example["record"].encode()) == expected


@pytest.mark.parametrize(
    ("written", "as_here"),
    [("2.550", "2.55"), ("02.55", "2.55"), ("-0", "0"), ("2,55", "2,55"), ("£2.50", "£2.50"), ("2.5500", "2.55")],
)
def test_another_spelling_of_a_price(written: str, as_here: str) -> None:
    """A price that the processor accepts as equal is the same sale; one that it rejects is another."""
    mine, theirs = (f'1,B,x,1,2010-12-01 08:26:00,"{price}",17,France' for price in (as_here, written))
    assert of(f"1,{theirs}") == of(f"1,{mine}")
    assert (as_here == written) or of(f"1,{theirs}") == sale(1, mine.replace('"', ""))


@pytest.mark.parametrize("example", contract_examples("invalid"), ids=lambda example: example["fact"])
def test_invalid_examples(example: dict[str, Any]) -> None:
    """A message that is rejected for its content is a sale with that content; one without a valid record is not."""
    value = bytes.fromhex(example["record_hex"]) if "record_hex" in example else example["record"]
    value = value.encode() if isinstance(value, str) else value
    is_of_content = any(example["reason"].startswith(name) for name in record.COLUMNS) and "resent" not in example
    expected = sale(1, (value or b"").decode().split(",", 5)[-1]) if is_of_content else None
    assert sale_of(value) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        ",1,abababababababab,1,",
        ",02,abababababababab,1,",
        ",2,,1,",
        ",2,ababababababab,1,",
        ",2,xyxyxyxyxyxyxyxy,1,",
        ",2,abababababababab,0,",
        ",2,abababababababab,1234567890,",
        ",2,abababababababab,1\u0661,",
        "x,2,abababababababab,1,",
        "0:7,2,abababababababab,1,",
        '"0:7",2,abababababababab,1,',
        "",
    ],
)
def test_a_wrong_envelope(wrong: str) -> None:
    """A message with a wrong envelope, or a rejected message that was sent again, is not a sale."""
    assert sale_of(f"{wrong}1,{CONTENT}".encode()) is None


def test_the_envelope_of_others() -> None:
    """A source in capitals is the same; so is a quoted envelope."""
    assert sale_of(f",2,ABABABABABABABAB,1,7,{CONTENT}".encode()) == sale(7, CONTENT)
    assert sale_of(f'"","2","ABABABABABABABAB","1","7",{CONTENT}'.encode()) == sale(7, CONTENT)


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
        f"1,{CONTENT}".replace("LAMP", "L" * record.MESSAGE_LIMIT),
    ],
)
def test_what_is_not_a_record(value: str) -> None:
    """A value that the processor does not accept as one record is not a sale."""
    assert of(value) is None


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ['"', ",", "\r\n", "\n", 'a"b']
)


@given(st.lists(texts, min_size=8, max_size=8), st.lists(st.booleans(), min_size=9, max_size=9))
def test_quotes_do_not_matter(texts: list[str], quoted: list[bool]) -> None:
    """However a record is quoted, it is the same sale as the line that this producer would send."""
    plain = record.encode(7, texts)
    fields = next(csv.reader(io.StringIO(plain.decode(), newline="")))
    needed = [any(sign in text for sign in '",\r\n') for text in fields]
    chosen = [
        '"' + text.replace('"', '""') + '"' if more or must else text
        for text, more, must in zip(fields, quoted, needed, strict=True)
    ]
    expected = Sale(SENDER, 7, record.fingerprint(record.content_of(plain)))
    assert of(plain.decode()) == of(",".join(chosen)) == expected
