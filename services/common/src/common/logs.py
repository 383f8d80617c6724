"""Logging to standard error."""

import logging
import time
from collections.abc import Mapping


def to_stderr(levels: Mapping[str, int] | None = None) -> None:
    """Log from INFO on, with times in UTC; `levels` has other levels for loggers of libraries."""
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
    for name, level in (levels or {}).items():
        logging.getLogger(name).setLevel(level)
