"""Quality of the groups beside scikit-learn's, which has all points at once.

    python quality.py lines|customers LINES.csv
    python quality.py planted LINES.csv TRUTH.csv

LINES.csv is a canonical csv of the producer, or one of the sample's generator; TRUTH.csv the planted group of each
customer. Prints lines of tab-separated fields.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from processor.clusters import kmeans
from processor.clusters.features import features
from processor.clusters.kmeans import Floats, Labels
from processor.clusters.model import seed
from processor.customers import segments
from processor.customers.purchases import purchases

COLUMNS = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
SEEDS = range(5)
BATCH = 20_000  # British lines of a micro-batch: what the producer sends in a second, between two triggers
SEED_LINES = 10_000
STARTS = 10


class Outcome(NamedTuple):
    """Centres at the end of a stream, and the predictions made during it."""

    centres: Floats
    predicted: Labels


def main() -> None:
    """Measure and print."""
    what, path = sys.argv[1], Path(sys.argv[2])
    british = british_lines(path)
    measure = {"lines": of_lines, "customers": of_customers, "planted": of_planted}[what]
    for fields in measure(british):
        print("\t".join(map(str, fields)))


def british_lines(path: Path) -> pa.Table:
    """Return the lines of the United Kingdom in the order of the workbook, typed as in the processor."""
    with path.open("rb") as file:
        names = COLUMNS if file.read(9) == b"InvoiceNo" else ["row", *COLUMNS]
    types = dict.fromkeys(names, pa.string()) | {
        "Quantity": pa.int32(),
        "InvoiceDate": pa.timestamp("s"),
        "UnitPrice": pa.decimal128(10, 3),
    }
    lines = csv.read_csv(
        path,
        csv.ReadOptions(column_names=names, skip_rows=int(names is COLUMNS)),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True),
    )
    return lines.filter(pc.equal(lines["Country"], "United Kingdom"))


def of_lines(british: pa.Table) -> Iterator[tuple[object, ...]]:
    """Yield k, seed, and the inertia of the final model's and of the stored predictions as shares of scikit-learn's."""
    points = features(british, "log")
    for clusters in (3, 5):
        best = KMeans(clusters, n_init=STARTS, random_state=0).fit(points).inertia_
        for number in SEEDS:
            found = streamed(points, clusters, number)
            labels = kmeans.nearest(points, found.centres)
            final = kmeans.inertia(points, found.centres) / best
            stored = scatter(points, found.predicted, clusters) / best
            smallest = np.bincount(labels, minlength=clusters).min() / len(labels)
            yield clusters, number, f"{final:.4f}", f"{stored:.4f}", f"{smallest:.4f}"


def streamed(points: Floats, clusters: int, number: int) -> Outcome:
    """Return the outcome of streaming points in order, a micro-batch at a time."""
    model, predicted = seed(points[:SEED_LINES], clusters, number), []
    for begin in [0, *range(SEED_LINES, len(points), BATCH)]:
        batch = points[begin : begin + (BATCH if begin else SEED_LINES)]
        model = model.updated(batch, 1.0, "batches")
        predicted.append(model.labels(batch))
    return Outcome(model.arrays()[0], np.concatenate(predicted))


def scatter(points: Floats, labels: Labels, clusters: int) -> float:
    """Return the sum of squared distances of points from the mean of their label's points."""
    sums, counts = kmeans.sums_and_counts(points, labels, clusters)
    return float(((points - (sums / np.maximum(counts, 1)[:, np.newaxis])[labels]) ** 2).sum())


def of_customers(british: pa.Table) -> Iterator[tuple[object, ...]]:
    """Yield k, the inertia as a share of scikit-learn's best, and both silhouettes."""
    points = segments.features(*rfm(british)[1])
    for clusters in range(3, 7):
        centres = segments.fit(points, clusters)
        best = KMeans(clusters, n_init=STARTS, random_state=0).fit(points)
        own = silhouette_score(points, kmeans.nearest(points, centres))
        ratio = kmeans.inertia(points, centres) / best.inertia_
        yield clusters, f"{ratio:.4f}", f"{own:.3f}", f"{silhouette_score(points, best.labels_):.3f}"


def of_planted(british: pa.Table) -> Iterator[tuple[object, ...]]:
    """Yield the adjusted Rand index with the planted groups: of the processor's, and of k-means on raw values."""
    truth = csv.read_csv(
        Path(sys.argv[3]), convert_options=csv.ConvertOptions(column_types={"CustomerID": pa.string()})
    )
    planted = dict(zip(truth["CustomerID"].to_pylist(), truth.column(1).to_pylist(), strict=True))
    names, values = rfm(british)
    right = [planted[name] for name in names]
    points = segments.features(*values)
    own = kmeans.nearest(points, segments.fit(points, 4))
    raw = KMeans(4, n_init=STARTS, random_state=0).fit(np.column_stack(values)).labels_
    yield f"{adjusted_rand_score(right, own):.3f}", f"{adjusted_rand_score(right, raw):.3f}"


def rfm(british: pa.Table) -> tuple[list[str], list[Floats]]:
    """Return the customers with purchases and a positive monetary value, and their recency, frequency and monetary."""
    bought = purchases(british)
    is_purchase = pc.equal(bought["is_cancellation"], 0)
    dates = bought.filter(is_purchase).group_by("CustomerID").aggregate([("last_sale", "max"), ("InvoiceNo", "count")])
    sums = bought.group_by("CustomerID").aggregate([("turnover", "sum")])
    customers = dates.join(sums, "CustomerID").sort_by("CustomerID")
    customers = customers.filter(pc.greater(customers["turnover_sum"], 0))
    newest = pc.cast(pc.max(british["InvoiceDate"]), pa.date32())
    recency = pc.days_between(pc.cast(customers["last_sale_max"], pa.date32()), newest)
    columns = (recency, customers["InvoiceNo_count"], customers["turnover_sum"])
    return customers["CustomerID"].to_pylist(), [pc.cast(column, pa.float64()).to_numpy() for column in columns]


if __name__ == "__main__":
    main()
