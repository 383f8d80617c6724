"""Watch what containers hold in memory; print their limits and peaks in MiB at SIGTERM.

    python memory.py kafka=CONTAINER_ID mariadb=CONTAINER_ID …

What a container holds is its anonymous memory and its shared memory (tmpfs, memfd): what the kernel cannot take back.
Page cache counts in a control group's own peak (`max_usage_in_bytes`, `memory.peak`) and grows with the files that are
read and written until the limit is reached, whatever a program needs; so it is left out here.
"""

import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path("/sys/fs/cgroup")
# Where engines put a container's control group: version 1 and 2, driven by themselves or by systemd.
PLACES = (
    "memory/docker/{id}",
    "memory/system.slice/docker-{id}.scope",
    "docker/{id}",
    "system.slice/docker-{id}.scope",
)
# Version 1 says rss where version 2 says anon, and gives shared memory the same name.
HELD = frozenset({"rss", "anon", "shmem"})
LIMITS = ("memory.limit_in_bytes", "memory.max")
SECONDS = 1.0
MIB = 2**20


def main() -> None:
    """Look each second until SIGTERM; containers may come and go."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    containers = dict(argument.split("=") for argument in sys.argv[1:])
    peaks: dict[str, int] = dict.fromkeys(containers, 0)
    limits: dict[str, str] = {}
    while True:
        for name, group in groups(containers).items():
            limits[name] = limit(group)
            peaks[name] = max(peaks[name], held(group))
        if stop.wait(SECONDS):
            break
    for name, peak in peaks.items():
        print(name, limits.get(name, "-"), round(peak / MIB), sep="\t")


def groups(containers: Mapping[str, str]) -> Mapping[str, Path]:
    """Return the control groups of those that run."""
    places = ((name, ROOT / place.format(id=id_)) for name, id_ in containers.items() for place in PLACES)
    return MappingProxyType({name: path for name, path in places if path.is_dir()})


def held(group: Path) -> int:
    """Return the bytes that a control group holds; 0 where it has just ended."""
    try:
        pairs = (line.split() for line in (group / "memory.stat").read_text().splitlines())
    except OSError:
        return 0
    return sum(int(value) for name, value in pairs if name in HELD)


def limit(group: Path) -> str:
    """Return a control group's limit, MiB."""
    found = [(group / name).read_text().strip() for name in LIMITS if (group / name).exists()]
    return str(int(found[0]) // MIB) if found and found[0].isdigit() else "none"


if __name__ == "__main__":
    main()
