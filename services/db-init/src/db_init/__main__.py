"""Prepare the database, then exit: runs once before the stream."""

import logging
import sys

from db_init import migrate, program, users
from db_init.database import opened
from db_init.settings import Settings

log = logging.getLogger("db-init")


def main() -> int:
    """Migrate the database to the newest schema; return the exit code."""
    return program.run(prepare)


def prepare(chosen: Settings) -> None:
    """Create the database and its users if they are missing, and run the pending migrations."""
    if names := chosen.default_passwords():
        log.warning("%s: default password in use, set your own in .env", ", ".join(names))
    migrations = migrate.read()
    with opened(chosen) as cursor:
        users.ensure(cursor, chosen)
        count = migrate.migrate(cursor, migrations)
    log.info("schema is at migration %d, %d applied now", len(migrations), count)


if __name__ == "__main__":
    sys.exit(main())
