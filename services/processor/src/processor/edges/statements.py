"""SQL statements longer than a line, each a file in the folder sql/ beside the module that runs it.

A statement for `executemany` has no comment before its INSERT: PyMySQL would send it row by row.
"""

from collections.abc import Callable
from importlib.resources import files


def statements(module: str) -> Callable[[str], str]:
    """Return the reader of a module's statements by name, without `.sql`; `module` is its `__name__`."""
    folder = files(module) / "sql"
    return lambda name: (folder / f"{name}.sql").read_text(encoding="utf-8")
