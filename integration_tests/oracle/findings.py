"""What is wrong, said so that a person can read it, however much it is."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

SHOWN = 5


class Findings:
    """Findings by their kind: of each the first few, and how many more there are."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, kind: str, finding: str) -> None:
        """Note that something is wrong."""
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN:
            self._texts[kind].append(finding)

    def texts(self) -> tuple[str, ...]:
        """Return all that was noted."""
        return tuple(
            finding
            for kind, count in self._counts.items()
            for finding in (*self._texts[kind], *([f"{count - SHOWN:,} more: {kind}"] if count > SHOWN else []))
        )


def few(values: Sequence[Any]) -> str:
    """Return the first values, and how many more there are."""
    shown = ", ".join(map(str, values[:SHOWN]))
    return f"{shown} and {len(values) - SHOWN:,} more" if len(values) > SHOWN else shown
