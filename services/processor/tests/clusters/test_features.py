"""The features of a line."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from processor.clusters.features import features

LINES = pa.table(
    {
        "Quantity": pa.array([0, 1, -80_995], pa.int32()),
        "UnitPrice": pa.array([Decimal("0.000"), Decimal("2.550"), Decimal("-11062.060")], pa.decimal128(10, 3)),
    }
)


def test_raw_features_are_the_values() -> None:
    """Raw features are quantity and price as they are."""
    assert features(LINES, "raw") == pytest.approx(np.array([[0, 0], [1, 2.55], [-80_995, -11_062.06]]), rel=1e-15)


def test_log_features_keep_the_sign() -> None:
    """Log features are sign(x) log1p|x|: zero stays zero, and a return is as far below it as the sale is above."""
    expected = [[0, 0], [np.log(2), np.log(3.55)], [-np.log(80_996), -np.log(11_063.06)]]
    assert features(LINES, "log") == pytest.approx(np.array(expected))
