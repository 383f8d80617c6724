"""A topic that the view was not made from, or that lacks unread messages."""

import hashlib
from contextlib import closing
from dataclasses import replace
from itertools import cycle, islice

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from harness.commands import run_script
from harness.outcomes import Fault
from harness.stack import NAME, PARTITIONS, TOPIC, Stack, docker, wait_until
from harness.streaming import Run, assert_healthy, assert_succeeded, begin, send, short, stream

RATE = 1_000
MID_STREAM = 2_000
TOOL = ("/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "kafka:9092")
REMADE = "it was recreated. To rebuild the view"
CUT_OFF = "were deleted from the topic before they were read"
TABLES = "SELECT lines_read, british, other, rejected FROM Reconciliation"


def recreate_topic(stack: Stack) -> None:
    """Delete the topic and create it again."""
    stack.compose("exec", "-T", "kafka", *TOOL, "--delete", "--topic", TOPIC)
    stack.compose("run", "--rm", "--no-deps", "-T", "topic-init")


def rebuild_view(stack: Stack) -> None:
    """Follow the remedy in the processor's error."""
    stack.compose("stop", "processor")
    stack.compose("run", "--rm", "--no-deps", "-T", "db-init", "python", "-m", "db_init.rebuild")
    stack.compose("start", "processor")
    wait_until(lambda: assert_healthy(stack), seconds=120)


def assert_stays_up(stack: Stack) -> None:
    """Raise unless the processor stays up instead of restarting in a loop."""
    assert stack.state("processor")["Status"] == "running"


def test_a_topic_recreated_while_running_is_refused(spent: Stack) -> None:
    """Deleted and created again while lines stream: the processor refuses, and the remedy in its error works.

    The producer notices too, and streams the workbook into the new topic.
    """
    stack = spent
    fault = Fault(stack, "topic recreated while running")
    run = begin(stack, RATE // 2, short())
    run.wait_for(MID_STREAM // 2)
    recreate_topic(stack)
    fault.struck()
    fault.assert_logged("processor", REMADE)
    assert_stays_up(stack)
    rebuild_view(stack)
    fault.ended()
    fault.assert_logged("producer", "topic online-retail was recreated or truncated; the next start")
    fault.assert_survived(replace(run, begins=dict.fromkeys(range(PARTITIONS), 0)))
    assert run.stack.state("producer")["ExitCode"] == 0


@pytest.mark.thorough
def test_a_topic_recreated_unnoticed_is_not_mixed_in(stack: Stack) -> None:
    """The topic is replaced by a longer one while the processor is frozen: no message of it gets into the view."""
    fault = Fault(stack, "topic recreated and filled while the processor is frozen")
    ends, before = stack.end_offsets(), stack.sql(TABLES)
    with stack.frozen("processor"):
        recreate_topic(stack)
        fill(stack, max(ends.values()) + 1_000)
        fault.struck()
    fault.assert_logged("processor", REMADE)
    assert_stays_up(stack)
    assert stack.sql(TABLES) == before
    rebuild_view(stack)
    fault.ended()
    fault.assert_nothing_lost_or_doubled()


def fill(stack: Stack, messages: int) -> None:
    """Send this many sales lines to each partition."""
    envelope = b",2,%s,1" % hashlib.sha256(b"another shop").hexdigest()[:16].encode()
    with closing(KafkaProducer(bootstrap_servers=stack.kafka, linger_ms=50)) as producer:
        for row, partition in enumerate(islice(cycle(range(PARTITIONS)), messages * PARTITIONS), start=1):
            line = b"%s,%d,536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,17850,United Kingdom" % (envelope, row)
            producer.send(TOPIC, line, b"536365", partition=partition)
        producer.flush(timeout=60)


@pytest.mark.thorough
def test_a_topic_of_contract_1_is_refused(spent: Stack) -> None:
    """Messages as an older version sent them: both services refuse, and the remedy in the error works."""
    stack = spent
    fault = Fault(stack, "a topic of contract 1")
    stack.compose("rm", "--stop", "--force", "producer", "processor")
    recreate_topic(stack)
    with closing(KafkaProducer(bootstrap_servers=stack.kafka)) as producer:
        headers = [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1")]
        producer.send(TOPIC, b"1,536365,85123A,LAMP,6,2010-12-01 08:26:00,2.55,,France", b"536365", headers, 2)
        producer.flush(timeout=60)
    fault.struck()
    stack.up("processor", "producer")
    for service in ("processor", "producer"):
        fault.assert_logged(service, "holds messages of contract 1, which this version does not read")
        assert stack.state(service)["Status"] == "running"
    stack.compose("down", "--volumes")
    stack.up()
    fault.ended()
    fault.assert_survived(Run(stack, 1, dict.fromkeys(range(PARTITIONS), 0)))


def cut_off(stack: Stack) -> None:
    """Delete all but the last ten messages of each partition, as retention would."""
    with closing(KafkaAdminClient(bootstrap_servers=stack.kafka)) as admin:
        admin.delete_records({TopicPartition(TOPIC, p): end - 10 for p, end in stack.end_offsets().items()})


@pytest.mark.thorough
def test_messages_deleted_before_the_start_are_reported(spent: Stack) -> None:
    """Unread messages are gone when the processor starts: it reports which, and skips none silently."""
    stack = spent
    fault = Fault(stack, "unread messages deleted before the start")
    stack.compose("stop", "processor")
    begin(stack, 0, short())
    wait_until(lambda: assert_succeeded(stack))
    before = stack.sql(TABLES)
    cut_off(stack)
    fault.struck()
    stack.compose("start", "processor")
    fault.assert_logged("processor", CUT_OFF)
    assert stack.sql(TABLES) == before
    rebuild_view(stack)
    fault.ended()
    fault.assert_survived(begin(stack, 0, short()))


@pytest.mark.thorough
def test_messages_deleted_while_running_are_reported(spent: Stack) -> None:
    """Unread messages are deleted while the processor lags: it reports which, and skips none silently."""
    stack = spent
    fault = Fault(stack, "unread messages deleted while running")
    with stack.frozen("processor"):
        begin(stack, 0)
        wait_until(lambda: assert_succeeded(stack))
        cut_off(stack)
        fault.struck()
    fault.assert_logged("processor", CUT_OFF)
    rebuild_view(stack)
    fault.ended()
    fault.assert_survived(begin(stack, 0, short()))


@pytest.mark.thorough
def test_a_deleted_beginning_that_the_producer_has_not_read(spent: Stack) -> None:
    """Messages were deleted that a new volume of the producer lacks: it refuses, and the remedy in its error works.

    With the volume that has them it continues.
    """
    stack = spent
    fault = Fault(stack, "the topic's beginning deleted, the producer's volume removed")
    run = begin(stack, 0, short())
    run.assert_each_line_arrived_once()
    cut_off(stack)
    assert "5,000 lines, all streamed before" in stream(run, short())
    stack.compose("rm", "--stop", "--force", "producer", "dashboard")  # both have it
    docker("volume", "rm", f"{NAME}_producer")
    fault.struck()
    send(run, 0, short())
    fault.assert_logged("producer", "were deleted from topic online-retail before the producer read them")
    assert stack.state("producer")["Status"] == "running"
    stack.compose("down")
    docker("volume", "rm", f"{NAME}_kafka")
    settings = {"RUN": str(run.number), "DATA_DIR": str(short().folder)}  # as in .env
    stack = replace(stack, settings={**stack.settings, **settings})
    stack.up()
    run_script(stack, "rebuild")
    fault.ended()
    fault.assert_survived(replace(run, begins=dict.fromkeys(range(PARTITIONS), 0)))
