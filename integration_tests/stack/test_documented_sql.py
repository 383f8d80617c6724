"""The SQL of the documentation works as it stands there, as the user that may only read."""

import re

import pytest

from harness.stack import ROOT, Stack

PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"^ *```sql\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
STATEMENTS = [
    (page.name, statement.strip())
    for page in PAGES
    for block in BLOCK.findall(page.read_text(encoding="utf-8"))
    for statement in block.split(";")
    if statement.strip()
]


@pytest.mark.parametrize(("page", "statement"), STATEMENTS)
def test_a_documented_statement_answers(stack: Stack, page: str, statement: str) -> None:
    """An analyst who copies a statement gets rows, or none, and no error."""
    assert stack.sql(statement) is not None, page


def test_statements_are_found() -> None:
    """They are read from the pages; were they marked otherwise, none would be tested."""
    assert {page for page, _ in STATEMENTS} >= {"dashboard.md", "groups.md"}
