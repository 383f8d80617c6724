"""A value from which something is decided for its file, and its row."""

from typing import NamedTuple


class Seen(NamedTuple):
    """A value, and the number of the first row that has it."""

    value: object
    row: int

    def __str__(self) -> str:
        return f"{str(self.value)!r} (row {self.row})"
