"""The processor's rooms: data goes one way, and so do imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROCESSOR = Path(__file__).parents[2] / "services/processor/src/processor"
# Programs, rooms and settings in the order of the data, each with its imports.
IMPORTS = {
    "__main__": {"stream", "batch", "customers", "edges", "settings"},
    "resend": {"stream", "batch", "edges", "settings"},
    "stream": {"batch", "edges", "settings"},
    "batch": {"customers", "sales", "clusters", "edges"},
    "customers": {"sales", "clusters", "edges"},
    "sales": {"edges"},
    "clusters": {"edges"},
    "edges": {"settings"},
    "settings": {"clusters"},
}
# Imports against the order, each with its reason.
AGAINST = {
    ("settings", "clusters"): "the values of FEATURES are those that clusters.features computes",
}


def files(room: str) -> list[Path]:
    """Return the code of a room, or of a module outside of the rooms."""
    folder = PROCESSOR / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imports(code: str) -> Iterator[str]:
    """Yield what code imports from the package, by the first name below it."""
    for node in ast.walk(ast.parse(code)):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("processor."))


def test_the_rooms_are_these() -> None:
    """A new room or module gets its place in the order."""
    found = {path.stem for path in PROCESSOR.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == set(IMPORTS)


@pytest.mark.parametrize("room", IMPORTS)
def test_a_room_imports_what_the_table_has(room: str) -> None:
    """Each import between rooms is in the table, and the table has no other."""
    found = {other for file in files(room) for other in imports(file.read_text(encoding="utf-8"))}
    assert found - {room} == IMPORTS[room]


def test_imports_go_one_way() -> None:
    """Imports go from earlier to later, except those with a reason."""
    order = list(IMPORTS)
    pairs = [(room, other) for room, others in IMPORTS.items() for other in others]
    assert {(room, other) for room, other in pairs if order.index(other) < order.index(room)} == set(AGAINST)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from processor.edges.topic import Topic", ["edges"]),
        ("from processor.edges import topic", ["edges"]),
        ("from processor import edges, settings", ["edges", "settings"]),
        ("import processor.edges.topic", ["edges"]),
        ("def f():\n    import processor.edges as e", ["edges"]),
        ("import common.errors, numpy", []),
    ],
)
def test_an_import_is_seen(code: str, expected: list[str]) -> None:
    """Every form of an import counts."""
    assert list(imports(code)) == expected
