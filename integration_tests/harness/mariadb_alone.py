"""A MariaDB on its own volume, beside the shared stack and without a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from subprocess import CompletedProcess

from harness.stack import NAME, Stack, wait_until

OWN_DATABASES = {"information_schema", "mysql", "performance_schema", "sys"}
OWN_USERS = {"root", "mariadb.sys", "healthcheck"}


@contextmanager
def mariadb_alone(purpose: str, *, port: int) -> Iterator[Stack]:
    """Give a stack of which only MariaDB is up, healthy and empty; it is removed at the end."""
    alone = replace(Stack(), name=f"{NAME}-{purpose}", mariadb_port=port)
    alone.up("mariadb")
    try:
        wait_until(lambda: assert_healthy(alone))
        yield alone
    finally:
        alone.down()


def empty(alone: Stack) -> None:
    """Remove databases and users that a new volume does not have: starting another takes fifteen times as long."""
    for (name,) in alone.sql("SHOW DATABASES", user="root", database="mysql"):
        if name not in OWN_DATABASES:
            alone.sql(f"DROP DATABASE `{name}`", user="root", database="mysql")
    for user, host in alone.sql("SELECT User, Host FROM user", user="root", database="mysql"):
        if user not in OWN_USERS:
            alone.sql("DROP USER %s@%s", user, host, user="root", database="mysql")


def assert_healthy(alone: Stack) -> None:
    """Raise unless its MariaDB is healthy."""
    assert alone.state("mariadb")["Health"]["Status"] == "healthy"


def run_db_init(stack: Stack, *command: str, check: bool = True, volume: str = "") -> CompletedProcess[str]:
    """Run db-init once, or another command in its container; a volume is mounted as Docker writes it."""
    mounted = ["--volume", volume] if volume else []
    return stack.compose("run", "--rm", "--no-deps", "-T", *mounted, "db-init", *command, check=check)
