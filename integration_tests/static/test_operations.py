"""docs/operations.md covers every warning and error that the services log, and quotes only texts of the code.

The page quotes a few words of each text, enough to find it: the wording is written down once, in the code. A user error
needs no row, since its text has the way out.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
LEVELS = {"warning", "error", "exception", "critical"}
PLACEHOLDER = re.compile(r"%(?:\([a-z_]+\))?[-+0-9.,]*[sdrgfi]")
SOURCES = sorted((ROOT / "services").glob("*/src/**/*.py"))


def quoted() -> list[str]:
    """Return the fragments in the first column of the tables headed `the log says`."""
    tables = re.findall(r"^\| the log says \|.*\n\| --- .*\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    return re.findall(r"^\| `([^`]+)` \|", "".join(tables), flags=re.MULTILINE)


def warnings(file: Path) -> Iterator[str]:
    """Yield the texts that a file logs as a warning or an error, without placeholders."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(ast.Name("log"), level), args=[ast.Constant(str(text)), *_]) if (
                level in LEVELS
            ):
                yield PLACEHOLDER.sub("", text)


def texts(file: Path) -> Iterator[str]:
    """Yield the texts in a file's code, joined where Python joins them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Constant(str(text)):
                yield text
            case ast.JoinedStr(parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT / "services")))
def test_every_warning_is_covered(file: Path) -> None:
    """An operator who searches the page for a warning or an error finds what to do."""
    fragments = quoted()
    logged = [text for text in warnings(file) if re.search(r"\w", text)]
    assert [text for text in logged if not any(fragment in text for fragment in fragments)] == []


def test_no_row_is_stale() -> None:
    """A row goes with the text that it explains."""
    written = [text for file in SOURCES for text in texts(file)]
    assert [fragment for fragment in quoted() if not any(fragment in text for text in written)] == []


def test_fragments_are_short() -> None:
    """Two to five words are found by a search, and leave the rest of the text free to change."""
    assert [fragment for fragment in quoted() if not 2 <= len(fragment.split()) <= 5] == []


def test_rows_are_found() -> None:
    """The tables of the page are read."""
    assert len(quoted()) > 20
