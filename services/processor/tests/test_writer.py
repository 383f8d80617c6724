"""When the writer waits for a sample to seed the model from."""

import pyarrow as pa
import pytest

from processor.writer import MAX_GATHERED, is_too_small


@pytest.mark.parametrize(
    ("british", "other", "expected"),
    [
        pytest.param(0, 50, False, id="no British line needs a model"),
        pytest.param(1, 50, True, id="too few British lines"),
        pytest.param(99, 0, True, id="one too few"),
        pytest.param(100, 0, False, id="enough"),
        pytest.param(1, MAX_GATHERED, False, id="too many others wait in memory"),
    ],
)
def test_a_sample_is_gathered_only_where_it_helps(british: int, other: int, *, expected: bool) -> None:
    """Lines wait for a larger sample only where some are British, and not in any number."""
    lines = pa.table({"route": pa.array(["British"] * british + ["other"] * other)})
    assert is_too_small(lines, 100) == expected
