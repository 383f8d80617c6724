"""Measured figures: a file of tab-separated lines for each kind."""

import sys
import time
from collections.abc import Sequence

from harness.stack import ROOT

RESULTS = ROOT / "benchmarks" / "results"

type Rows = list[list[str]]
"""Lines of fields."""


def note(text: str) -> None:
    """Print progress to standard error."""
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def forget(kinds: Sequence[str]) -> None:
    """Remove earlier results."""
    for kind in kinds:
        (RESULTS / f"{kind}.tsv").unlink(missing_ok=True)


def record(kind: str, *fields: object) -> None:
    """Add a line."""
    texts = [*map(str, fields)]
    with (RESULTS / f"{kind}.tsv").open("a", encoding="utf-8") as file:
        file.write("\t".join(texts) + "\n")
    note(f"{kind}: {', '.join(texts)}")


def record_lines(kind: str, text: str, *before: object) -> None:
    """Add the tab-separated lines that a program printed, each after some fields."""
    for line in text.splitlines():
        record(kind, *before, *line.split("\t"))


def recorded(kind: str) -> Rows:
    """Return the lines of a kind; none if it was not measured."""
    path = RESULTS / f"{kind}.tsv"
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
