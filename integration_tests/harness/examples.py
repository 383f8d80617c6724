"""The contract's examples, valid and invalid, as messages."""

import json
from typing import Any

from harness.stack import ROOT

EXAMPLES = json.loads((ROOT / "integration_tests/contracts/examples.json").read_text(encoding="utf-8"))

type Place = tuple[int, int]
"""Partition and offset."""
type Example = dict[str, Any]


def message(example: Example) -> bytes | None:
    """Return an example's bytes."""
    if "record_hex" in example:
        return bytes.fromhex(example["record_hex"])
    record = example["record"]
    return None if record is None else str(record).encode()
