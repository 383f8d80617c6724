"""Duration, rate and interval of kills, from the environment."""

import os
from dataclasses import dataclass

TARGETS = ("processor", "producer", "kafka", "mariadb")
"""The services to kill, in turn; a round of them is a window of the report."""


@dataclass(frozen=True)
class Plan:
    """Minutes of streaming, rows per second, seconds between two kills."""

    minutes: float = 20
    rate: int = 1_500
    pause: float = 60

    @property
    def seconds(self) -> float:
        """How long lines stream, in seconds, without the delays by kills."""
        return self.minutes * 60

    @property
    def window(self) -> float:
        """Seconds of one round of kills."""
        return self.pause * len(TARGETS)

    @property
    def windows(self) -> int:
        """How many whole rounds there are."""
        return int(self.seconds // self.window)

    @property
    def rows(self) -> int:
        """Rows of the workbook."""
        return int(self.seconds * self.rate)

    @property
    def kills(self) -> list[str]:
        """The service to kill after each pause; after the last pause none, so that the last one recovers."""
        return [TARGETS[number % len(TARGETS)] for number in range(round(self.seconds / self.pause) - 1)]


def load() -> Plan:
    """Return the plan; SOAK_MINUTES, SOAK_RATE and SOAK_PAUSE change it."""
    asked = {name: os.environ.get(f"SOAK_{name.upper()}") for name in ("minutes", "rate", "pause")}
    given = {name: float(value) for name, value in asked.items() if value}
    plan = Plan(given.get("minutes", 20), int(given.get("rate", 1_500)), given.get("pause", 60))
    if plan.windows < 3:
        raise SystemExit(
            f"SOAK_MINUTES={plan.minutes:g} has {plan.windows} rounds of {len(TARGETS)} kills, {plan.pause:g} s apart: "
            "at least 3 are needed: set more minutes or a smaller SOAK_PAUSE"
        )
    return plan
