"""Runs numbered SQL files, each once and in order."""

import hashlib
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pymysql.cursors import Cursor

from common.errors import UserError
from db_init.database import run_statements

MIGRATIONS = Path(__file__).parents[2] / "migrations"
NAME = re.compile(r"(?P<number>\d{3})_[a-z0-9_]+\.sql")

log = logging.getLogger("db-init")


class Migration(NamedTuple):
    """A migration: its number, file name, statements and their SHA-256."""

    number: int
    name: str
    sql: str
    digest: str


def read(folder: Path = MIGRATIONS) -> list[Migration]:
    """Return the migrations of a folder by number; a wrong file name or a gap is a user error."""
    migrations = [_read_file(path) for path in sorted(folder.glob("*.sql"))]
    numbers = [migration.number for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise UserError(f"The migrations in {folder} are numbered {numbers}: number them 1, 2, 3 … without a gap")
    return migrations


def _read_file(path: Path) -> Migration:
    match = NAME.fullmatch(path.name)
    if match is None:
        raise UserError(f"The migration {path} must be named NNN_verb_object.sql")
    sql = path.read_text(encoding="utf-8")
    return Migration(int(match["number"]), path.name, sql, hashlib.sha256(sql.encode()).hexdigest())


def pending(migrations: Sequence[Migration], applied: dict[int, str]) -> list[Migration]:
    """Return the migrations to run; `applied` is {number: digest}. A changed or unknown migration is a user error."""
    known = {migration.number: migration for migration in migrations}
    for number, digest in applied.items():
        if number not in known:
            raise UserError(
                f"Migration {number} was applied to the database, but this db-init does not have it: "
                "it is older than the database. Start the newer version of the stack"
            )
        if known[number].digest != digest:
            raise UserError(
                f"The migration {known[number].name} was changed after it had run: restore it and add a new one"
            )
    return [migration for migration in migrations if migration.number not in applied]


def migrate(cursor: Cursor, migrations: Sequence[Migration]) -> int:
    """Run the pending migrations and return how many there were.

    MariaDB commits each DDL statement, so an interrupted migration runs again from its first statement: every statement
    must be idempotent (`IF NOT EXISTS`, `OR REPLACE`).
    """
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS Schema_Migrations ("
        " number SMALLINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'Number of the migration',"
        " name VARCHAR(255) NOT NULL COMMENT 'Its file',"
        " digest CHAR(64) NOT NULL COMMENT 'SHA-256 of the file as it ran',"
        " applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'When it ran'"
        ") COMMENT = 'Internal: migrations that have run'"
    )
    cursor.execute("SELECT number, digest FROM Schema_Migrations")
    to_run = pending(migrations, dict(cursor.fetchall()))
    for migration in to_run:
        _apply(cursor, migration)
    return len(to_run)


def _apply(cursor: Cursor, migration: Migration) -> None:
    run_statements(cursor, migration.sql)
    cursor.execute(
        "INSERT INTO Schema_Migrations (number, name, digest) VALUES (%s, %s, %s)",
        (migration.number, migration.name, migration.digest),
    )
    log.info("applied migration %s", migration.name)
