"""Files as the producer keeps them: sheets of contents, and what each content counts."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from itertools import chain
from operator import or_
from pathlib import Path

from producer import record
from producer.canonical import Canonical
from producer.reading.lines import Facts

type Content = str
"""The eight texts of a line, with commas between them."""


def content(invoice: str, code: str = "22423", date: str = "2010-12-01 08:26:00") -> Content:
    """Return the content of a sale."""
    return f"{invoice},{code},LAMP,6,{date},2.55,17850,United Kingdom"


def canonical(directory: Path, *sheets: Sequence[Content]) -> Canonical:
    """Return the canonical csv of a workbook with these sheets."""
    contents = list(chain.from_iterable(sheets))
    lines = b"".join(f"{row},{line}\n".encode() for row, line in enumerate(contents, start=1))
    source = hashlib.sha256(lines).hexdigest()
    path = directory / f"{source}.csv"
    path.write_bytes(lines)
    fingerprints = path.with_suffix(".fingerprints")
    fingerprints.write_bytes(b"".join(record.fingerprint(line.encode()) for line in contents))
    return Canonical(path, source, len(contents), fingerprints, tuple(map(len, sheets)), "", Facts())


def sales(*sheets: Sequence[Content]) -> Counter[Content]:
    """Return how many sales of each content a workbook has: what stands in several sheets is the same sale."""
    return reduce(or_, map(Counter, sheets))
