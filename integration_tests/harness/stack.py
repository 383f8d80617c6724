"""A stack under test, as seen from this host: Docker Compose, ports, processes."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pymysql
from kafka import KafkaConsumer, TopicPartition
from tenacity import Retrying, stop_after_delay, wait_fixed

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "reports"
NAME = "kappa-retail-it"
TOPIC = "online-retail"
DATABASE = "kappa-view"
PARTITIONS = 4

type Offsets = dict[int, int]
"""An offset per partition."""


def wait_until[T](check: Callable[[], T], seconds: float = 90) -> T:
    """Call `check` until it raises nothing and return its value; after this many seconds raise its last error."""
    return Retrying(stop=stop_after_delay(seconds), wait=wait_fixed(0.5), reraise=True)(check)


def docker(*arguments: str) -> str:
    """Run a command of the engine's client and return its output; a failure is an AssertionError."""
    done = subprocess.run(["docker", *arguments], text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"docker {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Stack:
    """A Compose project of the checkout's compose.yaml, with its own ports and settings; no .env is read.

    The ports lie below those from which Linux gives one to each outgoing connection (32768 and above): a port of that
    range may be taken by any program at the moment when the stack starts.
    """

    name: str = NAME
    files: Sequence[Path] = (ROOT / "compose.yaml",)
    kafka_port: int = 19092
    mariadb_port: int = 13306
    adminer_port: int = 18080
    settings: Mapping[str, str] = field(default_factory=dict)
    dashboard_port: int = 18501

    def compose(self, *arguments: str, check: bool = True, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run docker compose; `settings` hold for this call alone. Where `check`, a failure is an AssertionError."""
        return self._run(arguments, settings, check=check)

    def feed(self, stdin: IO[bytes], *arguments: str) -> str:
        """Run docker compose with a stream as its standard input, return its output; a failure is an AssertionError."""
        return self._run(arguments, {}, stdin).stdout

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """Start docker compose without waiting for it."""
        return subprocess.Popen(
            self._command(*arguments), env=self._environment(settings), cwd=ROOT, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def up(self, *services: str, **settings: str) -> None:
        """Start the named services without their dependencies, or all; images are not built."""
        alone = ["--no-deps", *services] if services else []
        self.compose("up", "--detach", "--no-build", *alone, check=True, **settings)

    def down(self, *, volumes: bool = True) -> None:
        """Stop and remove the stack."""
        self.compose("down", "--remove-orphans", *(["--volumes"] if volumes else []))

    def logs(self, *services: str, since: str = "") -> str:
        """Return the logs, all or since a time, with the service's name before each line."""
        return self.compose("logs", *(["--since", since] if since else []), *services, check=False).stdout

    def containers(self, *services: str) -> list[dict[str, Any]]:
        """Return the output of `docker inspect` for the services' containers, including stopped ones."""
        ids = [one for service in services or ("",) for one in self._ids(service)]
        return list(json.loads(docker("inspect", *ids))) if ids else []

    def container(self, service: str) -> dict[str, Any]:
        """Return the output of `docker inspect` for a service's only container."""
        (container,) = self.containers(service)
        return container

    def state(self, service: str) -> dict[str, Any]:
        """Return the state of a service's only container."""
        return dict(self.container(service)["State"])

    def sql(self, query: str, *values: object, user: str = "viewer", database: str = DATABASE) -> list[tuple[Any, ...]]:
        """Return the rows of a query, as one of the users."""
        with self.connect(user, database) as connection, connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return list(cursor.fetchall())

    @contextmanager
    def frozen(self, service: str) -> Iterator[None]:
        """Freeze a service's process during the block; its connections stay open."""
        identifier = self.container(service)["Id"]
        # The kernel may refuse while a process of the container is busy.
        wait_until(lambda: docker("pause", identifier))
        try:
            yield
        finally:
            docker("unpause", identifier)

    def end_offsets(self) -> Offsets:
        """Return the end offset of each partition of the topic."""
        with closing(KafkaConsumer(bootstrap_servers=self.kafka)) as consumer:
            places = [TopicPartition(TOPIC, partition) for partition in consumer.partitions_for_topic(TOPIC) or ()]
            return {place.partition: offset for place, offset in consumer.end_offsets(places).items()}

    def lag(self) -> int:
        """Return how many messages of the topic are not in the view yet."""
        ((read,),) = self.sql("SELECT SUM(next_offset) FROM Stream_Progress")
        return sum(self.end_offsets().values()) - int(read)

    def connect(self, user: str = "viewer", database: str = DATABASE) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        """Return a connection to the database as one of the users, in autocommit mode."""
        return pymysql.connect(
            host="127.0.0.1", port=self.mariadb_port, user=user, password="example", database=database,  # noqa: S106
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    @property
    def kafka(self) -> str:
        """Kafka's address for programs on this host."""
        return f"localhost:{self.kafka_port}"

    def _ids(self, service: str) -> list[str]:
        # Tests call this often, and the engine's client takes a tenth of Compose's time.
        labels = {"project": self.name, "oneoff": "False"} | ({"service": service} if service else {})
        filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        return docker("ps", "--all", "--quiet", "--no-trunc", *filters).split()

    def _run(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, str],
        stdin: IO[bytes] | None = None,
        *,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self._command(*arguments), env=self._environment(settings), cwd=ROOT, text=True, capture_output=True,
            stdin=stdin, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"docker compose {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
        return done

    def _command(self, *arguments: str) -> list[str]:
        files = [word for file in self.files for word in ("--file", str(file))]
        project = ("--project-name", self.name, "--env-file", os.devnull, "--ansi", "never")
        return ["docker", "compose", *project, *files, *arguments]

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        own = {name: os.environ[name] for name in ("PATH", "HOME", "SPARK_IMAGE") if name in os.environ}
        return {**own, **self.ports(), **self.settings, **settings}

    def ports(self) -> dict[str, str]:
        """Return the settings of the stack's ports on this host."""
        return {
            "KAFKA_PORT": str(self.kafka_port),
            "MARIADB_PORT": str(self.mariadb_port),
            "ADMINER_PORT": str(self.adminer_port),
            "DASHBOARD_PORT": str(self.dashboard_port),
        }


def kill(container: Mapping[str, Any]) -> None:
    """Kill a container's process from outside, like a crash: `docker kill` would switch the restart policy off."""
    pid = container["State"]["Pid"]
    assert pid > 0, f"{container['Name']} does not run"  # 0 would kill the tests' own processes
    os.kill(pid, signal.SIGKILL)


def where(begins: Offsets, ends: Offsets | None = None) -> str:
    """Return the SQL condition that a line's offset is from `begins` to before `ends`."""
    spans = [
        f"(kafka_partition = {partition} AND kafka_offset >= {begin}"
        + (f" AND kafka_offset < {ends[partition]})" if ends else ")")
        for partition, begin in begins.items()
    ]
    return f"({' OR '.join(spans)})"
