"""Shared by the programs of this service: the settings, the connection, the exit code of an error."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pymysql
from tabulate import tabulate

from analysis.settings import Settings
from analysis.view import View, opened
from common.errors import EXIT_CODE, UserError
from common.program import report
from common.settings import load

log = logging.getLogger("analysis")


def run(action: Callable[[View, Path], None]) -> int:
    """Run an action with the view and the folder for pictures; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        chosen = load(Settings)
        with opened(chosen) as view:
            action(view, chosen.reports)
    except UserError as error:
        return report(log, error)
    except PermissionError as error:
        log.error("no permission to write %s: remove it, or change the permissions of its folder", error.filename)  # noqa: TRY400
        return EXIT_CODE
    except pymysql.err.Error as error:
        log.error("exiting: MariaDB error %s. Is the stack up (docker compose ps)?", error)  # noqa: TRY400
        return 1
    return 0


def show(title: str, header: list[str], rows: list[list[object]]) -> None:
    """Print a table as Markdown."""
    sys.stdout.write(f"\n{title}\n\n{tabulate(rows, header, tablefmt='github')}\n")
