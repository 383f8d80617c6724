"""The dashboard: pages over the view, until SIGTERM."""

import logging
import sys

import uvicorn

from common import logs, program
from common.errors import UserError
from common.settings import DEFAULT_PASSWORD, load
from dashboard import app
from dashboard.edges.mariadb import MariaDB
from dashboard.edges.topic import Topic
from dashboard.settings import Settings

PORT = 8501
COUNT_SECONDS = 300  # the view Reconciliation: 2.4 s at 5.4 million lines
GRACE_SECONDS = 3  # for the requests in hand at SIGTERM

log = logging.getLogger("dashboard")


def main() -> int:
    """Serve the pages; return the exit code."""
    # Both servers may be away for long: the page says so, and the log once.
    logs.to_stderr({"kafka": logging.CRITICAL, "uvicorn": logging.WARNING})
    program.exit_at_sigterm()
    try:
        chosen = load(Settings)
    except UserError as error:
        return program.report_and_hold(log, error)
    if chosen.mariadb_viewer_password.get_secret_value() == DEFAULT_PASSWORD:
        log.warning("MARIADB_VIEWER_PASSWORD: default password in use, set your own in .env")
    log.info("serving on port %d, for %s", PORT, ", ".join(chosen.hosts()))
    uvicorn.run(
        app.create(MariaDB(chosen), Topic(chosen), chosen.hosts(), MariaDB(chosen, COUNT_SECONDS)),
        host="0.0.0.0",  # noqa: S104 - the container's network; the host publishes it on 127.0.0.1
        port=PORT,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
