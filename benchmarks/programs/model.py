"""Update StreamingKMeans with a batch of points, timed: on columns, as the processor does, or as MLlib does.

    python model.py columns|rdd POINTS

Prints points/s, without the prediction that follows an update.
"""

import sys
import time

import numpy as np
from pyspark.mllib.clustering import StreamingKMeansModel
from pyspark.sql import SparkSession

from processor.clusters.model import ColumnarStreamingKMeansModel, seed

CLUSTERS = 5


def main() -> None:
    """Warm up with a tenth, then update and print."""
    way, count = {"columns": on_columns, "rdd": on_rdd}[sys.argv[1]], int(sys.argv[2])
    points = np.random.default_rng(0).normal(size=(count, 2))
    model = seed(points, CLUSTERS)
    way(model, points[: count // 10])
    print(round(count / way(model, points)))


def on_columns(model: ColumnarStreamingKMeansModel, points: np.ndarray) -> float:
    """Return the seconds of an update from columns."""
    begin = time.monotonic()
    model.updated(points, 1.0, "batches")
    return time.monotonic() - begin


def on_rdd(model: ColumnarStreamingKMeansModel, points: np.ndarray) -> float:
    """Return the seconds of MLlib's update, which needs an RDD of vectors."""
    context = SparkSession.builder.getOrCreate().sparkContext
    begin = time.monotonic()
    StreamingKMeansModel(*map(list, model.arrays())).update(context.parallelize(points), 1.0, "batches")
    return time.monotonic() - begin


if __name__ == "__main__":
    main()
