"""The canonical csv of a workbook: one record per line, kept on a volume so that a restart need not read xlsx again."""

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from producer import workbook
from producer.mistake import Mistake
from producer.record import CONTRACT, LIMIT, content_of, encode, fingerprint, records

log = logging.getLogger("producer")


@dataclass(frozen=True)
class Canonical:
    """A canonical csv: its file, the SHA-256 of its content (hexadecimal), and how many lines it has.

    `fingerprints` is a file with the fingerprint of each line (`record.fingerprint`), in their order and with nothing
    between them. `tables` says how many of the lines each sheet has, in their order; a csv file is one table.
    """

    path: Path
    source: str
    rows: int
    fingerprints: Path
    tables: tuple[int, ...]


@contextmanager
def locked(volume: Path) -> Iterator[None]:
    """Keep a second producer out; the lock goes with the process, however that ends."""
    with (volume / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Mistake("Another producer is at work on the same volume: stop it first.") from None
        yield


def prepare(path: Path, volume: Path) -> Canonical:
    """Return the canonical csv of a workbook, made anew where the volume has none for exactly these bytes."""
    with workbook.opened(path) as file:
        kept = volume / f"contract-{CONTRACT}-{hashlib.file_digest(file, 'sha256').hexdigest()}.csv"
    if not kept.exists():
        log.info("reading %s (%s bytes)", path, f"{path.stat().st_size:,}")
        _write(workbook.rows(path), kept, path)
    _prune(kept)
    return _describe(kept)


def _write(rows: Iterable[workbook.Row], kept: Path, path: Path) -> None:
    """Write under another name first, so that a file with the final name is always whole."""
    draft = kept.with_suffix(".draft")
    with draft.open("wb") as file, _fingerprints(kept).open("wb") as fingerprints:
        for number, (place, texts) in enumerate(rows, start=1):
            record = encode(number, texts)
            if len(record) > LIMIT:
                raise Mistake(f"{place} has {len(record):,} bytes, more than {LIMIT:,}: shorten its texts.")
            file.write(record + b"\n")
            fingerprints.write(fingerprint(content_of(record)))
        if file.tell() == 0:
            raise Mistake(f"{path} has no rows below its header: choose a workbook with sales lines.")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(kept)


def _prune(kept: Path) -> None:
    for other in kept.parent.glob("contract-*"):
        if other not in {kept, _fingerprints(kept)}:
            other.unlink()


def _describe(kept: Path) -> Canonical:
    with kept.open("rb") as file:
        source = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        rows = sum(1 for _ in records(file))
    return Canonical(kept, source, rows, _fingerprints(kept), (rows,))


def _fingerprints(kept: Path) -> Path:
    return kept.with_suffix(".fingerprints")
