"""The pending migrations, and the errors that stop them."""

import re
from pathlib import Path

import pytest

from common.errors import UserError
from db_init import migrate
from db_init.migrate import Migration, pending

ONE, TWO = (
    Migration(1, "001_create_a.sql", "SELECT 1", "1" * 64),
    Migration(2, "002_create_b.sql", "SELECT 2", "2" * 64),
)


def test_the_shipped_migrations_are_in_order() -> None:
    """The migrations in the image have valid names and numbers without a gap."""
    assert [migration.number for migration in migrate.read()] == list(range(1, 20))


def test_new_comments_copy_no_table() -> None:
    """With ALGORITHM = INSTANT MariaDB refuses a statement that would copy a table of millions of lines."""
    (comments,) = [migration.sql for migration in migrate.read() if migration.name == "017_rewrite_comments.sql"]
    statements = [text for text in comments.split(";\n") if text.strip()]
    assert len(statements) == 19
    assert all(re.search(r"^ALTER TABLE \w+ ALGORITHM = INSTANT,$", text, re.MULTILINE) for text in statements)


@pytest.mark.parametrize(
    ("applied", "expected"),
    [({}, [ONE, TWO]), ({1: ONE.digest}, [TWO]), ({1: ONE.digest, 2: TWO.digest}, [])],
)
def test_what_has_run_is_not_run_again(applied: dict[int, str], expected: list[Migration]) -> None:
    """Only migrations that have not run are pending."""
    assert pending([ONE, TWO], applied) == expected


@pytest.mark.parametrize(
    ("applied", "message"),
    [
        pytest.param({1: "0" * 64}, "001_create_a.sql was changed after it had run", id="edited"),
        pytest.param({3: "3" * 64}, "it is older than the database", id="from a newer version"),
    ],
)
def test_a_contradictory_history_is_refused(applied: dict[int, str], message: str) -> None:
    """A changed migration, or one that this version does not have, stops db-init with an error."""
    with pytest.raises(UserError, match=message):
        pending([ONE, TWO], applied)


@pytest.mark.parametrize(
    ("names", "message"),
    [(["001_create_a.sql", "003_create_c.sql"], "without a gap"), (["1_a.sql"], "must be named NNN_verb_object.sql")],
)
def test_a_badly_named_file_is_refused(tmp_path: Path, names: list[str], message: str) -> None:
    """Names and numbers of the files are checked before anything runs."""
    for name in names:
        (tmp_path / name).write_text("SELECT 1;", encoding="utf-8")
    with pytest.raises(UserError, match=message):
        migrate.read(tmp_path)
