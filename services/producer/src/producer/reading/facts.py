"""What a file contains, as stored beside its canonical csv and shown to the user."""

from pydantic import BaseModel


class Rejects(BaseModel):
    """Lines that will be rejected for one reason: how many, and the first one's place in the file and value."""

    count: int
    place: str
    value: str


class Facts(BaseModel):
    """What a file contains, without lines that are repeated between its sheets.

    `customers` counts distinct ones; dates are canonical texts of lines that are not rejected. `nobody` counts lines
    with a placeholder as CustomerID, `headers_again` repeated headers.
    """

    british: int = 0
    other: int = 0
    rejects: dict[str, Rejects] = {}
    customers: int = 0
    first_date: str = ""
    last_date: str = ""
    nobody: int = 0
    repeated: int = 0
    headers_again: int = 0

    @property
    def rejected(self) -> int:
        """How many lines will be rejected."""
        return sum(rejects.count for rejects in self.rejects.values())

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.british + self.other + self.rejected
