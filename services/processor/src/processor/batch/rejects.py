"""When so many messages are rejected that something other than a message is wrong."""

import itertools
from collections import Counter
from collections.abc import Iterable

import pyarrow as pa

from common.errors import UserError
from processor.batch.lines import faulty, without_values
from processor.edges.positions import Tally

WINDOW = 1_000  # messages at least: the share among fewer says little


def refuse_too_many(lines: pa.Table, before: Iterable[Tally], max_percent: int) -> None:
    """Raise a `UserError` where the lines, with the batches before them (newest first), hold more rejects than allowed.

    Lines that had been received before are no rejects in this sense, and a batch without rejects passes.
    """
    rejects = faulty(lines)
    if not rejects.num_rows:
        return
    read, rejected = _recent(itertools.chain([Tally(lines.num_rows, rejects.num_rows)], before))
    if read >= WINDOW and rejected * 100 > max_percent * read:
        raise UserError(
            f"{rejected:,} of the last {read:,} messages are no sales lines, more than MAX_REJECTED_PERCENT="
            f"{max_percent} allows; most often: {commonest_reason(rejects)}. This micro-batch was not committed. Fix "
            "what sends them; to reject those that are in the topic and go on, set a higher MAX_REJECTED_PERCENT in "
            ".env (100 allows any), then docker compose up"
        )


def commonest_reason(rejects: pa.Table) -> str:
    """Return the reason that most of the rejects share, without the value that it quotes."""
    (reason, _), *_ = Counter(without_values(rejects["reason"]).to_pylist()).most_common(1)
    return str(reason)


def _recent(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up until they hold enough messages."""
    read = rejected = 0
    for one in tallies:
        read, rejected = read + one.read, rejected + one.rejected
        if read >= WINDOW:
            break
    return Tally(read, rejected)
