"""Shared by several tests: a line of a sheet, a volume, the contract's examples."""

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest

MOMENT = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time is what a sheet has
LINE = [536365, "85123A", "LAMP", 6, MOMENT, 2.55, 17850, "United Kingdom"]

# The container is temporary, and its user owns no directory to store examples in; a busy machine is slow.
hypothesis.settings.register_profile("container", database=None, deadline=None)
hypothesis.settings.load_profile("container")


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """Return the directory for canonical csv files."""
    (tmp_path / "volume").mkdir()
    return tmp_path / "volume"


def contract_examples(kind: str = "valid") -> list[dict[str, Any]]:
    """Return examples of the contract; the processor's tests read the same ones."""
    file = Path(os.environ.get("CONTRACTS_DIR", "/contracts")) / "examples.json"
    examples: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))[kind]
    return examples
