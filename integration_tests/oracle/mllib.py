"""Compares the stored generations of the clustering model with Spark MLlib's update rule, on a running stack.

Starting with generation 0, `pyspark.mllib.clustering.StreamingKMeansModel.update` gets the British lines of each
micro-batch in order; after each, centres and weights must equal the stored ones. From the top of the checkout:

    docker compose -f integration_tests/compose.yaml run --rm mllib

prints the largest relative difference and exits with code 1 if it is above 1e-9. MARIADB_PORT, DECAY or HALF_LIFE, and
TIME_UNIT (batches or points) must be those of the stack. None of the processor's code is used. Works for the real
workbook too.
"""

import os
import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pymysql
from pymysql.cursors import Cursor
from pyspark import SparkContext  # type: ignore[import-not-found]
from pyspark.mllib.clustering import StreamingKMeansModel  # type: ignore[import-not-found]
from pyspark.mllib.linalg import DenseVector  # type: ignore[import-not-found]

LIMIT = 1e-9

type Floats = npt.NDArray[np.float64]

GENERATIONS = "SELECT generation, batch, features FROM Model_Generations ORDER BY generation"
CENTRES = "SELECT quantity, unit_price, weight FROM Model_Centres WHERE generation = %s ORDER BY cluster"
LINES = """
    SELECT batch, CAST(Quantity AS DOUBLE), CAST(UnitPrice AS DOUBLE)
    FROM Batch_Offsets AS span JOIN British_Online_Retail AS line
      ON line.kafka_partition = span.kafka_partition
     AND line.kafka_offset >= span.first_offset AND line.kafka_offset < span.next_offset
    WHERE batch = %s
"""


def main() -> int:
    """Compare all generations; return the exit code."""
    with connect() as connection, connection.cursor() as cursor:
        generations = stored(cursor, GENERATIONS)
        if len(generations) < 2:
            print("no updated model yet: stream a workbook first")
            return 1
        kind = str(generations[0][2])
        first = model(cursor, 0)
        worst = max(differences(cursor, StreamingKMeansModel(first[:, :2], first[:, 2]), generations[1:], kind))
    verdict = "equal" if worst <= LIMIT else "DIFFER from"
    print(f"{len(generations) - 1} generations {verdict} MLlib's; largest relative difference {worst:.2e}")
    return int(worst > LIMIT)


def connect() -> "pymysql.Connection[Cursor]":
    """Open the database as the read-only user."""
    return pymysql.connect(
        host="127.0.0.1",
        port=int(os.environ.get("MARIADB_PORT", "3306")),
        user="viewer",
        password=os.environ.get("MARIADB_VIEWER_PASSWORD", "example"),
        database="kappa-view",
    )


def stored(cursor: Cursor, query: str, *values: object) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    cursor.execute(query, values or None)
    return list(cursor.fetchall())


def model(cursor: Cursor, generation: object) -> Floats:
    """Return a stored generation: quantity, unit price and weight of each centre, shape (clusters, 3)."""
    return np.array(stored(cursor, CENTRES, generation), dtype=np.float64)


def differences(
    cursor: Cursor, mllib: StreamingKMeansModel, generations: list[tuple[object, ...]], kind: str
) -> Iterator[float]:
    """Update MLlib's model batch by batch; yield each generation's largest relative difference."""
    half_life = os.environ.get("HALF_LIFE")
    decay = 0.5 ** (1 / float(half_life)) if half_life else float(os.environ.get("DECAY", "1"))
    unit = os.environ.get("TIME_UNIT", "batches")
    context = SparkContext.getOrCreate()
    context.setLogLevel("ERROR")
    for generation, batch, _ in generations:
        points = features(np.array(stored(cursor, LINES, batch), dtype=np.float64)[:, 1:], kind)
        mllib.update(context.parallelize(points, 4).map(DenseVector), decay, unit)
        expected = np.column_stack([np.array(mllib.centers), np.array(mllib.clusterWeights)])
        difference = float(np.max(np.abs(model(cursor, generation) - expected) / np.maximum(np.abs(expected), 1e-300)))
        print(f"generation {generation}: {len(points):,} lines, largest relative difference {difference:.2e}")
        yield difference


def features(values: Floats, kind: str) -> Floats:
    """Return Quantity and UnitPrice as the model sees them."""
    return np.sign(values) * np.log1p(np.abs(values)) if kind == "log" else values


if __name__ == "__main__":
    sys.exit(main())
