"""Seconds from `docker compose up` on empty volumes to the commit of the workbook's last line."""

import datetime as dt
import subprocess
from collections.abc import Iterator
from contextlib import closing
from statistics import median

from kafka import KafkaConsumer, TopicPartition

from bench import cpu
from bench.benchmark import Benchmark
from bench.options import Options
from bench.project import PATIENCE, Project, in_turn, older, project, taken_down
from bench.results import Rows, forget, record
from bench.tables import grouped, met, spread
from bench.watch import watching
from harness.stack import TOPIC

LAST_COMMIT = "last commit"
SECONDS = 60.0  # goal for the workbook of 541,909 lines
GOAL_AGAINST = 0.7  # of the older version's time


def measure(options: Options) -> None:
    """Measure the product and the older version in turn."""
    projects = [project(), *([older(options.against)] if options.against else [])]
    for each in in_turn(projects, options.rounds):
        with taken_down(each):
            once(each)


def once(measured: Project) -> None:
    """Record the times of one start, its CPU, and the facts in the tables at its end."""
    measured.stack.down()
    begin = dt.datetime.now(dt.UTC)
    measured.stack.up()
    with watching(measured.stack) as usage:
        wait_for_producer(measured)
        measured.wait_for(sum(measured.stack.end_offsets().values()))
    for name, moment in moments(measured):
        record("end-to-end", measured.version, name, f"{(moment - begin).total_seconds():.1f}")
    cpu.record_cpu("end-to-end-cpu", measured, usage.seconds())
    if not measured.version:
        facts(measured)


def wait_for_producer(measured: Project) -> None:
    """Wait until the producer has ended with code 0."""
    wait = ["docker", "wait", measured.stack.container("producer")["Id"]]
    code = subprocess.run(wait, text=True, stdout=subprocess.PIPE, timeout=PATIENCE, check=True).stdout.strip()
    assert code == "0", f"the producer ended with {code}: {measured.stack.logs('producer')[-2000:]}"


def moments(measured: Project) -> Iterator[tuple[str, dt.datetime]]:
    """Yield events and their times: containers' starts, Kafka's timestamps, and the batch log."""
    started = {name: measured.stack.state(name)["StartedAt"] for name in ("topic-init", "producer")}
    yield "servers healthy", dt.datetime.fromisoformat(started["topic-init"])
    yield "topic and tables created, services started", dt.datetime.fromisoformat(started["producer"])
    first, last = sent(measured)
    yield "first line in Kafka", first
    ((read, first_commit, last_commit),) = measured.sql("moments.sql")
    yield "first line read by Spark", read.replace(tzinfo=dt.UTC)
    yield "first commit", first_commit.replace(tzinfo=dt.UTC)
    yield "last line in Kafka", last
    yield LAST_COMMIT, last_commit.replace(tzinfo=dt.UTC)


def sent(measured: Project) -> tuple[dt.datetime, dt.datetime]:
    """Return when Kafka received the first and the last message."""
    ends = measured.stack.end_offsets()
    with closing(KafkaConsumer(bootstrap_servers=measured.stack.kafka)) as consumer:
        first = [received(consumer, partition, 0) for partition, end in ends.items() if end]
        last = [received(consumer, partition, end - 1) for partition, end in ends.items() if end]
    return min(first), max(last)


def received(consumer: KafkaConsumer, partition: int, offset: int) -> dt.datetime:
    """Return when Kafka received a message."""
    place = TopicPartition(TOPIC, partition)
    consumer.assign([place])
    consumer.seek(place, offset)
    message = next(consumer)
    return dt.datetime.fromtimestamp(message.timestamp / 1000, dt.UTC)


def facts(measured: Project) -> None:
    """Record the facts in the tables, which must reconcile."""
    forget(["facts"])
    held = measured.sql("facts.sql")
    for name, value in held:
        record("facts", name, value)
    assert dict(held)["difference"] == 0, f"lines were lost or doubled: {held}"


def moments_table(lines: Rows) -> Rows:
    """Return the timeline, seconds from the start of `docker compose up`, beside the older version's."""
    versions = list(dict.fromkeys(version for version, *_ in lines))
    new, *old = (grouped([line for own, *line in lines if own == version]) for version in versions)
    head = ["seconds after the start", "rounds", "min", "median", "max"]
    table = [[*head, *(text for version in versions[1:] for text in (version, "this / that")), "goal"]]
    for name, each in sorted(new.items(), key=lambda item: median(item[1])):
        compared = [(median(other[name]), median(each) / median(other[name])) for other in old]
        texts = [text for then, ratio in compared for text in (f"{then:.1f}", f"{ratio:.2f}")]
        ratios = [ratio for _, ratio in compared]
        table.append([name, *spread(each, "{:.1f}"), *texts, goal(name, median(each), ratios)])
    return table


def goal(name: str, seconds: float, ratios: list[float]) -> str:
    """Return the goals of the last commit: seconds, and the ratio to the older version."""
    if name != LAST_COMMIT:
        return ""
    against = [met(f"<= {GOAL_AGAINST:.2f}", ratio <= GOAL_AGAINST) for ratio in ratios]
    return ", ".join([met(f"<= {SECONDS:.0f}", seconds <= SECONDS), *against])


def facts_table(lines: Rows) -> Rows:
    """Return the facts in the tables at the end."""
    return [["in the tables", ""], *([name, f"{float(value):,.3f}".removesuffix(".000")] for name, value in lines)]


END_TO_END = Benchmark(
    "seconds from `docker compose up` on empty volumes to the last line committed",
    measure,
    {
        "end-to-end": ("From `docker compose up` on empty volumes to the last line", moments_table),
        "facts": ("The facts after it", facts_table),
        "end-to-end-cpu": ("CPU from the start to the last line", cpu.table),
    },
)
