"""The page of the stream: healthy, stalled, without servers, with rejects of every kind."""

import datetime as dt
import json
import time
from pathlib import Path

import fake_view
import pytest
from conftest import Browse
from fake_view import FakeView
from test_pages import VIEWS, Outline

from dashboard import remaining
from dashboard.pages._rejects import Rule, merged, readable, row_of

AT = dt.datetime(2026, 11, 26, 20, 11, 3)  # noqa: DTZ001 - UTC
CHARTS = ("rate", "lag", "latency", "duration")
TABLES = ("partitions", "workbooks", "reconciliation", "reasons", "examples", *CHARTS)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The producer's file, which is not there yet."""
    monkeypatch.setattr(remaining, "FILE", tmp_path / "remaining.json")
    return tmp_path / "remaining.json"


def streaming(rules: tuple[str, ...] = (), message: bytes | None = b",2,ab,1,77,x", batches: int = 1) -> FakeView:
    """Return a view with a partition, micro-batches, and a rejected message for each rule."""
    view = fake_view.only_rejected()
    view.content |= {
        "stream_batches": [
            {
                "batch": number, "committed_at": AT, "lines_read": 9, "lines_per_second": 1234.0, "lag": 5,
                "latency_p50": 1.25, "latency_p99": 3.5, "seconds": 2.0,
            }
            for number in range(batches, 0, -1)
        ],
        "stream_partitions": [
            {
                "kafka_partition": 0, "first_offset": 0, "next_offset": 500, "british": 0, "other": 0,
                "rejected": len(rules), "repeated": 0,
            }
        ],
        "stream_reasons": [
            {"rule": rule, "messages": 1, "newest_offset": place, "newest": AT} for place, rule in enumerate(rules)
        ],
        "stream_examples": [
            {
                "kafka_partition": 0, "kafka_offset": place, "kafka_timestamp": AT, "reason": rule, "message": message,
                "is_resent": 0,
            }
            for place, rule in enumerate(rules[:20])
        ],
    }  # fmt: skip
    return view


@pytest.mark.parametrize("kind", VIEWS)
def test_it_answers_over_every_view(browse: Browse, kind: str) -> None:
    """Page, charts and tables answer, also without any micro-batch."""
    client = browse(VIEWS[kind]())
    page = client.get("/stream")
    assert (page.status_code, "None" in page.text, Outline(page.text).problems) == (200, False, [])
    files = [*(f"{name}.json" for name in CHARTS), *(f"{name}.csv" for name in TABLES)]
    assert [file for file in files if client.get(f"/stream/{file}").status_code != 200] == []


def test_one_batch(browse: Browse) -> None:
    """Its figures stand at the top, and each chart has one point."""
    client = browse(streaming())
    assert "<dd>1,234</dd><dd>batch 1</dd>" in client.get("/stream").text
    assert [len(client.get(f"/stream/{name}.json").json()["series"][0]["points"]) for name in CHARTS] == [1] * 4


def test_300_reasons_with_markup(browse: Browse) -> None:
    """The page shows 50, the csv has all; messages stay text."""
    client = browse(streaming(tuple(f"reason {n} '...'" for n in range(300)), b"<script>alert(1)</script>"))
    page = client.get("/stream").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert len(client.get("/stream/reasons.csv").text.splitlines()) == 301


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "is unknown"),
        ("{", "is unknown"),
        (json.dumps({"file": "<b>", "rows": 0, "written_at": 1.0}), "has sent all rows of &lt;b&gt;"),
        (json.dumps({"file": "a", "rows": 7, "written_at": 1.0}), "The producer is away"),
        (json.dumps({"file": "a", "rows": 7, "written_at": time.time() + 600}), "7 rows of a still to send"),
    ],
)
def test_what_the_producer_says(browse: Browse, file: Path, text: str | None, sentence: str) -> None:
    """A missing or damaged file is said; so are an end and an absence."""
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert sentence in browse(streaming()).get("/stream").text


def test_without_kafka(browse: Browse) -> None:
    """How many messages wait is unknown then, and the page says what to do."""
    assert "docker compose logs kafka" in browse(streaming()).get("/stream").text


def test_rules_of_all_partitions() -> None:
    """Their messages are added, the newest place stays; the command names the beginning, quoted for make and shell."""
    later = AT + dt.timedelta(seconds=1)
    (rule,) = merged([Rule("Price '...' is odd", 2, AT, 0, 5), Rule("Price '...' is odd", 3, later, 1, 4)])
    assert rule == ("Price '...' is odd", 5, later, 1, 4)
    assert rule.command == "make resend REASON=Price"
    assert Rule("a b $x", 1, AT, 0, 0).command == "make resend REASON='a b $$x'"
    assert Rule("already received", 1, AT, 0, 0).command is None


@pytest.mark.parametrize(
    ("message", "row"), [(b",2,ab,1,77,x", 77), (b"0:12,2,ab,1,8,x", 8), (b"\xff", None), (None, None), (b"", None)]
)
def test_the_row_of_a_message(message: bytes | None, row: int | None) -> None:
    """It is known where the message says it."""
    assert row_of(message) == row
    assert readable(message).isprintable()
