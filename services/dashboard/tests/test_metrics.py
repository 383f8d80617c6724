"""What Prometheus reads."""

import asyncio
import json
from pathlib import Path

import fake_view
import pytest
from conftest import Browse
from fake_view import FakeView, segment
from prometheus_client.parser import text_string_to_metric_families

from dashboard import metrics, snapshots
from dashboard import remaining as producer
from dashboard.snapshots import Snapshots
from dashboard.state import Observer

LAST = {"seconds": 4.5, "latency_p50": 1.25, "latency_p99": 3.0, "inertia": 0.53}
OFFSETS = [{"kafka_partition": 0, "next_offset": 90}, {"kafka_partition": 1, "next_offset": 50}]
CONTRACT = Path("/contracts/metrics.txt")


def view() -> FakeView:
    """Return a grouped view with a last micro-batch and two partitions."""
    return fake_view.with_group(metrics_last_batch=[LAST], offsets=OFFSETS)


def scraped(view: FakeView, ends: dict[int, int] | None = None) -> str:
    """Return the metrics of a view, with the topic's ends."""

    async def scrape() -> bytes:
        found, observer = Snapshots(view), Observer()
        observer.ends = ends
        try:
            return await metrics.text(found, observer)
        finally:
            found.close()

    return asyncio.run(scrape()).decode()


def samples(text: str) -> dict[str, float]:
    """Return the values by name and labels: a{b=c}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in one.labels.items())
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


@pytest.fixture(autouse=True)
def remaining(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The producer's file, which is not there yet."""
    monkeypatch.setattr(producer, "FILE", tmp_path / "remaining.json")
    return tmp_path / "remaining.json"


def test_all_metrics(remaining: Path) -> None:
    """Each metric has the value of the view; repetitions are no rejects."""
    remaining.write_text(json.dumps({"file": "a.xlsx", "rows": 1234, "written_at": 1.5}), encoding="utf-8")
    assert samples(scraped(view(), {0: 100, 1: 50})) == {
        "kappa_database_up": 1,
        "kappa_kafka_up": 1,
        "kappa_messages_total{outcome=british}": 1_620_604,
        "kappa_messages_total{outcome=other}": 151_904,
        "kappa_messages_total{outcome=rejected}": 12,
        "kappa_messages_total{outcome=repeated}": 12,
        "kappa_batches_total": 293,
        "kappa_reconciliation_difference_messages": 0,
        "kappa_last_commit_timestamp_seconds": 1_323_449_520,
        "kappa_batch_seconds": 4.5,
        "kappa_batch_latency_seconds{quantile=0.5}": 1.25,
        "kappa_batch_latency_seconds{quantile=0.99}": 3,
        "kappa_batch_inertia": 0.53,
        "kappa_group_customers{group=champions}": 100,
        "kappa_group_customers{group=loyal}": 100,
        "kappa_group_customers{group=new}": 100,
        "kappa_group_customers{group=lost}": 100,
        "kappa_messages_waiting": 10,
        "kappa_partition_messages_waiting{partition=0}": 10,
        "kappa_partition_messages_waiting{partition=1}": 0,
        "kappa_producer_rows_to_send": 1234,
    }


def test_an_empty_view() -> None:
    """Counters begin at 0; what is unknown is absent."""
    found = samples(scraped(fake_view.empty(), {0: 0}))
    assert found["kappa_batches_total"] == 0
    assert found["kappa_messages_total{outcome=british}"] == 0
    assert "kappa_last_commit_timestamp_seconds" not in found
    assert "kappa_batch_inertia" not in found


def test_two_groups_of_one_name() -> None:
    """Their customers are added up: a series may be there once."""
    twins = fake_view.with_group(segments=[segment(0, "lost", 3), segment(1, "lost", 4)])
    assert samples(scraped(twins))["kappa_group_customers{group=lost}"] == 7


def test_without_kafka() -> None:
    """How many messages wait is unknown then."""
    found = samples(scraped(view()))
    assert found["kappa_kafka_up"] == 0
    assert not [name for name in found if "waiting" in name]


def test_without_the_database(browse: Browse) -> None:
    """Only the up-gauges are there, also if figures were read before."""
    away = view()
    client = browse(away)
    assert "kappa_batches_total 293.0" in client.get("/metrics").text
    away.away = "MariaDB does not answer"
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert samples(answer.text) == {"kappa_database_up": 0, "kappa_kafka_up": 0}


def test_one_reading_for_all_scrapes(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums are read again only when the view has changed."""
    monkeypatch.setattr(snapshots, "LOOK_SECONDS", 60.0)
    seen = view()
    client = browse(seen)
    answers = [client.get("/metrics") for _ in range(5)]
    assert answers[0].headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert seen.read.count("metrics_last_batch") == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"rows": "many"}', '{"rows": null}', '{"rows": -1}'])
def test_a_file_of_another_form(remaining: Path, text: str) -> None:
    """How many rows are left is unknown then."""
    remaining.write_text(text, encoding="utf-8")
    assert producer.read() is None
    remaining.unlink()
    assert producer.read() is None


def test_the_output_is_the_contract(remaining: Path) -> None:
    """It is that of the contract, which promtool approves in the ring contracts."""
    remaining.write_text('{"rows": 1234}', encoding="utf-8")
    assert scraped(view(), {0: 100, 1: 50}) == CONTRACT.read_text(encoding="utf-8")
