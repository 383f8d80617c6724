"""The result of `make choose-k`: JSON on the volume `choices`, which the program writes and the page reads."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

FILE = Path("/var/lib/choices/choose-k.json")


class Candidate(NamedTuple):
    """Result of k-means for a number of groups: inertia in feature space, silhouette, share of the smallest group."""

    groups: int
    inertia: float
    silhouette: float | None  # None: all points are in one group
    smallest: float


class Choice(BaseModel):
    """The results for lines or customers, the recommended number (None: no good one), and how many the view has."""

    candidates: Sequence[Candidate]
    recommended: int | None
    groups: int


class Choices(BaseModel):
    """What was measured, when (UTC), and as of which micro-batch; `features` are those of the lines."""

    measured_at: dt.datetime
    batch: int
    features: str
    lines: Choice
    customers: Choice


def stamp() -> int:
    """Return what changes with each result."""
    try:
        return FILE.stat().st_mtime_ns
    except OSError:
        return 0


def write(found: Choices) -> None:
    """Write the result; a reader sees the old or the new one, never half of one."""
    new = FILE.with_name(f"{FILE.name}.new")
    new.write_text(found.model_dump_json(), encoding="utf-8")
    new.replace(FILE)


def read() -> Choices | None:
    """Return the last result; None if nothing was measured yet, or by a version that wrote other fields."""
    try:
        return Choices.model_validate_json(FILE.read_bytes())
    except (OSError, ValidationError):
        return None
