"""What a file holds, as it is kept beside its canonical csv and shown to a person."""

from pydantic import BaseModel


class Rejects(BaseModel):
    """Lines that will be rejected for one kind of fault: how many, and the first one's place in the file and value."""

    count: int
    place: str
    value: str


class Facts(BaseModel):
    """What a file holds, lines that are repeated between its sheets left out.

    `customers` are different ones; dates are canonical texts of lines that are not rejected.
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
