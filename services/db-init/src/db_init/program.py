"""What the programs of this service share: the log, the settings, a sentence for a mistake."""

import logging
import time
from collections.abc import Callable

import pymysql

from db_init import settings
from db_init.mistake import EXIT_CODE, Mistake

log = logging.getLogger("db-init")


def run(story: Callable[[settings.Settings], None]) -> int:
    """Tell a story with the settings; return the exit code."""
    _log_to_stderr()
    try:
        story(settings.load())
    except Mistake as mistake:
        log.error("%s", mistake)  # noqa: TRY400 - a user's mistake needs no traceback
        return EXIT_CODE
    except pymysql.err.OperationalError as error:
        log.error("exiting: %s. Nothing was half committed; run this again when MariaDB is healthy", error)  # noqa: TRY400
        return 1
    return 0


def _log_to_stderr() -> None:
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
