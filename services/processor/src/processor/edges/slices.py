"""Slices of tables, bounded in bytes."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt


def cut(sizes: npt.NDArray[np.integer], limit: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of pieces whose sizes sum up to at most the limit and one of them."""
    number = np.cumsum(sizes, dtype=np.int64) // limit
    marks = [0, *(np.flatnonzero(np.diff(number)) + 1), len(sizes)]
    yield from ((int(start), int(end)) for start, end in pairwise(marks) if start < end)
