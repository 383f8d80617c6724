"""The generations of the model in MariaDB."""

import numpy as np
from pymysql.cursors import Cursor

from processor.clusters.model import ColumnarStreamingKMeansModel
from processor.edges.statements import statements

statement = statements(__name__)
CENTRES = statement("centres")
SAVE_GENERATION, SAVE_CENTRES = statement("save_generation"), statement("save_centres")


class Models:
    """The statements on the model, in a transaction of the stream."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def kind(self, generation: int) -> tuple[int, str]:
        """Return how many clusters a stored model has, and of which features."""
        self._cursor.execute("SELECT clusters, features FROM Model_Generations WHERE generation = %s", (generation,))
        ((clusters, features),) = self._cursor.fetchall()
        return clusters, features

    def read(self, generation: int) -> ColumnarStreamingKMeansModel:
        """Return a stored model."""
        self._cursor.execute(CENTRES, (generation,))
        values = np.array(self._cursor.fetchall(), dtype=np.float64)
        return ColumnarStreamingKMeansModel(list(values[:, :2]), values[:, 2])

    def save(self, generation: int, batch: int, model: ColumnarStreamingKMeansModel, features: str) -> None:
        """Store a new generation of the model."""
        centres, weights = model.arrays()
        self._cursor.execute(SAVE_GENERATION, (generation, batch, len(centres), features))
        self._cursor.executemany(
            SAVE_CENTRES,
            [
                (generation, cluster, *map(float, centre), float(weight))
                for cluster, (centre, weight) in enumerate(zip(centres, weights, strict=True))
            ],
        )
