"""docs/operations.md covers every warning and error of the services' logs, and quotes nothing that no service says.

The page quotes a part of each text, enough to find it: the wording is written down once, in the code.
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
    """Return the parts of texts that the page quotes, in the first column of the tables on what the log says."""
    tables = re.findall(r"^\| the log says \|.*\n\| --- .*\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    return re.findall(r"^\| `([^`]+)` \|", "".join(tables), flags=re.MULTILINE)


def warnings(file: Path) -> Iterator[str]:
    """Yield the texts that a file logs as a warning or an error; what is filled in is left out."""
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
    parts = quoted()
    said = [text for text in warnings(file) if re.search(r"\w", text)]
    assert [text for text in said if not any(part in text for part in parts)] == []


def test_nothing_is_quoted_that_nobody_says() -> None:
    """A row goes with the text that it explains."""
    said = [text for file in SOURCES for text in texts(file)]
    assert [part for part in quoted() if not any(part in text for text in said)] == []


def test_the_page_quotes_some() -> None:
    """The tables are found."""
    assert len(quoted()) > 20
