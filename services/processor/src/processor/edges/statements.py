"""The statements that are longer than a line: each is a file in sql/."""

from importlib.resources import files

SQL = files("processor.edges") / "sql"


def statement(name: str) -> str:
    """Return the statement of a file, by its name without the ending."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
