"""SQL statements longer than a line, each a file in sql/."""

from importlib.resources import files

SQL = files("processor.edges") / "sql"


def statement(name: str) -> str:
    """Return the statement in a file, by its name without `.sql`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
