"""A benchmark: what it measures, how, and its tables."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.options import Options
from bench.results import Rows
from bench.tables import Table

type Tables = Mapping[str, tuple[str, Callable[[Rows], Rows]]]
"""By kind of figure: a title, and the function that makes a table of the recorded lines."""


class Benchmark(NamedTuple):
    """A summary, the function that measures, and the tables of what it records."""

    summary: str
    measure: Callable[[Options], None]
    tables: Tables

    def report(self, recorded: Callable[[str], Rows]) -> list[Table]:
        """Return the tables of what was measured."""
        kinds = ((title, build, recorded(kind)) for kind, (title, build) in self.tables.items())
        return [Table(title, build(lines)) for title, build, lines in kinds if lines]
