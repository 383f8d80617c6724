"""The producer's settings."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from common.settings import EnvironmentSettings


def _bare_name(name: str) -> str:
    if name != Path(name).name:
        raise ValueError
    return name


class Settings(EnvironmentSettings):
    """The workbook, the topic and the speed."""

    kafka_bootstrap_servers: str = Field(
        default="kafka:9092", description="host:port, several with commas between them"
    )
    topic: str = Field(
        default="online-retail", description="1 to 249 of a-z A-Z 0-9 . _ -", pattern=r"^[A-Za-z0-9._-]{1,249}$"
    )
    workbook: Annotated[str, AfterValidator(_bare_name)] = Field(
        default="", description="name of a file in the data directory, without a path; empty: the only one"
    )
    date_order: Literal["dmy", "mdy"] | None = Field(
        default=None, description="dmy or mdy; empty: decided by the file's dates"
    )
    max_rejected_percent: int = Field(default=50, ge=0, le=100, description="0 to 100 (sends whatever the file holds)")
    rows_per_second: int = Field(default=0, ge=0, le=1_000_000, description="0 (no limit) to 1000000")
    run: int = Field(default=1, ge=1, le=1_000_000, description="1 to 1000000")
    # Read from the environment in `common.program`, as it must work when other settings are wrong.
    on_user_error: Literal["exit", "hold"] = Field(default="exit", description="exit or hold")
