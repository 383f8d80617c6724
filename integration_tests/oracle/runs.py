"""The sources: does every row of a workbook stand in the topic once, as the workbook has it, in order."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from contracts.reference import Line, Violation, envelope

from oracle.expectation import Expected, Fate
from oracle.findings import Findings, few
from oracle.snapshot import LINE
from oracle.topic import Entry, Message

type Sources = Mapping[str, Mapping[int, tuple[Any, ...]]]
"""The lines of workbooks by digest and row; the data's eight columns are looked at."""
type Run = tuple[str, int]
type Rows = npt.NDArray[np.uint64]

ALTERED = "are not in the topic as the source has them"
ROW = re.compile(rb"([1-9][0-9]{0,17}),")


class Runs:
    """The rows of each source and run by what became of them."""

    def __init__(self, ledger: Iterable[Entry], sources: Sources, findings: Findings) -> None:
        self._findings, self._sources = findings, sources
        self._rows: dict[Run, dict[Fate, array[int]]] = defaultdict(lambda: {fate: array("Q") for fate in Fate})
        self._partitions: dict[tuple[Run, str], int] = {}
        self._lengths = {digest: len(lines) for digest, lines in sources.items()}
        self._done: set[Run] = set()
        self._newest: dict[str, Run] = {}
        for entry in ledger:
            self._lengths[entry.source] = entry.rows
            self._newest[entry.source] = (entry.source, entry.run)
            (self._done.add if entry.done else self._done.discard)((entry.source, entry.run))

    def take(self, expected: Expected) -> None:
        """Note what became of a message's row."""
        if expected.line is None:
            if (place := _place_in_source(expected.message)) is not None:
                self._rows[place[0]][expected.fate].append(place[1])
                if place[1] in self._sources.get(place[0][0], {}):
                    self._say(place[0], [place[1]], ALTERED)
            return
        line = expected.line
        run = (line.source, line.run)
        self._rows[run][expected.fate].append(line.row)
        if line.source in self._lengths:
            self._compare(run, line, expected.message)

    def close(self) -> tuple[int, int]:
        """Check every run; return how many rows are lost, and how many stand in the tables more than once."""
        lost = doubled = 0
        # An older run without any row was streamed into a topic that was made anew since.
        for run in {**self._rows, **dict.fromkeys(self._done & {*self._newest.values()})}:
            taken, rejected, repeated = (np.array(self._rows[run][fate], dtype=np.uint64) for fate in Fate)
            rows, counts = np.unique(taken, return_counts=True)
            doubled += self._say(run, rows[counts > 1], "stand in the tables more than once: doubled")
            if run[0] in self._lengths:
                behind = np.setdiff1d(repeated, np.concatenate([taken, rejected]))
                lost += self._say(run, behind, "were sent behind a later row and set aside: lost")
                lost += self._check_length(run, np.concatenate([taken, rejected, repeated]))
        return lost, doubled

    def _check_length(self, run: Run, rows: Rows) -> int:
        length = self._lengths[run[0]]
        self._say(run, np.unique(rows[rows > length]), f"are more than the {length:,} that the source has")
        if run not in self._done:
            return 0
        return self._say(
            run, np.setdiff1d(np.arange(1, length + 1, dtype=np.uint64), rows), "are not in the topic: lost"
        )

    def _compare(self, run: Run, line: Line, message: Message) -> None:
        """Compare a line with its source's, and see that all lines of a key are in one partition."""
        wanted = self._sources.get(line.source, {}).get(line.row, line)
        if wanted[: len(LINE)] != line[: len(LINE)]:
            self._say(run, [line.row], ALTERED)
        partition = self._partitions.setdefault((run, line.InvoiceNo), message.place[0])
        if message.key != line.InvoiceNo.encode() or partition != message.place[0]:
            self._say(run, [line.row], "have another key or partition than their invoice")

    def _say(self, run: Run, rows: Any, what: str) -> int:
        if len(rows):
            self._findings.add(what, f"rows of run {run[1]} of source {run[0][:12]}… {what} (row {few(rows)})")
        return len(rows)


def _place_in_source(message: Message) -> tuple[Run, int] | None:
    """Return source, run and row of a message that does not keep the contract, where they can be told."""
    match = ROW.match(message.value or b"")
    try:
        return None if match is None else (envelope(message.headers), int(match[1]))
    except Violation:
        return None
