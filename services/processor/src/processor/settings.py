"""The processor's settings."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from common.settings import DEFAULT_PASSWORD, EnvironmentSettings
from processor.clusters.features import Kind


class Settings(EnvironmentSettings):
    """The processor's settings; each description is the allowed range, as a user error shows it."""

    kafka_bootstrap_servers: str = Field(
        default="kafka:9092", description="host:port, several with commas between them"
    )
    topic: str = Field(
        default="online-retail", description="1 to 249 of a-z A-Z 0-9 . _ -", pattern=r"^[A-Za-z0-9._-]{1,249}$"
    )
    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_database: str = Field(default="kappa-view", description="a database")
    mariadb_processor_password: SecretStr = Field(
        default=SecretStr(DEFAULT_PASSWORD), min_length=1, description="a password, not an empty one"
    )
    clusters: int = Field(default=5, ge=2, le=100, description="a whole number from 2 to 100")
    features: Kind = Field(default="log", description="log or raw")
    decay: float = Field(default=1.0, ge=0, le=1, description="a number from 0 to 1")
    half_life: float | None = Field(default=None, gt=0, description="a number over 0")
    time_unit: Literal["batches", "points"] = Field(default="batches", description="batches or points")
    max_rows_per_batch: int = Field(default=400_000, ge=1, le=1_000_000, description="a whole number from 1 to 1000000")
    trigger_seconds: float = Field(default=1.0, ge=0.1, le=3600, description="a number from 0.1 to 3600")
    seed_lines: int = Field(default=10_000, ge=1, le=1_000_000, description="a whole number from 1 to 1000000")
    seed_seconds: float = Field(default=20.0, ge=0, le=3600, description="a number from 0 to 3600")
    segments: int = Field(default=4, ge=2, le=8, description="a whole number from 2 to 8")
    max_rejected_percent: int = Field(default=50, ge=0, le=100, description="a whole number from 0 to 100")

    @model_validator(mode="after")
    def _one_way_to_forget(self) -> Self:
        if self.half_life is not None and self.decay != 1:
            raise ValueError(
                f"HALF_LIFE={self.half_life} and DECAY={self.decay}: set only one, both set how old lines are forgotten"
            )
        return self

    def decay_factor(self) -> float:
        """Return what remains of an old weight per time unit; a half-life h means 0.5 ** (1 / h)."""
        return self.decay if self.half_life is None else 0.5 ** (1 / self.half_life)

    def effective(self) -> str:
        """Return all settings in a line, secrets hidden."""
        return " ".join(f"{name.upper()}={value}" for name, value in self)
