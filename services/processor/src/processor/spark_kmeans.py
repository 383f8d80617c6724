"""k-means in Spark, for more customers than one thread should go through again and again."""

import numpy as np
import pyarrow as pa
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

from processor.kmeans import Floats

MAX_ITERATIONS = 50


def fit(spark: SparkSession, points: Floats, clusters: int) -> Floats:
    """Return the centres of Spark ML's KMeans, shape (clusters, dimensions); points have (points, dimensions)."""
    columns = [f"x{dimension}" for dimension in range(points.shape[1])]
    table = pa.table(dict(zip(columns, points.T.copy(), strict=True)))
    vectors = VectorAssembler(inputCols=columns, outputCol="features").transform(spark.createDataFrame(table))
    # Not cached here: KMeans then keeps its vectors by itself, as objects and not as columns to be read each time.
    model = KMeans(k=clusters, seed=0, maxIter=MAX_ITERATIONS).fit(vectors.select("features"))
    return np.array(model.clusterCenters(), dtype=np.float64)
