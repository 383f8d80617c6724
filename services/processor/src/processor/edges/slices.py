"""Slices of tables, bounded in bytes."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt


def cut(sizes: npt.NDArray[np.integer], limit: int) -> Iterator[tuple[int, int]]:
    """Yield where pieces begin and end whose sizes sum up to no more than a limit and one of them."""
    number = np.cumsum(sizes, dtype=np.int64) // limit
    marks = [0, *(np.flatnonzero(np.diff(number)) + 1), len(sizes)]
    yield from ((int(begin), int(end)) for begin, end in pairwise(marks) if begin < end)
