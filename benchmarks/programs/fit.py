"""Find the centres of customers, timed: by the processor's k-means, scikit-learn's, or Spark ML's.

    python fit.py own|scikit|spark CUSTOMERS

Prints customers/s, the inertia per customer and a digest of the centres.
"""

import hashlib
import sys
import time
from statistics import median

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from sklearn import cluster

from processor.clusters import kmeans
from processor.clusters.kmeans import Floats
from processor.customers import segments

CLUSTERS = 4
ENOUGH = 100_000  # customers: fewer are fitted several times, for a median


def main() -> None:
    """Warm up with a tenth, then fit and print."""
    ways = {"own": segments.fit, "scikit": in_scikit, "spark": in_spark}
    way, count = ways[sys.argv[1]], int(sys.argv[2])
    random = np.random.default_rng(0)
    recency, frequency = 373 * random.random(count) ** 2, 2 + np.floor(20 * random.random(count) ** 4)
    points = segments.features(recency, frequency, np.exp(5 + 4 * random.random(count)))
    way(points[: count // 10], CLUSTERS)
    seconds = []
    for _ in range(max(1, ENOUGH // count)):
        begin = time.monotonic()
        centres = way(points, CLUSTERS)
        seconds.append(time.monotonic() - begin)
    inertia = kmeans.inertia(points, centres) / count
    print(f"{count / median(seconds):.0f}\t{inertia:.5f}\t{hashlib.sha256(centres.tobytes()).hexdigest()[:16]}")


def in_scikit(points: Floats, clusters: int) -> Floats:
    """Return the centres of scikit-learn by our steps: starts on a sample, the best on all until no centre moves."""
    sample = points[:: -(-len(points) // segments.SAMPLE)]
    settings = {"max_iter": segments.LLOYD_STEPS, "tol": 0.0, "random_state": 0}
    model = cluster.KMeans(clusters, n_init=segments.STARTS, **settings).fit(sample)
    if len(sample) < len(points):
        model = cluster.KMeans(clusters, init=model.cluster_centers_, n_init=1, **settings).fit(points)
    return np.array(model.cluster_centers_, dtype=np.float64)


def in_spark(points: Floats, clusters: int) -> Floats:
    """Return the centres that Spark ML finds from one start; its vectors are on disk, in memory they fill the heap."""
    columns = [f"x{dimension}" for dimension in range(points.shape[1])]
    table = SparkSession.builder.getOrCreate().createDataFrame(
        pa.table(dict(zip(columns, points.T.copy(), strict=True)))
    )
    vectors = VectorAssembler(inputCols=columns, outputCol="features").transform(table).select("features")
    model = KMeans(k=clusters, seed=0, maxIter=50).fit(vectors.persist(StorageLevel.DISK_ONLY))
    return np.array(model.clusterCenters(), dtype=np.float64)


if __name__ == "__main__":
    main()
