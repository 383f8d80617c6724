"""What the producer has still to send, from the file on its volume: services/producer/src/producer/remaining.py."""

import datetime as dt
import time
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, NonNegativeInt, ValidationError

FILE = Path("/var/lib/producer/remaining.json")
AWAY_SECONDS = 30  # it writes each second while it sends


class Remaining(BaseModel):
    """Rows of a file that are still to be sent, and when that was written, in seconds since 1970."""

    rows: NonNegativeInt
    file: str = ""
    written_at: float = 0.0


class Sending(NamedTuple):
    """The same as pages show it, with the time in UTC; away: rows are left, and the producer has stopped writing."""

    rows: int
    file: str
    written_at: dt.datetime | None
    is_away: bool


def read() -> Remaining | None:
    """Return what the file says; None without one, or with one of another form."""
    try:
        return Remaining.model_validate_json(FILE.read_bytes(), strict=True)
    except (OSError, ValidationError):
        return None


def sending(now: float | None = None) -> Sending | None:
    """Return how the producer stands."""
    found = read()
    if found is None:
        return None
    age = (time.time() if now is None else now) - found.written_at
    return Sending(found.rows, found.file, _moment(found.written_at), found.rows > 0 and age > AWAY_SECONDS)


def _moment(seconds: float) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
