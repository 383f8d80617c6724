"""The clustering: whether predictions match their model, and weights the number of lines."""

from array import array
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from oracle.findings import Findings
from oracle.snapshot import BRITISH, COLUMNS, Floats, Generation, Row, Snapshot

type Integers = npt.NDArray[np.int64]

TIE = 1e-9
"""Tolerance of squared distances, relative to the nearest: two ways to compute them may differ by this much."""
QUANTITY, UNIT_PRICE = (COLUMNS[BRITISH].index(name) + 1 for name in ("Quantity", "UnitPrice"))


class Points:
    """The British lines as points, 48 bytes each."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._places, self._batches, self._predictions = array("q"), array("q"), array("q")
        self._values = array("d")

    def take(self, row: Row, batch: int) -> None:
        """Keep a row of a micro-batch if it is a British line."""
        if row.table == BRITISH:
            self._places.extend(row.place)
            self._batches.append(batch)
            self._predictions.append(row.extra)
            self._values.extend((row.content[QUANTITY], float(row.content[UNIT_PRICE])))

    def check_predictions(self, view: Snapshot) -> None:
        """Check that every prediction is the nearest centre of its micro-batch's model."""
        values = np.array(self._values).reshape(-1, 2)
        predictions = np.array(self._predictions, dtype=np.int64)
        models = {model.generation: model for model in view.generations}
        models_of = {log.batch: models.get(log.generation) for log in view.batches if log.generation is not None}
        for batch, members in self._by_batch():
            model = models_of.get(batch)
            if model is None or not len(model.centres):
                self._findings.add("lines without a model", f"{len(members):,} lines of batch {batch} have no model")
                continue
            for wrong in members[_are_wrong(values[members], predictions[members], model)]:
                where = "{}:{}".format(*self._places[2 * wrong : 2 * wrong + 2])
                found = f"prediction {predictions[wrong]} is not the nearest centre of generation {model.generation}"
                self._findings.add("wrong predictions", f"{BRITISH} {where}: {found}")

    def check_weights(self, view: Snapshot, british: Mapping[int, int]) -> None:
        """Check that without decay the weights of each model add up to the British lines up to it."""
        for model in view.generations:
            lines = sum(count for batch, count in british.items() if batch <= model.batch) if model.generation else 0
            if abs(model.weights.sum() - lines) > TIE * max(1, lines):
                found = f"the weights of generation {model.generation} are {model.weights.sum():,}"
                self._findings.add("wrong weights", f"{found}, for {lines:,} British lines")
        newest = max((model.generation for model in view.generations), default=None)
        if view.state[1] != newest:
            found = f"Stream_State is at generation {view.state[1]}, the newest is {newest}"
            self._findings.add("wrong generation", found)

    def _by_batch(self) -> Iterator[tuple[int, Integers]]:
        """Yield each micro-batch and the indices of its lines."""
        batches = np.array(self._batches, dtype=np.int64)
        order = np.argsort(batches, kind="stable")
        numbers, firsts = np.unique(batches[order], return_index=True)
        yield from zip(numbers.tolist(), np.split(order, firsts[1:]), strict=False)


def features(values: Floats, kind: str) -> Floats:
    """Return Quantity and UnitPrice as the model sees them."""
    return np.sign(values) * np.log1p(np.abs(values)) if kind == "log" else values


def _are_wrong(values: Floats, predictions: Integers, model: Generation) -> npt.NDArray[np.bool_]:
    points = features(values, model.features)
    distances = np.stack([((points - centre) ** 2).sum(axis=1) for centre in model.centres], axis=1)
    nearest = distances.min(axis=1)
    # Of equal centres the first is the nearest one; a cluster that does not exist has no distance.
    first = np.array([(model.centres == centre).all(axis=1).argmax() for centre in model.centres])
    known = np.minimum(predictions, len(first) - 1)
    own = np.where(first[known] == predictions, distances[np.arange(len(known)), known], np.inf)
    is_wrong: npt.NDArray[np.bool_] = own > nearest + TIE * np.maximum(nearest, 1)
    return is_wrong
