"""Find the centres of customers, timed: by the processor's k-means, scikit-learn's, or Spark ML's.

    python fit.py own|scikit|spark CUSTOMERS

Prints customers/s.
"""

import sys
import time

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from sklearn import cluster

from processor.clusters.kmeans import Floats
from processor.customers import segments

CLUSTERS = 4


def main() -> None:
    """Warm up with a tenth, then fit and print."""
    way, count = {"own": segments.fit, "scikit": in_scikit, "spark": in_spark}[sys.argv[1]], int(sys.argv[2])
    random = np.random.default_rng(0)
    recency, frequency = 373 * random.random(count) ** 2, 2 + np.floor(20 * random.random(count) ** 4)
    points = segments.features(recency, frequency, np.exp(5 + 4 * random.random(count)))
    way(points[: count // 10], CLUSTERS)
    begin = time.monotonic()
    way(points, CLUSTERS)
    print(round(count / (time.monotonic() - begin)))


def in_scikit(points: Floats, clusters: int) -> Floats:
    """Return the centres that scikit-learn finds: the best of the same number of starts, on all customers."""
    model = cluster.KMeans(clusters, n_init=segments.STARTS, max_iter=segments.LLOYD_STEPS, random_state=0)
    return np.array(model.fit(points).cluster_centers_, dtype=np.float64)


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
