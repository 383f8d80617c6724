"""What is looked at each second, by threads of their own, since a server that is down answers late or not at all."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from memory import groups, held
from pymysql import MySQLError
from stack import PARTITIONS, TOPIC, Stack

from soak.samples import Samples, Series

SECONDS = 1.0
PLACES = [TopicPartition(TOPIC, partition) for partition in range(PARTITIONS)]


@contextmanager
def watching(stack: Stack) -> Iterator[Samples]:
    """Give what is seen, which grows meanwhile; times are seconds since the beginning."""
    ids = {
        container["Config"]["Labels"]["com.docker.compose.service"]: container["Id"] for container in stack.containers()
    }
    samples = Samples(memory={name: [] for name in ids}, sent=[], read=[])
    stop, begin = threading.Event(), time.monotonic()

    def watch(look: Callable[[float], None]) -> threading.Thread:
        def each_second() -> None:
            while not stop.wait(SECONDS):
                look(time.monotonic() - begin)

        thread = threading.Thread(target=each_second, daemon=True)
        thread.start()
        return thread

    looks = (
        lambda now: weigh(ids, samples, now),
        Ends(stack, samples.sent).look,
        lambda now: progress(stack, samples.read, now),
    )
    threads = [watch(look) for look in looks]
    try:
        yield samples
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def weigh(ids: Mapping[str, str], samples: Samples, now: float) -> None:
    """Note what each container holds."""
    for name, group in groups(ids).items():
        samples.memory[name].append((now, held(group)))


class Ends:
    """How far the topic reaches: one connection, made anew after a failure."""

    def __init__(self, stack: Stack, series: Series) -> None:
        self._stack, self._series = stack, series
        self._consumer: Any = None

    def look(self, now: float) -> None:
        """Note the sum of the end offsets, where Kafka says it."""
        try:
            self._consumer = self._consumer or connect(self._stack)
            ends = self._consumer.end_offsets(PLACES)
        except KafkaError:
            return
        self._series.append((now, sum(ends.values())))


def connect(stack: Stack) -> Any:
    """Return a consumer that gives up soon and comes back soon."""
    return KafkaConsumer(
        bootstrap_servers=stack.kafka,
        bootstrap_timeout_ms=1_000,
        request_timeout_ms=3_000,
        default_api_timeout_ms=3_000,
        reconnect_backoff_max_ms=1_000,
        enable_auto_commit=False,
    )


def progress(stack: Stack, series: Series, now: float) -> None:
    """Note how many messages are in the view, where MariaDB says it."""
    try:
        with closing(stack.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(SUM(next_offset), 0) FROM Stream_Progress")
            ((read,),) = cursor.fetchall()
    except MySQLError:
        return
    series.append((now, int(read)))
