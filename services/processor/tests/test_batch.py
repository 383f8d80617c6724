"""What the log says of a micro-batch."""

from processor.batch import lag_behind
from processor.progress import Fingerprint, OffsetRange, Position

POSITIONS = {0: Position(5, None), 1: Position(7, None)}


def test_lag_counts_all_partitions() -> None:
    """Messages wait behind the batch in its own partitions, and in those of which it holds nothing."""
    ranges = {0: OffsetRange(5, 8, Fingerprint(0, 0))}
    assert lag_behind({0: 10, 1: 9}, POSITIONS, ranges) == (10 - 8) + (9 - 7)


def test_lag_is_never_negative() -> None:
    """The topic's end was asked for before the batch was read to its own end."""
    assert lag_behind({0: 6, 1: 7}, POSITIONS, {0: OffsetRange(5, 8, Fingerprint(0, 0))}) == 0
