"""The processor's rooms: data goes one way, and so do imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROCESSOR = Path(__file__).parents[2] / "services/processor/src/processor"
# Messages come in by `stream`, a `batch` of them is clustered and its customers are noted, all by way of the `edges`.
ORDER = ["stream", "batch", "customers", "clusters", "edges"]


def imports(file: Path) -> Iterator[str]:
    """Yield the rooms that a file imports from."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("processor."):
            yield node.module.split(".")[1]


def test_the_rooms_are_these() -> None:
    """A new room gets its place in the order."""
    assert sorted(ORDER) == sorted(folder.name for folder in PROCESSOR.iterdir() if (folder / "__init__.py").exists())


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_from_later_rooms_alone(room: str) -> None:
    """Nothing is imported against the order; the settings are everybody's."""
    allowed = {*ORDER[ORDER.index(room) :], "settings"}
    found = {(file.name, other) for file in (PROCESSOR / room).glob("*.py") for other in imports(file)}
    assert {(name, other) for name, other in found if other not in allowed} == set()
