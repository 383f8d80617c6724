"""The findings, limited so that many of them stay readable."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

SHOWN = 5


class Findings:
    """Findings by kind: the first few of each, and how many more there are."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, kind: str, finding: str) -> None:
        """Record a finding."""
        self._counts[kind] += 1
        if self._counts[kind] <= SHOWN:
            self._texts[kind].append(finding)

    def texts(self) -> tuple[str, ...]:
        """Return all findings."""
        return tuple(
            finding
            for kind, count in self._counts.items()
            for finding in (*self._texts[kind], *([f"{count - SHOWN:,} more: {kind}"] if count > SHOWN else []))
        )


def few(values: Sequence[Any]) -> str:
    """Return the first values, and how many more there are."""
    shown = ", ".join(map(str, values[:SHOWN]))
    return f"{shown} and {len(values) - SHOWN:,} more" if len(values) > SHOWN else shown
