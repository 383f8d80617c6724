"""docs/operations.md names every sentence that a service can say: no user error and no log line is left unexplained."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
PLACEHOLDER = re.compile(r"%(?:\([a-z_]+\))?[-+0-9.,]*[sdrgfi]")
GAP = "…"
SHORTEST = 12  # characters of a documented beginning: a shorter one would fit others


def sources() -> list[Path]:
    """Return the files of the services' code."""
    return sorted((ROOT / "services").glob("*/src/**/*.py"))


def sentences(file: Path) -> Iterator[str]:
    """Yield what a file can say, as a user error or in the log; GAP stands for what is filled in."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and is_said(node.func):
            yield said(node.args[0])


def is_said(function: ast.expr) -> bool:
    """Return whether a call makes a user error or writes to the log."""
    if isinstance(function, ast.Name):
        return function.id == "UserError"
    is_log = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "log"
    return is_log and isinstance(function, ast.Attribute) and function.attr in LEVELS


def said(text: ast.expr) -> str:
    """Return a text of the source as it is said."""
    if isinstance(text, ast.Constant):
        return PLACEHOLDER.sub(GAP, str(text.value))
    if isinstance(text, ast.JoinedStr):
        return "".join(said(part) for part in text.values)
    return GAP


def documented() -> list[str]:
    """Return the beginnings of sentences that the page's tables explain."""
    return re.findall(r"^\| `([^`]+)` \|", PAGE.split("## What each sentence means")[1], flags=re.MULTILINE)


def explains(beginning: str, sentence: str) -> bool:
    """Return whether a row is about a sentence; a short one is about all of it, or it would fit others."""
    is_short = len(beginning.replace(GAP, "")) < SHORTEST
    return sentence == beginning if is_short else sentence.startswith(beginning)


@pytest.mark.parametrize("file", sources(), ids=lambda file: str(file.relative_to(ROOT / "services")))
def test_every_sentence_is_explained(file: Path) -> None:
    """Each user error and log line of the code begins as a row of the tables does."""
    spoken = {sentence for sentence in sentences(file) if sentence.strip(GAP)}
    rows = documented()
    assert [sentence for sentence in sorted(spoken) if not any(explains(row, sentence) for row in rows)] == []


def test_no_sentence_is_explained_that_nobody_says() -> None:
    """A row goes with the sentence that it explains; what is put together from pieces is looked for by its pieces."""
    texts = [file.read_text(encoding="utf-8") for file in [*sources(), ROOT / "compose.yaml"]]
    spoken = tuple(sentence for file in sources() for sentence in sentences(file))
    stale = [
        beginning
        for beginning in documented()
        if not any(explains(beginning, sentence) for sentence in spoken)
        and not any(all(piece in text for piece in beginning.split(GAP)) for text in texts)
    ]
    assert stale == []
