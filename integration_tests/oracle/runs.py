"""Checks that each row of a source and run counts once, and that each run has the sales of its workbooks."""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from contracts.reference import Line
from oracle.expectation import Expected, Fate
from oracle.findings import Findings, few
from oracle.snapshot import LINE
from oracle.topic import Message

type Sales = Mapping[int, Collection[tuple[Any, ...]]]
"""The sales of each run, each as often as it must be stored: lines that start with the data's eight columns."""
type Run = tuple[str, int]

ENVELOPE = re.compile(rb"[0-9:]{0,24},2,([0-9a-fA-F]{16}),([1-9][0-9]{0,8}),([1-9][0-9]{0,17}),")


class Runs:
    """The rows of each source and run by their outcome, and the sales that each run lacks or has too often.

    Without sales only the rows of a run are checked.
    """

    def __init__(self, sales: Sales, findings: Findings, *, has_grown: bool) -> None:
        self._sales, self._findings, self._has_grown = sales, findings, has_grown
        self._missing = {run: Counter(map(_key, lines)) for run, lines in sales.items()}
        self._surplus: dict[int, list[Line]] = defaultdict(list)
        self._rows: dict[Run, dict[Fate, array[int]]] = defaultdict(lambda: {fate: array("Q") for fate in Fate})
        self._partitions: dict[tuple[Run, str], int] = {}

    def take(self, expected: Expected) -> None:
        """Record the outcome of a message."""
        line, message = expected.line, expected.message
        if line is None:
            if (place := _place_in_source(message)) is not None:
                self._rows[place[0]][expected.fate].append(place[1])
            return
        self._rows[line.source, line.run][expected.fate].append(line.row)
        if line.run in self._missing:
            self._check_place(line, message)
            if expected.fate is Fate.TAKEN:
                self._count(line)

    def close(self) -> tuple[int, int]:
        """Check every run; return how many sales are lost, and how many are doubled."""
        lost = doubled = 0
        for run, rows in self._rows.items():
            overtaken, twice = self._check_rows(run, rows)
            # With sales these rows are among the sales that are counted next.
            if run[1] not in self._sales:
                lost, doubled = lost + overtaken, doubled + twice
        for number in self._sales:
            lost += self._report_sales(number, self._lost(number), "lost")
            doubled += self._report_sales(number, self._surplus[number], "doubled")
        return lost, doubled

    def _check_rows(self, run: Run, rows: Mapping[Fate, "array[int]"]) -> tuple[int, int]:
        """Return how many rows were rejected because a later one came first, and how many were taken twice."""
        taken, rejected, repeated = (np.array(rows[fate], dtype=np.uint64) for fate in Fate)
        numbers, counts = np.unique(taken, return_counts=True)
        overtaken, twice = np.setdiff1d(repeated, np.concatenate([taken, rejected])), numbers[counts > 1]
        self._report_rows(run, overtaken, "were sent after a later row and rejected: lost")
        self._report_rows(run, twice, "are in the tables more than once: doubled")
        return len(overtaken), len(twice)

    def _count(self, line: Line) -> None:
        missing = self._missing[line.run]
        missing[_key(line)] -= 1
        if missing[_key(line)] < 0:
            self._surplus[line.run].append(line)

    def _lost(self, run: int) -> list[tuple[Any, ...]]:
        missing, lost = self._missing[run], []
        for line in self._sales[run]:
            if missing[_key(line)] > 0:
                missing[_key(line)] -= 1
                lost.append(line)
        return lost

    def _check_place(self, line: Line, message: Message) -> None:
        """Check that the key is the invoice, and that its lines are in one partition unless the topic has grown."""
        run, partition = (line.source, line.run), message.place[0]
        first = self._partitions.setdefault((run, line.InvoiceNo), partition)
        if message.key != line.InvoiceNo.encode() or (partition != first and not self._has_grown):
            self._report_rows(run, [line.row], "have another key or partition than their invoice")

    def _report_rows(self, run: Run, rows: Any, what: str) -> None:
        if len(rows):
            self._findings.add(what, f"rows of run {run[1]} of source {run[0]} {what} (row {few(rows)})")

    def _report_sales(self, run: int, lines: Sequence[tuple[Any, ...]], what: str) -> int:
        if lines:
            found = few([",".join(map(str, line[: len(LINE)])) for line in lines])
            self._findings.add(what, f"{len(lines):,} sales of run {run} are {what}: {found}")
        return len(lines)


def _key(line: tuple[Any, ...]) -> int:
    """Return a hash of a sale's content: there may be millions of sales.

    It is the hash of a text because the hashes of -1 and -2 are equal.
    """
    price = LINE.index("UnitPrice")
    return hash(repr((*line[:price], f"{line[price]:.3f}", *line[price + 1 : len(LINE)])))


def _place_in_source(message: Message) -> tuple[Run, int] | None:
    """Return source, run and row of an invalid message, if they can be found."""
    match = ENVELOPE.match(message.value or b"")
    return match and ((match[1].decode().lower(), int(match[2])), int(match[3]))
