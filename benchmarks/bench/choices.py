"""Figures of two decisions: the model's update on columns, and our k-means of customers."""

from bench import alone
from bench.benchmark import Benchmark
from bench.options import Options
from bench.results import record
from bench.tables import rates

POINTS, CUSTOMERS = 400_000, 200_000
PROGRAMS = (
    ("model", "update on columns", "model.py", "columns", POINTS),
    ("model", "MLlib's update of an RDD", "model.py", "rdd", POINTS),
    ("fit", "the processor's k-means", "fit.py", "own", CUSTOMERS),
    ("fit", "scikit-learn's KMeans", "fit.py", "scikit", CUSTOMERS),
    ("fit", "Spark ML's KMeans", "fit.py", "spark", CUSTOMERS),
)


def measure(options: Options) -> None:
    """Run the programs in turn."""
    for _ in range(options.rounds):
        for kind, name, program, way, count in PROGRAMS:
            record(kind, name, alone.run(program, way, str(count)).strip())


CHOICES = Benchmark(
    "the model's update on columns against MLlib's own, our k-means against scikit-learn's and Spark ML's",
    measure,
    {
        "model": ("StreamingKMeans: points into the model", rates),
        "fit": ("Centres of customers", rates),
    },
)
