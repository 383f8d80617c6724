"""Run once before the stream: schema and log-ins, then the end."""

import logging
import sys

from db_init import log_ins, migrate, program
from db_init.database import opened
from db_init.settings import Settings

log = logging.getLogger("db-init")


def main() -> int:
    """Bring the database to the newest schema; return the exit code."""
    return program.run(prepare)


def prepare(chosen: Settings) -> None:
    """Make what is missing: the database, its log-ins, the migrations that have not run."""
    if names := chosen.default_passwords():
        log.warning("%s: still the default that everybody knows; set your own in .env", ", ".join(names))
    migrations = migrate.read()
    with opened(chosen) as cursor:
        log_ins.ensure(cursor, chosen)
        count = migrate.migrate(cursor, migrations)
    log.info("schema at migration %d, %d of them new", len(migrations), count)


if __name__ == "__main__":
    sys.exit(main())
