"""Selects the lines to stream: of each content, the difference between the counts in the file and in the topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt
import pandas as pd

from producer.canonical import Canonical
from producer.index import FINGERPRINT_OF_HALVES, Index, halves
from producer.record import FINGERPRINT, Line, key_of, records

CHUNK = 500_000
"""Lines that are loaded at a time."""
VECTORS = 100
"""Vectors of 2,048 rows that are fetched of a result at a time."""

CREATE_LINES = "CREATE OR REPLACE TEMP TABLE lines (line BIGINT, fingerprint UHUGEINT)"
ADD_LINES = f"INSERT INTO lines SELECT line, {FINGERPRINT_OF_HALVES} FROM chunk"  # noqa: S608 - constants only
WANTED = """
    SELECT line
    FROM (SELECT *, row_number() OVER (PARTITION BY fingerprint ORDER BY line) AS occurrence FROM lines)
    LEFT JOIN (
        SELECT fingerprint, count(*) AS times
        FROM streamed
        WHERE run = $run AND fingerprint IN (SELECT fingerprint FROM lines)
        GROUP BY fingerprint
    ) USING (fingerprint)
    WHERE occurrence > coalesce(times, 0)
"""
NEWEST_RUN = "SELECT coalesce(max(run), 0) FROM streamed WHERE fingerprint IN (SELECT fingerprint FROM lines)"


@dataclass(frozen=True)
class Selection:
    """Which lines of a csv are to be streamed.

    `newest_run` is the highest run of which the topic has a line of the file, 0 if it has none.
    """

    csv: Canonical
    is_wanted: npt.NDArray[np.bool_]
    newest_run: int

    @property
    def wanted(self) -> int:
        """How many lines are to be streamed."""
        return int(np.count_nonzero(self.is_wanted))

    def lines(self) -> Iterator[Line]:
        """Yield row, key and record of the lines that are to be streamed."""
        with self.csv.path.open("rb") as file:
            for row, record in compress(enumerate(records(file), start=1), self.is_wanted):
                yield row, key_of(record), record

    def describe(self) -> str:
        """Return how many lines the file has, and how many of them are not to be streamed, with the reason."""
        repeated, streamed = self.csv.facts.repeated, self.csv.rows - self.wanted
        parts = [f"{self.csv.rows + repeated:,} lines"]
        parts += [f"{streamed:,} streamed before" if self.wanted or repeated else "all streamed before"] * bool(
            streamed
        )
        parts += [f"{repeated:,} repeated between sheets"] * bool(repeated)
        return ", ".join(parts)


def select(known: Index, csv: Canonical, run: int) -> Selection:
    """Compare a file with the sales of a run in the topic.

    Of equal lines the first ones count as streamed before, the last ones are wanted.
    """
    database = known.database
    _load(known, csv)
    ((newest_run,),) = database.execute(NEWEST_RUN).fetchall()
    is_wanted = np.zeros(csv.rows, dtype=np.bool_)
    found = database.execute(WANTED, {"run": run})
    while len(chunk := found.fetch_df_chunk(VECTORS)):
        is_wanted[chunk["line"].to_numpy()] = True
    return Selection(csv, is_wanted, newest_run)


def _load(known: Index, csv: Canonical) -> None:
    known.database.execute(CREATE_LINES)
    with csv.fingerprints.open("rb") as file:
        for first in range(0, csv.rows, CHUNK):
            columns = halves(file.read(min(CHUNK, csv.rows - first) * FINGERPRINT))
            lines = np.arange(first, first + len(columns["low"]))
            known.database.register("chunk", pd.DataFrame({"line": lines, **columns}))
            known.database.execute(ADD_LINES)
