"""The measured stack: separate Compose projects, of which one runs at a time."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.results import RESULTS, note
from harness.stack import ROOT, Stack, docker, wait_until

NAME = os.environ.get("BENCHMARK_PROJECT") or "kappa-retail-bench"  # never that of a running stack: it is removed
PORTS = (19292, 13506, 18280)  # Kafka, MariaDB, Adminer
DASHBOARD_PORT = 18701
PATIENCE = 1800  # s, limit of every wait
ONCE = ("run", "--rm", "--no-deps", "-T")
SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Project:
    """A measured stack; the version is the revision of its checkout, empty for the current one."""

    stack: Stack
    version: str = ""

    def start_servers(self) -> None:
        """Start Kafka and MariaDB on empty volumes, with topic and tables."""
        self.stack.down()
        self.resume()
        self.program("topic-init")
        self.program("db-init")

    def pause(self) -> None:
        """Stop everything; the volumes stay."""
        self.stack.compose("stop")

    def resume(self) -> None:
        """Start Kafka and MariaDB on the existing volumes."""
        self.servers("kafka", "mariadb")

    def servers(self, *names: str) -> None:
        """Start servers and wait until they are healthy."""
        self.stack.compose("up", "--detach", "--wait", "--no-build", "--no-deps", *names)

    def empty_view(self) -> None:
        """Give MariaDB a new volume, so that rounds do not influence each other."""
        self.remove("processor", "mariadb")
        docker("volume", "rm", f"{self.stack.name}_mariadb")
        self.servers("mariadb")
        self.program("db-init")

    def remove(self, *services: str) -> None:
        """Stop and remove services."""
        self.stack.compose("rm", "--stop", "--force", *services)

    def program(self, service: str, *command: str) -> str:
        """Run a program in a service's container without starting others; return its output."""
        return self.stack.compose(*ONCE, service, *command).stdout

    def fill(self, messages: int) -> int:
        """Fill the topic up with the workbook's lines, repeated; return how many messages it then holds."""
        note(f"filling the topic up to {messages:,} messages{self.title()}")
        return int(self.program("producer", "python", "/benchmarks/fill.py", str(messages)))

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query as root: a statement, or the name of a file in sql/ with one."""
        text = (SQL / query).read_text(encoding="utf-8") if query.endswith(".sql") else query
        return self.stack.sql(text, *values, user="root")

    def wait_for(self, messages: int) -> None:
        """Wait until this many messages are committed."""

        def check() -> None:
            ((read,),) = self.sql("SELECT COALESCE(SUM(lines_read), 0) FROM Batch_Log")
            assert read >= messages, f"{read} of {messages} messages are committed after {PATIENCE} s"

        try:
            wait_until(check, PATIENCE)
        except AssertionError:
            note(self.stack.logs("processor")[-5000:])
            raise

    def title(self) -> str:
        """Return the suffix of an older version's figures."""
        return f" of {self.version}" if self.version else ""


def project(purpose: str = "", **settings: str) -> Project:
    """Return a project of the current checkout; a purpose names a further one."""
    name = f"{NAME}{purpose and '-'}{purpose}"
    return Project(Stack(name, files(ROOT), *PORTS, {**workbook(), **settings}, DASHBOARD_PORT))


def older(version: str) -> Project:
    """Return a project of an older version, whose checkout and images benchmarks/run has built."""
    stack = Stack(f"{NAME}-old", files(RESULTS / version), *PORTS, {**workbook(), "TAG": version}, DASHBOARD_PORT)
    return Project(stack, version)


def files(checkout: Path) -> Sequence[Path]:
    """Return the Compose files: relative paths in them refer to the checkout."""
    return checkout / "compose.yaml", ROOT / "benchmarks" / "compose.yaml"


def workbook() -> dict[str, str]:
    """Return the settings that choose the workbook; without them it is the sample of the current checkout."""
    folder = ROOT / (os.environ.get("DATA_DIR") or "data")
    return {"DATA_DIR": str(folder), "WORKBOOK": os.environ.get("WORKBOOK", "")}


@contextmanager
def taken_down(*projects: Project) -> Iterator[None]:
    """Remove the projects and their volumes at the end."""
    try:
        yield
    finally:
        for each in projects:
            each.stack.down()


def in_turn[T](each: Sequence[T], rounds: int) -> Iterator[T]:
    """Yield each one in each round, forwards and backwards in turn: the first to run has cold caches."""
    for number in range(rounds):
        yield from reversed(each) if number % 2 else each


def running_in_turn(projects: Sequence[Project], rounds: int) -> Iterator[Project]:
    """Yield each project in each round, with its servers up while all others are paused."""
    before: Project | None = None
    for each in in_turn(projects, rounds):
        if each is not before:
            if before:
                before.pause()
            each.resume()
        before = each
        yield each
