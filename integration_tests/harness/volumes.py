"""Copies of the servers' volumes, to restore an outdated one."""

from collections.abc import Iterator
from contextlib import contextmanager

from harness.stack import NAME, Stack, docker, wait_until
from harness.streaming import assert_healthy

IMAGE = "mariadb:11.8"  # any image with a shell would do; this one is already here
# Not sparse: a file must occupy the same space as on a real disk.
COPY = "find /to -mindepth 1 -delete && cp -a --sparse=never /from/. /to/"


def copied(source: str, target: str) -> str:
    """Replace the second volume's files by the first one's; return its name."""
    mounts = ("--volume", f"{source}:/from:ro", "--volume", f"{target}:/to")
    docker("run", "--rm", "--user", "root", "--entrypoint", "bash", *mounts, IMAGE, "-c", COPY)
    return target


@contextmanager
def server_stopped(stack: Stack, server: str) -> Iterator[None]:
    """Stop a server during the block; its clients keep retrying."""
    stack.compose("stop", server)
    try:
        yield
    finally:
        stack.compose("start", server)
    wait_until(lambda: assert_healthy(stack, server))


class Copies:
    """Copies of the servers' volumes."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._names: list[str] = []

    def take(self, server: str) -> str:
        """Copy a server's volume; return the copy's name."""
        name = f"{NAME}_{server}-copy-{len(self._names)}"
        self._names.append(name)
        with server_stopped(self._stack, server):
            return copied(f"{NAME}_{server}", name)

    def restore(self, server: str, name: str) -> None:
        """Restore a copy into the volume."""
        with server_stopped(self._stack, server):
            copied(name, f"{NAME}_{server}")

    def remove(self) -> None:
        """Remove the copies."""
        for name in self._names:
            docker("volume", "rm", "--force", name)
