"""The canonical csv of a file: one record per line, kept on a volume to spare a restart from reading the file again."""

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from pydantic import BaseModel

from common.errors import UserError
from producer import folder
from producer.reading import files
from producer.reading.dates import Order
from producer.reading.facts import Facts
from producer.reading.files import Opened
from producer.reading.lines import Lines, Reader
from producer.record import CONTRACT, RECORD_LIMIT, SOURCE_DIGITS

log = logging.getLogger("producer")


class BusyError(UserError):
    """Another producer is running on the same volume."""


SCRATCH = "scratch-"
"""Prefix of the directories that exist only while a file is read."""
RULES = 2
"""Version of the rules by which files are read: csv files of older versions are not used."""


class Description(BaseModel):
    """What is stored beside a canonical csv: see `Canonical`."""

    source: str
    read_as: str
    facts: Facts


@dataclass(frozen=True)
class Canonical:
    """A canonical csv: its file, the first digits of its content's SHA-256 (hexadecimal), and how many lines it has.

    `fingerprints` is a file with the fingerprint of each line (`record.fingerprint`), in order and without separators.
    `read_as` describes the decisions in words, `facts` what is in the lines.
    """

    path: Path
    source: str
    rows: int
    fingerprints: Path
    read_as: str
    facts: Facts


@contextmanager
def locked(volume: Path) -> Iterator[None]:
    """Lock out a second producer; the lock is released when the process ends, however it ends."""
    with (volume / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError("Another producer is running on the same volume: stop it first.") from None
        yield


def prepare(path: Path, volume: Path, order: Order | None = None) -> Canonical:
    """Return the canonical csv of a file, written again unless the volume has one of exactly these bytes."""
    with folder.opened(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = volume / f"lines-{CONTRACT}.{RULES}-{order or 'any'}-{digest}.csv"
    description = kept.with_suffix(".json")
    _prune(kept)
    if not description.exists():
        log.info("reading %s (%s bytes)", path, f"{path.stat().st_size:,}")
        with (
            TemporaryDirectory(dir=volume, prefix=SCRATCH) as scratch,
            files.opened(path, Path(scratch), order) as opened,
        ):
            written = _write(opened, kept, path)
        draft = kept.with_suffix(".draft")
        draft.write_text(written.model_dump_json(), "utf-8")
        draft.rename(description)  # the last step: if it exists, the csv beside it is complete
    found = Description.model_validate_json(description.read_text("utf-8"))
    fingerprints = kept.with_suffix(".fingerprints")
    return Canonical(kept, found.source, found.facts.lines, fingerprints, found.read_as, found.facts)


def _write(opened: Opened, kept: Path, path: Path) -> Description:
    """Write the csv of a file and the fingerprints of its lines; return the description to store beside them."""
    reader, digest, rows = Reader(opened.tables, opened.decisions), hashlib.sha256(), 0
    with kept.open("wb") as file, kept.with_suffix(".fingerprints").open("wb") as fingerprints:
        for table, lines in reader.lines():
            text = _records(lines, rows + 1, table.where)
            digest.update(text)
            file.write(text)
            fingerprints.write(b"".join(lines.fingerprints))
            rows += len(lines.contents)
        if not rows:
            raise UserError(f"{path} has no rows below its header: choose a file with sales lines.")
        _flush(file)
        _flush(fingerprints)
    return Description(source=digest.hexdigest()[:SOURCE_DIGITS], read_as=str(opened), facts=reader.facts())


def _records(lines: Lines, first_row: int, where: str) -> bytes:
    """Return lines as records, numbered from `first_row`, each terminated by a newline."""
    records = [f"{row},{content}\n".encode() for row, content in enumerate(lines.contents, start=first_row)]
    if max(map(len, records)) > RECORD_LIMIT + 1:
        index, record = next((n, one) for n, one in enumerate(records) if len(one) > RECORD_LIMIT + 1)
        raise UserError(
            f"{where}, row {lines.rows[index]} has {len(record) - 1:,} bytes, more than {RECORD_LIMIT:,}: "
            "shorten its texts."
        )
    return b"".join(records)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _prune(kept: Path) -> None:
    """Remove what other files or a killed producer left on the volume."""
    for scratch in kept.parent.glob(f"{SCRATCH}*"):
        shutil.rmtree(scratch)
    for other in [*kept.parent.glob("lines-*"), *kept.parent.glob("contract-*")]:
        if other.with_suffix("") != kept.with_suffix("") or other.suffix == ".draft":
            other.unlink()
