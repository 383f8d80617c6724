"""What a value of a file says of the whole file, and where it stands."""

from typing import NamedTuple


class Seen(NamedTuple):
    """A value, and the number of the first row that has it."""

    value: object
    row: int

    def __str__(self) -> str:
        return f"{str(self.value)!r} (row {self.row})"
