"""k-means in Spark, for more customers than one thread should go through again and again."""

import numpy as np
import pyarrow as pa
from pyspark.ml.clustering import KMeans, KMeansModel
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

from processor.kmeans import Floats

SEEDS = (0, 1, 2)  # a fit each; the best one counts
MAX_ITERATIONS = 50


def fit(spark: SparkSession, points: Floats, clusters: int) -> Floats:
    """Return the centres of Spark ML's KMeans, shape (clusters, dimensions); points have (points, dimensions)."""
    columns = [f"x{dimension}" for dimension in range(points.shape[1])]
    table = pa.table(dict(zip(columns, points.T.copy(), strict=True)))
    vectors = VectorAssembler(inputCols=columns, outputCol="features").transform(spark.createDataFrame(table))
    vectors = vectors.select("features").cache()
    try:
        models = [KMeans(k=clusters, seed=seed, maxIter=MAX_ITERATIONS).fit(vectors) for seed in SEEDS]
    finally:
        vectors.unpersist()
    return np.array(min(models, key=_cost).clusterCenters(), dtype=np.float64)


def _cost(model: KMeansModel) -> float:
    return float(model.summary.trainingCost)
