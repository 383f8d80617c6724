"""Measure k-means for 2 to 8 groups of lines and of customers, recommend a number, keep the result for the page.

python -m dashboard.analysis.choose_k
"""

import datetime as dt
import logging
import sys

import numpy as np
from tabulate import tabulate

from common.errors import EXIT_CODE, UserError
from common.program import report
from common.settings import load
from dashboard import choices
from dashboard.analysis.choice import candidates, customer_features, line_features, recommended
from dashboard.analysis.view import Data, read
from dashboard.choices import Candidate, Choice, Choices
from dashboard.edges.mariadb import DatabaseAway, MariaDB
from dashboard.settings import Settings

HEADER = ["k", "inertia", "silhouette", "smallest group"]
STATEMENT_SECONDS = 600  # nobody waits for a page

log = logging.getLogger("analysis")


def main() -> int:
    """Print both tables and keep them for the page; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        with MariaDB(load(Settings), STATEMENT_SECONDS).snapshot() as rows:
            data = read(rows)
        # After the snapshot: MariaDB ends a transaction that is idle for a minute.
        found = measured(data)
        show(found)
        choices.write(found)
    except UserError as error:
        return report(log, error)
    except PermissionError as error:
        log.error("no permission to write %s: the volume choices belongs to another user", error.filename)  # noqa: TRY400
        return EXIT_CODE
    except DatabaseAway as error:
        log.error("exiting: %s. Is the stack up (docker compose ps)?", error)  # noqa: TRY400
        return 1
    sys.stdout.write("\nthe page /groups/how-many shows both\n")
    return 0


def measured(data: Data) -> Choices:
    """Return the results of k-means on lines and customers."""
    lines, customers = data.lines, data.customers
    return Choices(
        measured_at=dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None),
        batch=data.batch,
        features=data.features,
        lines=_choice(candidates(line_features(lines.values, data.features), lines.weights), lines.groups),
        customers=_choice(
            candidates(customer_features(customers.rfm), np.ones(len(customers.rfm))),
            len(set(customers.segments.tolist()) - {-1}),
        ),
    )


def _choice(found: list[Candidate], groups: int) -> Choice:
    return Choice(candidates=found, recommended=recommended(found), groups=groups)


def show(found: Choices) -> None:
    """Print both tables as Markdown."""
    for title, choice in (
        (f"lines ({found.features} features; CLUSTERS)", found.lines),
        ("customers (RFM; SEGMENTS)", found.customers),
    ):
        rows = [_row(one) for one in choice.candidates]
        sys.stdout.write(f"\n{title}\n\n{tabulate(rows, HEADER, tablefmt='github')}\n")
        sys.stdout.write(f"\nrecommended: k = {choice.recommended} (the view has {choice.groups or 'none'})\n")


def _row(one: Candidate) -> list[object]:
    silhouette = "nan" if one.silhouette is None else f"{one.silhouette:.3f}"
    return [one.groups, f"{one.inertia:,.0f}", silhouette, f"{one.smallest:.1%}"]


if __name__ == "__main__":
    sys.exit(main())
