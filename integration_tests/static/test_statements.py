"""SQL of the services: values only as parameters, all other text from constants."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
EXECUTE = {"execute", "executemany"}
# Statements that are not built of constants alone, each with the reason why no user's text gets in.
KNOWN = {
    "statement.text": "dashboard.edges.mariadb: a file of the image",
    "sql": "db_init.database.run_statements: the image's migrations, and rebuild's constant",
    "_statement(table, path)": "processor.loading: a key of COLUMNS and a path that the program made",
    "f'CREATE TEMPORARY TABLE IF NOT EXISTS {name} ENGINE = Aria SELECT * FROM {table} LIMIT 0'": (
        "processor.loading: a name of COLUMNS, whose callers name it in their code"
    ),
    "f'DELETE FROM {name}'": "processor.loading: the same name",
}


def files() -> list[Path]:
    """Return the code of the services."""
    return sorted(SERVICES.glob("*/src/**/*.py"))


def is_constant(text: ast.expr) -> bool:
    """Return whether an expression has only literals and names in capitals, which are bound once."""
    match text:
        case ast.Constant():
            return True
        # The third is one of a dictionary of statements.
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(value=ast.Name(id=name)):
            return name.isupper()
        case ast.JoinedStr(values=parts) | ast.List(elts=parts):
            return all(map(is_constant, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return is_constant(left) and is_constant(right)
        # The second is "…".join([constant] * n): a copy for each value, and none of the values.
        case (
            ast.FormattedValue(value=part)
            | ast.Call(
                func=ast.Attribute(value=ast.Constant(), attr="join"), args=[ast.BinOp(left=part, op=ast.Mult())]
            )
        ):
            return is_constant(part)
    return False


def statements(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the first argument of every call that runs SQL."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXECUTE:
            yield node.args[0]


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(SERVICES)))
def test_statements_are_constants(file: Path) -> None:
    """No statement is built from a value, except the known ones."""
    found = [ast.unparse(text) for text in statements(ast.parse(file.read_text())) if not is_constant(text)]
    assert [text for text in found if text not in KNOWN] == []


def test_no_exception_is_left_over() -> None:
    """Each known exception still occurs."""
    occurring = {ast.unparse(text) for file in files() for text in statements(ast.parse(file.read_text()))}
    assert set(KNOWN) <= occurring


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"SELECT 1"', True),
        ('"SELECT " + COLUMNS', True),
        ('f"USE `{DATABASE}`"', True),
        ("ADD[table]", True),
        ("built[table]", False),
        ('"a" + " OR ".join(["x = %s"] * len(least))', True),
        ('f"SELECT {name}"', False),
        ('"SELECT " + name', False),
        ('"SELECT %s" % name', False),
        ('"SELECT {}".format(NAME)', False),
        ('" ".join(names)', False),
        ("build(NAME)", False),
    ],
)
def test_a_value_in_a_statement_is_seen(text: str, expected: bool) -> None:
    """Constants pass, values do not."""
    assert is_constant(ast.parse(text, mode="eval").body) is expected


def test_tables_that_are_loaded_are_constants() -> None:
    """The names of the tables for LOAD DATA are constants where the batch is committed."""
    story = ast.parse((SERVICES / "processor/src/processor/batch/commit.py").read_text())
    tables = [
        call.args[0]
        for call in ast.walk(story)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "load"
    ]
    assert len(tables) == 3
    assert all(map(is_constant, tables))
