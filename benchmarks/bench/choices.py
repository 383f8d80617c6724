"""Figures of decisions: the model's update on columns, and our own k-means and matching of groups."""

from statistics import median

from bench import alone
from bench.benchmark import Benchmark
from bench.options import Options
from bench.results import Rows, record, record_lines
from bench.tables import rates

POINTS = 400_000
UPDATES = {"update on columns": "columns", "MLlib's update of an RDD": "rdd"}
OWN = "ours"
FITS = {OWN: "own", "scikit-learn": "scikit", "scikit-learn, one thread": "scikit"}
FITTED = [(name, way, count) for count in (4_000, 200_000, 1_000_000) for name, way in FITS.items()]
FITTED += [("scikit-learn, four threads", "scikit", 4_000), ("Spark ML, one start", "spark", 200_000)]
THREADS = {"scikit-learn, one thread": 1, "scikit-learn, four threads": 4}
MATCHED = [(name, way, groups) for groups in (4, 8) for name, way in ((OWN, "own"), ("scipy", "scipy"))]
PACKAGES = {
    "sklearn.cluster": ("scikit-learn", "scipy", "joblib", "cloudpickle", "narwhals", "threadpoolctl"),
    "scipy.optimize": ("scipy",),
}


def measure(options: Options) -> None:
    """Run the programs in turn."""
    for _ in range(options.rounds):
        for name, way in UPDATES.items():
            record("model", name, alone.run("model.py", way, str(POINTS)).strip())
        for name, way, count in FITTED:
            record_lines("fit", alone.run("fit.py", way, str(count), threads=THREADS.get(name)), name, count)
        for name, way, groups in MATCHED:
            record_lines("matching", alone.run("matching.py", way, str(groups)), name, groups)
        for module, packages in PACKAGES.items():
            record_lines("packages", alone.run("packages.py", module, *packages), module)


def fits(lines: Rows) -> Rows:
    """Return, by program and number of customers, the medians, the ratios to ours, and how many rounds differ."""
    table = [["k-means", "customers", "rounds", "customers/s", "ours / this", "inertia / ours", "different results"]]
    for (name, count), rounds in by_key(lines).items():
        speed, inertia = medians(rounds, 2)
        own_speed, own_inertia = medians(by_key(lines)[OWN, count], 2)
        ratios = f"{own_speed / speed:.2f}", f"{inertia / own_inertia:.4f}"
        results = len({digest for *_, digest in rounds})
        table.append([name, f"{int(count):,}", str(len(rounds)), f"{speed:,.0f}", *ratios, str(results)])
    return table


def matches(lines: Rows) -> Rows:
    """Return, by program and number of groups, the median time, and the share of customers that keep their group."""
    table = [["matching", "groups", "rounds", "ms", "customers who stay"]]
    for (name, groups), rounds in by_key(lines).items():
        milliseconds, share = medians(rounds, 2)
        table.append([name, groups, str(len(rounds)), f"{milliseconds:.2f}", f"{share:.2%}"])
    return table


def costs(lines: Rows) -> Rows:
    """Return what each import costs: the packages' size on disk, the median time, the median memory."""
    table = [["import", "rounds", "MB on disk", "s", "MiB"]]
    for (name,), rounds in by_key(lines, 1).items():
        size, seconds, memory = medians(rounds, 3)
        table.append([name, str(len(rounds)), f"{size:.0f}", f"{seconds:.2f}", f"{memory:.0f}"])
    return table


def by_key(lines: Rows, fields: int = 2) -> dict[tuple[str, ...], Rows]:
    """Return the other fields of lines with the same first ones."""
    groups: dict[tuple[str, ...], Rows] = {}
    for line in lines:
        groups.setdefault(tuple(line[:fields]), []).append(line[fields:])
    return groups


def medians(rounds: Rows, fields: int) -> list[float]:
    """Return the median of each of the first fields."""
    return [median(float(line[field]) for line in rounds) for field in range(fields)]


CHOICES = Benchmark(
    "the model's update on columns against MLlib's own, our k-means against scikit-learn's and Spark ML's,"
    " our matching of groups against scipy's, and what these packages cost",
    measure,
    {
        "model": ("StreamingKMeans: points into the model", rates),
        "fit": ("Centres of customers", fits),
        "matching": ("New groups matched with old ones", matches),
        "packages": ("Packages that are not in the processor's image", costs),
    },
)
