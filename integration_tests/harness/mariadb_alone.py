"""A MariaDB on a volume of its own, beside the shared stack and without a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from subprocess import CompletedProcess

from harness.stack import NAME, Stack, wait_until


@contextmanager
def mariadb_alone(purpose: str) -> Iterator[Stack]:
    """Give a stack of which only MariaDB is up, healthy and empty; it is gone at the end."""
    base = Stack()
    alone = replace(base, name=f"{NAME}-{purpose}", mariadb_port=base.mariadb_port + 1)
    alone.up("mariadb")
    try:
        wait_until(lambda: assert_healthy(alone))
        yield alone
    finally:
        alone.down()


def assert_healthy(alone: Stack) -> None:
    """Raise unless its MariaDB is healthy."""
    assert alone.state("mariadb")["Health"]["Status"] == "healthy"


def run_db_init(stack: Stack, *command: str, check: bool = True, volume: str = "") -> CompletedProcess[str]:
    """Run db-init once, or another command in its container; a volume is mounted as Docker writes it."""
    mounted = ["--volume", volume] if volume else []
    return stack.compose("run", "--rm", "--no-deps", "-T", *mounted, "db-init", *command, check=check)
