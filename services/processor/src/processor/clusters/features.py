"""The features of a line: quantity and price, as they are or as logarithms."""

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from processor.clusters.kmeans import Floats

Kind = Literal["log", "raw"]
NAMES = ("Quantity", "UnitPrice")


def features(lines: pa.Table, kind: Kind) -> Floats:
    """Return Quantity and UnitPrice of the lines as an array of shape (lines, 2).

    `log` is sign(x)·log1p(|x|): quantities of ±80,995 pieces and prices of ±38,970 pounds would otherwise form
    clusters alone and leave one for all other lines.
    """
    columns = [pc.cast(lines[name], pa.float64()).to_numpy() for name in NAMES]
    values = np.column_stack(columns)
    return signed_log(values) if kind == "log" else values


def signed_log(values: Floats) -> Floats:
    """Return sign(x)·log1p(|x|) of each value."""
    return np.copysign(np.log1p(np.abs(values)), values)
