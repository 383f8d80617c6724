"""The limit of rejects: above it the sender is wrong, or the processor, not single messages."""

import itertools
from collections import Counter
from collections.abc import Iterable

import pyarrow as pa

from common.errors import UserError
from processor.batch.lines import faulty, without_values
from processor.edges.positions import Tally

WINDOW = 1_000  # messages at least: a share of fewer means little


def refuse_too_many(lines: pa.Table, before: Iterable[Tally], max_percent: int) -> None:
    """Raise a `UserError` where the lines and the batches before them (newest first) hold more rejects than allowed.

    Lines already received do not count as rejects, and a batch without rejects passes.
    """
    rejects = faulty(lines)
    if not rejects.num_rows:
        return
    read, rejected = _recent(itertools.chain([Tally(lines.num_rows, rejects.num_rows)], before))
    if read >= WINDOW and rejected * 100 > max_percent * read:
        raise UserError(
            f"{rejected:,} of the last {read:,} messages are invalid, more than MAX_REJECTED_PERCENT={max_percent} "
            f"allows; most frequent reason: {commonest_reason(rejects)}. The micro-batch was not committed. Fix the "
            "sender; to reject the invalid messages in the topic and continue, raise MAX_REJECTED_PERCENT in .env (100 "
            "allows all), then docker compose up"
        )


def commonest_reason(rejects: pa.Table) -> str:
    """Return the most frequent reason of the rejects, without the value that it quotes."""
    (reason, _), *_ = Counter(without_values(rejects["reason"]).to_pylist()).most_common(1)
    return str(reason)


def _recent(tallies: Iterable[Tally]) -> Tally:
    """Sum tallies until they hold enough messages."""
    read = rejected = 0
    for one in tallies:
        read, rejected = read + one.read, rejected + one.rejected
        if read >= WINDOW:
            break
    return Tally(read, rejected)
