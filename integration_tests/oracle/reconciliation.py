"""The reconciliation of micro-batches, progress and the rows of the tables."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from oracle.comparison import REPETITION
from oracle.expectation import Stream
from oracle.findings import Findings
from oracle.snapshot import BRITISH, OTHER, REJECTED, Row, Snapshot, Span

REPEATED = "repeated"


class Reconciliation:
    """Counts the rows of each micro-batch, and compares them with the view's log and progress."""

    def __init__(self, view: Snapshot, findings: Findings) -> None:
        self._view, self._findings = view, findings
        self._counts: Counter[tuple[int, str]] = Counter()
        self._spans: dict[int, list[Span]] = defaultdict(list)
        for span in sorted(view.spans, key=lambda span: span.first):
            self._spans[span.partition].append(span)
        self._firsts = {partition: [span.first for span in spans] for partition, spans in self._spans.items()}

    def take(self, row: Row) -> int:
        """Count a row; return its micro-batch, or 0 if it has none."""
        batch = self._batch(*row.place)
        self._counts[batch, row.table] += 1
        if row.table == REJECTED and (row.extra or "").startswith(REPETITION):
            self._counts[batch, REPEATED] += 1
        return batch

    @property
    def british(self) -> Mapping[int, int]:
        """The number of British lines of each micro-batch."""
        return {batch: count for (batch, table), count in self._counts.items() if table == BRITISH}

    def close(self, begins: Mapping[int, int]) -> None:
        """Reconcile the micro-batches with the tables; `begins` are the first offsets of the topic."""
        for place, difference in self._view.differences.items():
            self._add(f"Reconciliation: partition {place} has a difference of {difference}")
        if alone := sum(count for (batch, table), count in self._counts.items() if not batch and table != REPEATED):
            self._add(f"{alone:,} rows belong to no micro-batch")
        self._check_batches()
        for partition in sorted({*self._spans, *self._view.progress, *begins}):
            self._check_partition(partition, begins.get(partition))

    def compare_progress(self, stream: Stream) -> None:
        """Check the view's records of sources and of messages that were sent again."""
        self._compare_table("Stream_Sources", self._view.received, stream.highest)
        self._compare_table("Resent_Messages", self._view.resent, stream.resent)

    def _compare_table(self, table: str, stored: Mapping[Any, object], right: Mapping[Any, object]) -> None:
        for key in {**stored, **right}:
            if (found := stored.get(key)) != (wanted := right.get(key)):
                self._findings.add(f"wrong {table}", f"{table}: {key} has {found}, by the topic it is {wanted}")

    def _batch(self, partition: int, offset: int) -> int:
        at = bisect_right(self._firsts.get(partition, []), offset) - 1
        return self._spans[partition][at].batch if at >= 0 and offset < self._spans[partition][at].next else 0

    def _check_batches(self) -> None:
        read: Counter[int] = Counter()
        for span in self._view.spans:
            read[span.batch] += span.next - span.first
        for batch in self._view.batches:
            counted = [self._counts[batch.batch, table] for table in (BRITISH, OTHER, REJECTED, REPEATED)]
            if [*batch[1:6]] != [read[batch.batch], *counted] or batch.lines_read != sum(counted[:3]):
                self._add(
                    f"Batch_Log has {[*batch[1:6]]} for batch {batch.batch}, its offsets hold {read[batch.batch]}, the "
                    f"tables {counted} ([read,] British, other, rejected, repeated)"
                )
        numbers = [batch.batch for batch in self._view.batches]
        if numbers != [*range(1, self._view.state[0] + 1)] or read.keys() != {*numbers}:
            self._add(
                f"Batch_Log, Batch_Offsets and Stream_State (last batch {self._view.state[0]}) have different batches"
            )

    def _check_partition(self, partition: int, begin: int | None) -> None:
        spans = self._spans[partition]
        first, following = self._view.progress.get(partition, (0, 0))
        for one, other in pairwise([Span(0, partition, 0, first), *spans, Span(0, partition, following, 0)]):
            if one.next != other.first:
                self._add(f"partition {partition}: Batch_Offsets end at {one.next} and continue at {other.first}")
        if [span.batch for span in spans] != sorted(span.batch for span in spans):
            self._add(f"partition {partition}: a later micro-batch holds earlier messages")
        if begin is None or begin > first:
            self._add(
                f"partition {partition}: the view starts at {first}, the topic at {begin}: not all can be compared"
            )

    def _add(self, finding: str) -> None:
        self._findings.add("failed reconciliation", finding)
