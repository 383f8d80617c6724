"""How many rows are still to be sent, in a file on the producer's volume: the dashboard shows it."""

import json
import time
from pathlib import Path

NAME = "remaining.json"


def write(volume: Path, file: str, rows: int) -> None:
    """Write the rows of a file that are still to be sent; a reader sees the old or the new text, never half of one."""
    text = json.dumps({"file": file, "rows": rows, "written_at": time.time()})
    new = volume / f"{NAME}.new"
    new.write_text(text, encoding="utf-8")
    new.replace(volume / NAME)
