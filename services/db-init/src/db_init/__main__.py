"""Run once before the stream: schema and log-ins, then the end."""

import logging
import sys
import time
from pathlib import Path

from db_init import log_ins, migrate, settings
from db_init.database import opened
from db_init.mistake import EXIT_CODE, Mistake

MIGRATIONS = Path(__file__).parents[2] / "migrations"

log = logging.getLogger("db-init")


def main() -> int:
    """Bring the database to the newest schema; return the exit code."""
    _log_to_stderr()
    try:
        _run(settings.load())
    except Mistake as mistake:
        log.error("%s", mistake)  # noqa: TRY400 - a user's mistake needs no traceback
        return EXIT_CODE
    return 0


def _run(chosen: settings.Settings) -> None:
    if names := chosen.default_passwords():
        log.warning("%s: still the default that everybody knows; set your own in .env", ", ".join(names))
    migrations = migrate.read(MIGRATIONS)
    with opened(chosen) as cursor:
        log_ins.ensure(cursor, chosen)
        count = migrate.migrate(cursor, migrations)
    log.info("schema at migration %d, %d of them new", len(migrations), count)


def _log_to_stderr() -> None:
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )


if __name__ == "__main__":
    sys.exit(main())
