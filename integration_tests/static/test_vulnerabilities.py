"""What the audit makes of the answers it gets: silence is no clean bill."""

from typing import Any

import pytest

from audit.vulnerabilities import Answer, verdict, weaknesses

WEAK = "pandas 1.0: PYSEC-1, mended in 1.1, 2.0"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param([Answer(9, 0, ()), Answer(3, 0, ())], 0, id="all looked up"),
        pytest.param([Answer(9, 0, ()), Answer(3, 1, ())], 3, id="one not looked up"),
        pytest.param([Answer(9, 0, (WEAK,)), Answer(3, 3, ())], 1, id="a weakness"),
    ],
)
def test_only_a_full_look_without_a_weakness_passes(answers: list[Answer], code: int) -> None:
    """A weakness is 1, and a package of which nothing is known keeps the audit from passing."""
    assert verdict(answers) == code


def test_a_weakness_is_said_with_the_version_that_mends_it() -> None:
    """A sentence names package, version, the weakness and the way out; a package that was skipped has none."""
    packages: list[dict[str, Any]] = [
        {"name": "pandas", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]},
        {"name": "numpy", "skip_reason": "not found"},
    ]
    assert weaknesses(packages) == [WEAK]
