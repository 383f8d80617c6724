"""Canonical csv files from sheets of contents, and the expected sales of each content."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from pathlib import Path

from producer import record
from producer.canonical import Canonical
from producer.reading.facts import Facts

type Content = str
"""The eight texts of a line, with commas between them."""


def content(invoice: str, code: str = "22423", date: str = "2010-12-01 08:26:00") -> Content:
    """Return the content of a sale."""
    return f"{invoice},{code},LAMP,6,{date},2.55,17850,United Kingdom"


def canonical(directory: Path, *sheets: Sequence[Content]) -> Canonical:
    """Return the canonical csv of a workbook with these sheets, without what they repeat."""
    contents = list(_first_of_each(sheets))
    lines = b"".join(f"{row},{line}\n".encode() for row, line in enumerate(contents, start=1))
    source = hashlib.sha256(lines).hexdigest()[: record.SOURCE_DIGITS]
    path = directory / f"{source}.csv"
    path.write_bytes(lines)
    fingerprints = path.with_suffix(".fingerprints")
    fingerprints.write_bytes(b"".join(record.fingerprint(line.encode()) for line in contents))
    return Canonical(
        path, source, len(contents), fingerprints, "", Facts(repeated=sum(map(len, sheets)) - len(contents))
    )


def _first_of_each(sheets: Sequence[Sequence[Content]]) -> Iterator[Content]:
    """Yield the lines of each sheet that no earlier sheet has as often."""
    before = Counter[Content]()
    for sheet in sheets:
        own = Counter[Content]()
        for text in sheet:
            own[text] += 1
            if own[text] > before[text]:
                yield text
        before |= own


def sales(*sheets: Sequence[Content]) -> Counter[Content]:
    """Return how many sales of each content a workbook has: equal lines in several sheets are the same sale."""
    return reduce(or_, map(Counter, sheets))
