"""Samples taken each second, each kind in its own thread: a server that is down answers late or never."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pymysql import MySQLError

from harness.cgroups import groups, held
from harness.stack import PARTITIONS, TOPIC, Stack
from soak.samples import Samples, Series

SECONDS = 1.0
type Clock = Callable[[], float]
"""Seconds since the start; read when an answer has arrived."""

PLACES = [TopicPartition(TOPIC, partition) for partition in range(PARTITIONS)]


@contextmanager
def watching(stack: Stack) -> Iterator[Samples]:
    """Give the samples, which grow during the block; times are seconds since the start."""
    ids = {named(container): container["Id"] for container in stack.containers()}
    samples = Samples(memory={name: [] for name in ids}, sent=[], read=[])
    stop, begin = threading.Event(), time.monotonic()

    def clock() -> float:
        return time.monotonic() - begin

    def each_second(look: Callable[[Clock], None]) -> None:
        while not stop.wait(SECONDS):
            look(clock)

    looks = (Memory(ids, samples.memory).look, Ends(stack, samples.sent).look, Progress(stack, samples.read).look)
    threads = [threading.Thread(target=each_second, args=[look], daemon=True) for look in looks]
    for thread in threads:
        thread.start()
    try:
        yield samples
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def named(container: Mapping[str, Any]) -> str:
    """Return the service of a container."""
    return str(container["Config"]["Labels"]["com.docker.compose.service"])


@dataclass(frozen=True)
class Memory:
    """The containers' memory, measured as in the benchmarks."""

    ids: Mapping[str, str]
    series: Mapping[str, Series]

    def look(self, clock: Clock) -> None:
        """Add a sample of each running one."""
        for name, group in groups(self.ids).items():
            self.series[name].append((clock(), held(group)))


@dataclass
class Ends:
    """The topic's end offsets: one connection, opened again after a failure."""

    stack: Stack
    series: Series
    consumer: Any = None

    def look(self, clock: Clock) -> None:
        """Add the sum of the end offsets, if Kafka answers."""
        try:
            self.consumer = self.consumer or connect(self.stack)
            ends = self.consumer.end_offsets(PLACES, timeout_ms=2_000)
        except (KafkaError, OSError):
            self.close()
        else:
            self.series.append((clock(), sum(ends.values())))

    def close(self) -> None:
        """Close the connection: a new one is faster than waiting for this one."""
        if self.consumer is not None:
            self.consumer.close()
        self.consumer = None


def connect(stack: Stack) -> Any:
    """Return a consumer with short timeouts."""
    return KafkaConsumer(
        bootstrap_servers=stack.kafka,
        bootstrap_timeout_ms=1_000,
        request_timeout_ms=3_000,
        reconnect_backoff_max_ms=1_000,
        enable_auto_commit=False,
    )


@dataclass(frozen=True)
class Progress:
    """The number of messages in the view."""

    stack: Stack
    series: Series

    def look(self, clock: Clock) -> None:
        """Add it, if MariaDB answers."""
        with suppress(MySQLError), closing(self.stack.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(SUM(next_offset), 0) FROM Stream_Progress")
            ((read,),) = cursor.fetchall()
            self.series.append((clock(), int(read)))
