"""The page of the stream: healthy, stalled, without servers, with rejects of every kind."""

import datetime as dt
import json
import re
import time
from decimal import Decimal
from pathlib import Path

import fake_view
import pytest
from conftest import Browse
from fake_view import FakeView
from test_pages import VIEWS, Outline

from dashboard import app, reconciliation, remaining, state
from dashboard.edges.mariadb import Database
from dashboard.pages._rejects import Rule, merged, readable, row_of
from dashboard.reconciliation import PAUSE_SECONDS, Counting
from dashboard.state import Observer

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


@pytest.fixture
def observer(monkeypatch: pytest.MonkeyPatch) -> Observer:
    """The observer of the application, whose ends a test sets."""
    found = Observer()
    monkeypatch.setattr(app, "Observer", lambda: found)
    return found


@pytest.fixture
def countings(monkeypatch: pytest.MonkeyPatch) -> list[Counting]:
    """What counts the lines, for each application."""
    found: list[Counting] = []

    def counting(database: Database) -> Counting:
        found.append(Counting(database))
        return found[-1]

    monkeypatch.setattr(app, "Counting", counting)
    return found


def counted_view() -> FakeView:
    """Return a view whose lines can be counted; one is missing."""
    view = streaming()
    sums = {"lines_read": Decimal(500), "british": Decimal(0), "other": Decimal(0)}
    view.content["reconciliation"] = [
        {"kafka_partition": "0", **sums, "rejected": Decimal(500), "difference": Decimal(0)},
        {"kafka_partition": "all", **sums, "rejected": Decimal(499), "difference": Decimal(1)},
    ]
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
    """How many messages wait is unknown then; the page says since when, and what to do, and does not change."""
    client = browse(streaming())
    page = client.get("/stream")
    assert re.search(r"Kafka away since \d+ \w+ \d{4} \d\d:\d\d:\d\d UTC", page.text)
    assert "docker compose logs kafka" in page.text
    assert client.get("/stream").text.count("Kafka away since") == 1


def test_without_kafka_right_after_a_commit(browse: Browse) -> None:
    """The stream is live then, and the page says since when Kafka is away."""
    view = streaming()
    view.change(commit_age=1)
    page = browse(view).get("/stream").text
    assert 'data-kind="live"' in page
    assert "Kafka away since" in page


def test_stalled(browse: Browse, observer: Observer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages wait and nothing is committed: the page says since when, and what to do."""
    observer.ends = {0: 700, 3: 40}
    view = streaming()
    view.content["offsets"] = [{"kafka_partition": 0, "next_offset": 500}]
    client = browse(view)
    assert "Stalled" not in client.get("/stream").text  # not yet a minute
    monkeypatch.setattr(state, "STALLED_SECONDS", 0)
    page = client.get("/stream").text
    assert re.search(r"Stalled since \d+ \w+ \d{4} \d\d:\d\d:\d\d UTC", page)
    assert "240 messages wait and nothing was committed since" in page
    assert "docker compose logs processor" in page
    assert "Kafka away" not in page
    assert Outline(page).problems == []
    rows = [line.split(",") for line in client.get("/stream/partitions.csv").text.splitlines()[1:]]
    assert [(row[0], *row[-2:]) for row in rows] == [("0", "700", "200"), ("3", "40", "40")]


def test_not_stalled_any_more(browse: Browse, observer: Observer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card goes with the next commit."""
    monkeypatch.setattr(state, "STALLED_SECONDS", 0)
    observer.ends = {0: 501}
    view = streaming()
    view.content["offsets"] = [{"kafka_partition": 0, "next_offset": 500}]
    client = browse(view)
    assert "1 message waits and nothing" in client.get("/stream").text
    view.content["offsets"] = [{"kafka_partition": 0, "next_offset": 501}]
    view.change(batch=3, commit_age=1)
    assert "Stalled" not in client.get("/stream").text


def test_new_ends_are_another_page(browse: Browse, observer: Observer) -> None:
    """Kafka's ends come in at each answer, though the view has not changed; without news the browser keeps its page."""
    observer.ends = {0: 700}
    client = browse(streaming())
    first = client.get("/stream")
    assert client.get("/stream", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    observer.ends = {0: 1_777}
    assert ">1,777</td>" in client.get("/stream").text


def test_the_lines_are_counted(browse: Browse, countings: list[Counting]) -> None:
    """Whoever looks has them counted in the background; the next answer says when that was."""
    client = browse(counted_view())
    client.get("/stream")
    countings[0].wait()
    page = client.get("/stream").text
    assert re.search(r"Counted at \d\d:\d\d:\d\d UTC, in [\d.]+ s\.", page)
    assert client.get("/stream/reconciliation.csv").text.splitlines()[1:] == ["0,500,0,0,500,0", "all,500,0,0,499,1"]


def test_before_the_first_count(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes seconds on many lines: the page does not wait."""
    monkeypatch.setattr(Counting, "ask", lambda _: None)
    assert "Not counted yet" in browse(counted_view()).get("/stream").text


def test_nobody_else_has_them_counted(browse: Browse, countings: list[Counting]) -> None:
    """Other pages do not ask."""
    view = counted_view()
    browse(view).get("/")
    countings[0].wait()
    assert "reconciliation" not in view.read


def test_the_lines_cannot_be_counted() -> None:
    """The last count stays, with the reason; it is counted again after a pause."""
    view, now = counted_view(), [0.0]
    counting = Counting(view, lambda: now[0])

    def ask(at: float) -> int:
        now[0] = at
        counting.ask()
        counting.wait()
        return view.read.count("reconciliation")

    assert ask(0) == 1
    assert ask(PAUSE_SECONDS - 1) == 1
    view.away = "MariaDB does not answer"
    assert ask(PAUSE_SECONDS) == 1
    assert counting.last is not None
    assert (len(counting.last.books), counting.last.failure) == (2, "MariaDB does not answer")
    view.away = ""
    assert ask(2 * PAUSE_SECONDS) == 2
    assert counting.last.failure == ""


def test_a_long_count_is_rare() -> None:
    """Counting takes at most a twentieth of the time."""
    moments = iter((0.0, 0.0, 100.0, 100.0, 1999.0, 2000.0, 2000.0, 2000.0, 2000.0))
    view = counted_view()
    counting = Counting(view, lambda: next(moments))
    asked = []
    for _ in range(3):
        counting.ask()
        counting.wait()
        asked.append(view.read.count("reconciliation"))
    assert asked == [1, 1, 2]


def test_a_failed_count_is_said(browse: Browse, countings: list[Counting], monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the last one, with its time."""
    monkeypatch.setattr(reconciliation, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(reconciliation, "PAUSES", 0)
    view = counted_view()
    client = browse(view)
    client.get("/stream")
    countings[0].wait()
    view.away = "a query took <too> long"
    client.get("/stream")
    countings[0].wait()
    page = client.get("/stream").text
    assert "Counted at " in page
    assert "It could not be counted again: a query took &lt;too&gt; long." in page


def test_reasons_are_read_when_they_change(browse: Browse) -> None:
    """A micro-batch without rejects does not read them again; examples are, since resending changes them."""
    view = streaming(("Price '...' is odd",))
    client = browse(view)
    client.get("/stream")
    view.change(batch=3)
    client.get("/stream")
    assert (view.read.count("stream_reasons"), view.read.count("stream_examples")) == (1, 2)
    view.content["stream_partitions"][0]["rejected"] = 2
    view.change(batch=4)
    client.get("/stream")
    assert view.read.count("stream_reasons") == 2


def test_how_many_rejects_were_looked_at(browse: Browse) -> None:
    """The caption says it, and what repetitions hide."""
    view = streaming(("already received: x", "already received: y"))
    page = browse(view).get("/stream").text
    assert "Shown by reason: the newest 2, at most 4,000 of each partition, 2 of them repetitions." in page
    assert "500 older ones that are no repetitions are not shown: the view <code>Open_Rejects</code>" in page
    assert "nothing is missing" in page
    assert "Shown by reason" not in browse(streaming()).get("/stream").text


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
