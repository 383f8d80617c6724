"""SQL statements, each a file in the folder sql/ beside the module that runs it."""

from collections.abc import Callable
from importlib.resources import files
from typing import NamedTuple


class Statement(NamedTuple):
    """A statement and the name of its file."""

    name: str
    text: str


def statements(package: str) -> Callable[[str], Statement]:
    """Return the reader of a package's statements by name, without `.sql`."""
    folder = files(package) / "sql"
    return lambda name: Statement(name, (folder / f"{name}.sql").read_text(encoding="utf-8"))
