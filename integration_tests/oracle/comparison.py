"""Each message beside its row."""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from contracts.reference import Place
from oracle.expectation import Expected, Fate
from oracle.findings import Findings
from oracle.snapshot import COLUMNS, REJECTED, Row

REPETITION = "already received"
"""How the reason of a repetition begins."""


def joined(expected: Iterable[Expected], rows: Iterable[Row]) -> Iterator[tuple[Expected | None, list[Row]]]:
    """Yield what is expected at each place with the rows there; both come in the order of places."""
    place = attrgetter("place")
    both: Iterator[Expected | Row] = heapq.merge(expected, rows, key=place)
    for _, group in groupby(both, key=place):
        items = list(group)
        wanted = next((item for item in items if isinstance(item, Expected)), None)
        yield wanted, [item for item in items if isinstance(item, Row)]


class Comparison:
    """Counts and checksums of the rows compared so far."""

    def __init__(self, findings: Findings) -> None:
        self.compared = self.lost = self.doubled = 0
        self._findings = findings
        self._sums = hashlib.sha256(), hashlib.sha256()

    def take(self, wanted: Expected | None, found: list[Row]) -> None:
        """Compare what is expected at a place with the rows there."""
        for row in found:
            self._sums[1].update(repr((row.place, _without_repetition(wanted, row))).encode())
        if wanted is None:
            for row in found:
                self._findings.add("rows without a message", f"{_at(row)} is not a place of the topic")
            return
        self._sums[0].update(repr((wanted.place, wanted.content)).encode())
        self.compared += bool(found)
        self._count(wanted, found)
        for row in found:
            self._compare(wanted, row)

    def close(self) -> tuple[str, str]:
        """Return the checksums of the topic and of the tables; they must be equal."""
        topic, view = (digest.hexdigest() for digest in self._sums)
        if topic != view:
            self._findings.add("checksum", "the checksums over all fields differ")
        return topic, view

    def _count(self, wanted: Expected, found: list[Row]) -> None:
        if not found:
            self.lost += 1
            self._findings.add("lost messages", f"{_place(wanted.place)} of the topic is in no table: lost")
        if len(found) > 1:
            self.doubled += len(found) - 1
            tables = " and ".join(row.table for row in found)
            self._findings.add("doubled messages", f"{_place(wanted.place)} is in {tables}: doubled")
        if wanted.fate is Fate.REPEATED:
            for row in found:
                if row.table != REJECTED:
                    self.doubled += 1
                    self._findings.add("doubled rows", f"{_at(row)} repeats a row that was received before: doubled")

    def _compare(self, wanted: Expected, row: Row) -> None:
        content = _without_repetition(wanted, row)
        if content == wanted.content:
            pass
        elif row.table != wanted.content[0]:
            self._findings.add("rows in a wrong table", f"{_at(row)} belongs in {wanted.content[0]}")
        else:
            for name, value, right in zip(COLUMNS[row.table], content[1:], wanted.content[1:], strict=False):
                if value != right:
                    self._findings.add("wrong fields", f"{_at(row)}: {name} is {value!r}, in the topic {right!r}")
        if row.table == REJECTED == wanted.content[0]:
            self._compare_reason(wanted, row)

    def _compare_reason(self, wanted: Expected, row: Row) -> None:
        if not row.extra:
            self._findings.add("rejects without a reason", f"{_at(row)} has no reason")
        elif row.extra.startswith(REPETITION) != (wanted.fate is Fate.REPEATED):
            self._findings.add("wrong reasons", f"{_at(row)} must be {wanted.fate.value}, its reason is {row.extra!r}")


def _without_repetition(wanted: Expected | None, row: Row) -> tuple[object, ...]:
    """Return the row's content; of a repetition the bytes may be kept or not."""
    is_same = wanted is not None and wanted.fate is Fate.REPEATED and row.content[-1] == wanted.message.value
    return (*row.content[:-1], None) if is_same and row.table == REJECTED else row.content


def _at(row: Row) -> str:
    return f"{row.table} {_place(row.place)}"


def _place(place: Place) -> str:
    return "{}:{}".format(*place)
