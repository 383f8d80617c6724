"""CPU and memory of a project's containers, sampled each second; Java's CPU apart."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from harness import cgroups
from harness.stack import Stack

SECONDS = 1.0
JAVA = "java"
SPLIT = "processor"  # the service whose Java and Python are counted separately


@dataclass
class Usage:
    """Peak memory (bytes) and limits (MiB) of containers, and CPU seconds since their start."""

    peaks: dict[str, int] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    java: float = 0.0

    def look(self, ids: dict[str, str]) -> None:
        """Take a sample; a container that has ended keeps its last figures."""
        for name, group in cgroups.groups(ids, "memory").items():
            self.limits[name] = cgroups.limit(group)
            self.peaks[name] = max(self.peaks.get(name, 0), cgroups.held(group))
        for name, group in cgroups.groups(ids, "cpuacct").items():
            self.cpu[name] = max(self.cpu.get(name, 0.0), cgroups.cpu(group))
            if name == SPLIT:
                self.java = max(self.java, cgroups.cpu_by_program(group)[JAVA])

    def seconds(self) -> dict[str, float]:
        """Return the CPU seconds by container; the processor's are split into Java and the rest, Python."""
        parts = {name: value for name, value in self.cpu.items() if name != SPLIT}
        if SPLIT in self.cpu:
            parts |= {f"{SPLIT}: Java": self.java, f"{SPLIT}: Python": self.cpu[SPLIT] - self.java}
        return parts


@contextmanager
def watching(stack: Stack, *services: str) -> Iterator[Usage]:
    """Give the usage of the services' containers, or of all; it is updated until the end of the block."""
    containers = stack.containers(*services)
    ids = {container["Config"]["Labels"]["com.docker.compose.service"]: container["Id"] for container in containers}
    usage, stop = Usage(), threading.Event()
    usage.look(ids)

    def each_second() -> None:
        while not stop.wait(SECONDS):
            usage.look(ids)

    thread = threading.Thread(target=each_second)
    thread.start()
    try:
        yield usage
    finally:
        stop.set()
        thread.join()
        usage.look(ids)
