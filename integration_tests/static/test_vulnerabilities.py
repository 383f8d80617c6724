"""The audit's exit code: a package that could not be looked up does not pass."""

from typing import Any

import pytest

from audit.vulnerabilities import Answer, verdict, vulnerabilities

VULNERABLE = "pandas 1.0: PYSEC-1, fixed in 1.1, 2.0"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param([Answer(9, 0, ()), Answer(3, 0, ())], 0, id="all looked up"),
        pytest.param([Answer(9, 0, ()), Answer(3, 1, ())], 3, id="one not looked up"),
        pytest.param([Answer(9, 0, (VULNERABLE,)), Answer(3, 3, ())], 1, id="a vulnerability"),
    ],
)
def test_only_a_complete_audit_without_a_vulnerability_passes(answers: list[Answer], code: int) -> None:
    """A vulnerability is 1, and a package that could not be looked up keeps the audit from passing."""
    assert verdict(answers) == code


def test_a_vulnerability_is_named_with_the_version_that_fixes_it() -> None:
    """A line has package, version, vulnerability and fixed versions; a skipped package has none."""
    packages: list[dict[str, Any]] = [
        {"name": "pandas", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]},
        {"name": "numpy", "skip_reason": "not found"},
    ]
    assert vulnerabilities(packages) == [VULNERABLE]
