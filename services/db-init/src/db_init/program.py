"""Shared by the programs of this service: the log, the settings, the exit code of an error."""

import logging
from collections.abc import Callable

import pymysql

from common import logs
from common.errors import UserError
from common.program import report
from common.settings import load
from db_init.settings import Settings

log = logging.getLogger("db-init")


def run(action: Callable[[Settings], None]) -> int:
    """Run an action with the settings; return the exit code."""
    logs.to_stderr()
    try:
        action(load(Settings))
    except UserError as error:
        return report(log, error)
    except pymysql.err.OperationalError as error:
        log.error("exiting: %s. What was not committed is rolled back; run this again when MariaDB is healthy", error)  # noqa: TRY400
        return 1
    return 0
