"""Many messages that are not sales lines."""

import csv
import io
import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from typing import Any

import pytest
from kafka import KafkaProducer

from harness.examples import EXAMPLES, Place, message
from harness.outcomes import Fault
from harness.sabotage import processor_of
from harness.sample import lines
from harness.stack import TOPIC, Offsets, Stack, wait_until, where
from harness.streaming import assert_caught_up, assert_healthy, begin, short

pytestmark = pytest.mark.thorough

MESSAGES, EVERY = 100_000, 10  # the tenth of each ten is bad
BAD = [message(example) for example in EXAMPLES["invalid"] if example.get("record") and "resent" not in example]
# Long messages are read twice: test_long_messages_fit_into_memory has those.
SHORT = [content for content in BAD if len(content or b"") < 2_000]
# Other rejects are still invalid: they would exceed the limit.
RESEND = ("exec", "-T", "processor", "python3", "-m", "processor.resend", "--reason", "contract '2'")
TABLES = "SELECT lines_read, british, other, rejected FROM Reconciliation WHERE kafka_partition = 'all'"
SPEED = "SELECT SUM(lines_read) / SUM(seconds) FROM Batch_Log WHERE batch > %s"


def sales(count: int, **values: Any) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and message of this many lines, the sample's repeated, under a new source.

    `values` replace the sample's.
    """
    source = uuid.uuid4().hex[:16]
    for row, line in zip(range(1, count + 1), cycle(lines().values()), strict=False):
        record = io.StringIO(newline="")
        csv.writer(record, lineterminator="").writerow(("", 2, source, 1, row, *line._replace(**values)))
        yield line.InvoiceNo.encode(), record.getvalue().encode()


def send(stack: Stack, records: Iterator[tuple[bytes, bytes | None]]) -> dict[Place, bytes | None]:
    """Send messages and return each by its place in the topic."""
    with closing(KafkaProducer(bootstrap_servers=stack.kafka, linger_ms=50, batch_size=256 * 1024)) as producer:
        sent = [(value, producer.send(TOPIC, value, key)) for key, value in records]
        places = [(value, future.get(timeout=60)) for value, future in sent]
    return {(place.partition, place.offset): value for value, place in places}


def with_bad_ones(records: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield the records, every tenth replaced by a bad one."""
    bad = cycle(SHORT)
    for number, (key, record) in enumerate(records, start=1):
        yield key, record if number % EVERY else next(bad)


def rejected(stack: Stack, begins: Offsets) -> dict[Place, bytes | None]:
    """Return the bytes of the messages rejected since these offsets, by their place."""
    query = f"SELECT kafka_partition, kafka_offset, message FROM Rejected_Online_Retail WHERE {where(begins)}"  # noqa: S608
    return {(partition, offset): content for partition, offset, content in stack.sql(query)}


def drain(stack: Stack, records: Iterator[tuple[bytes, bytes | None]]) -> tuple[float, dict[Place, bytes | None]]:
    """Let messages wait, then be read; return the lines per second of the batch log, and the messages."""
    ((batch,),) = stack.sql("SELECT last_batch FROM Stream_State")
    with stack.frozen("processor"):
        places = send(stack, records)
    wait_until(lambda: assert_caught_up(stack), seconds=120)
    ((speed,),) = stack.sql(SPEED, batch)
    return float(speed), places


@pytest.fixture
def stack_with_default_limit(stack: Stack) -> Iterator[Stack]:
    """The shared stack; its limit of rejects is restored at the end."""
    yield stack
    stack.up("processor")


def test_too_many_rejects_stop_the_stream(stack_with_default_limit: Stack) -> None:
    """Only bad messages: an error, and none of them in the view; with a higher limit the stream continues."""
    stack = stack_with_default_limit
    fault = Fault(stack, "more rejects than the limit")
    begins, before = stack.end_offsets(), stack.sql(TABLES)
    with stack.frozen("processor"):
        bad = send(stack, ((b"536365", content) for content, _ in zip(cycle(BAD), range(2_000), strict=False)))
        fault.struck()
    fault.assert_logged("processor", "messages are invalid, more than MAX_REJECTED_PERCENT=50")
    assert stack.state("processor")["Status"] == "running"
    assert stack.sql(TABLES) == before
    stack.up("processor", MAX_REJECTED_PERCENT="100")
    fault.ended()
    fault.assert_survived(begin(stack, 0, short()))
    assert rejected(stack, begins) == bad


def test_lines_sent_again_are_stored_once(stack: Stack) -> None:
    """Lines that an outdated processor rejected are sent again twice after the upgrade: each line is stored once."""
    fault = Fault(stack, "rejected lines sent again")
    with processor_of(stack, "outdated") as outdated:
        run = begin(outdated, 0, short())

        def assert_rejected() -> None:
            assert run.rejects() == run.lines

        wait_until(assert_rejected)
    for _ in range(2):
        stack.compose(*RESEND)
        fault.struck()
    assert run.sent() >= 2 * run.lines
    fault.assert_survived(run, rejects=run.sent() - run.lines)


@pytest.fixture
def large_batches(stack: Stack) -> Iterator[Stack]:
    """The shared stack with larger micro-batches, where messages and not transactions take the time."""
    stack.up("processor", MAX_ROWS_PER_BATCH="50000")
    wait_until(lambda: assert_healthy(stack), seconds=120)
    yield stack
    stack.up("processor")


def test_ten_thousand_among_a_hundred_thousand(large_batches: Stack) -> None:
    """Each bad message is in the table of rejects with its bytes, every other is a line; the rate hardly drops."""
    stack = large_batches
    fault = Fault(stack, "10,000 bad of 100,000 messages")
    drain(stack, sales(MESSAGES))  # warms the JVM up
    clean, _ = drain(stack, sales(MESSAGES))
    begins = stack.end_offsets()
    fault.struck()
    dirty, places = drain(stack, with_bad_ones(sales(MESSAGES)))
    fault.name += f", at {dirty / clean:.0%} of the clean speed"
    bad = {place: content for place, content in places.items() if content in set(SHORT)}
    assert len(bad) == MESSAGES // EVERY
    assert rejected(stack, begins) == bad
    fault.assert_nothing_lost_or_doubled()
    assert dirty >= clean / 2


@pytest.fixture
def default_batches(stack: Stack) -> Iterator[Stack]:
    """The shared stack with the default size of micro-batches, and any number of rejects allowed."""
    stack.up("processor", MAX_ROWS_PER_BATCH="", MAX_REJECTED_PERCENT="100")
    wait_until(lambda: assert_healthy(stack), seconds=120)
    yield stack
    stack.up("processor")


def long_messages(count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield messages of 60 KiB that are not sales lines, and after each a line with a Description of 4 KB."""
    for number, sale in enumerate(sales(count, Description="\N{SPORTS MEDAL}" * 1000)):
        yield b"", b"%d" % number + b"x" * 60 * 1024
        yield sale


def test_long_messages_fit_into_memory(default_batches: Stack) -> None:
    """180 MiB in messages of 60 KiB wait beside long lines: all are stored, and the processor was not restarted."""
    stack = default_batches
    fault = Fault(stack, "messages of 60 KiB")
    begins = stack.end_offsets()
    with stack.frozen("processor"):
        places = send(stack, long_messages(3_000))
        fault.struck()
    wait_until(lambda: assert_caught_up(stack), seconds=180)
    assert rejected(stack, begins) == {place: value for place, value in places.items() if value and value[-1:] == b"x"}
    assert stack.container("processor")["RestartCount"] == 0
    fault.assert_nothing_lost_or_doubled()
