"""CPU and memory of containers, read from their control groups (version 1 or 2).

Memory is anonymous and shared memory (tmpfs, memfd), which the kernel cannot reclaim. Page cache is left out: it grows
with the files that are read and written until the limit is reached, whatever a program needs, and counts in the control
group's own peak (`max_usage_in_bytes`, `memory.peak`).
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
# Where engines put a container's control group: version 1 and 2, driven by themselves or by systemd.
PLACES = (
    "{controller}/docker/{id}",
    "{controller}/system.slice/docker-{id}.scope",
    "docker/{id}",
    "system.slice/docker-{id}.scope",
)
# rss in version 1 is anon in version 2; shared memory has the same name in both.
HELD = frozenset({"rss", "anon", "shmem"})
LIMITS = ("memory.limit_in_bytes", "memory.max")
MIB = 2**20
TICKS = os.sysconf("SC_CLK_TCK")  # per second


def groups(containers: Mapping[str, str], controller: str = "memory") -> dict[str, Path]:
    """Return the control groups of the running ones, by name; containers are names and ids."""
    places = (
        (name, place.format(controller=controller, id=id_)) for name, id_ in containers.items() for place in PLACES
    )
    return {name: ROOT / place for name, place in places if (ROOT / place).is_dir()}


def held(group: Path) -> int:
    """Return the bytes that a control group holds; 0 where it has just ended."""
    return sum(int(value) for name, value in _pairs(group / "memory.stat") if name in HELD)


def limit(group: Path) -> str:
    """Return a control group's limit, MiB."""
    found = [(group / name).read_text().strip() for name in LIMITS if (group / name).exists()]
    return str(int(found[0]) // MIB) if found and found[0].isdigit() else "none"


def cpu(group: Path) -> float:
    """Return the CPU seconds of a control group since its start, its ended processes included; 0 where it has ended."""
    try:
        return int((group / "cpuacct.usage").read_text()) / 1e9
    except OSError:
        return sum(int(value) / 1e6 for name, value in _pairs(group / "cpu.stat") if name == "usage_usec")


def cpu_by_program(group: Path) -> Counter[str]:
    """Return the CPU seconds of the processes that run in a control group, by program; needs the host's process ids."""
    seconds: Counter[str] = Counter()
    try:
        for process in (group / "cgroup.procs").read_text().split():
            program, times = Path("/proc", process, "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            seconds[program] += sum(map(int, times.split()[11:13])) / TICKS  # type: ignore[assignment]
    except OSError:
        pass  # a process has ended meanwhile
    return seconds


def _pairs(file: Path) -> Iterable[list[str]]:
    try:
        return [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return []
