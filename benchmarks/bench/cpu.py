"""CPU seconds by container, beside those of an older version."""

from collections.abc import Mapping
from statistics import median

from bench.project import Project
from bench.results import Rows, record


def record_cpu(kind: str, measured: Project, seconds: Mapping[str, float]) -> None:
    """Add the seconds of a round."""
    for name, value in sorted(seconds.items()):
        record(kind, measured.version, name, f"{value:.1f}")


def table(lines: Rows) -> Rows:
    """Return the medians by container, a column for each version, and their sum."""
    versions = list(dict.fromkeys(version for version, *_ in lines))
    names = list(dict.fromkeys(name for _, name, _ in lines))
    cells = {
        (version, name): median(values)
        for version in versions
        for name in names
        if (values := [float(value) for *place, value in lines if place == [version, name]])
    }
    sums = {version: sum(value for (own, _), value in cells.items() if own == version) for version in versions}
    head = ["CPU seconds, median", *(version or "this version" for version in versions)]
    body = [
        [name, *(f"{cells[version, name]:.1f}" if (version, name) in cells else "" for version in versions)]
        for name in names
    ]
    return [head, *body, ["all", *(f"{sums[version]:.1f}" for version in versions)]]
