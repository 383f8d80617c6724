"""Size of Python packages on disk, and what importing a module of theirs costs a process that has numpy.

    python packages.py MODULE PACKAGE...

Prints MB on disk, seconds and MiB, tab-separated.
"""

import importlib
import resource
import sys
import time
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path

import numpy  # noqa: F401, ICN001 - the processor has it


def main() -> None:
    """Measure and print."""
    module, *packages = sys.argv[1:]
    size = sum(path.stat().st_size for package in packages for path in installed(package))
    before, begin = peak(), time.monotonic()
    importlib.import_module(module)
    print(f"{size / 1e6:.0f}\t{time.monotonic() - begin:.2f}\t{peak() - before:.0f}")


def installed(package: str) -> Iterator[Path]:
    """Yield the files of an installed package."""
    found = (Path(str(path.locate())) for path in files(package) or ())
    yield from (path for path in found if path.exists())


def peak() -> float:
    """Return the peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
