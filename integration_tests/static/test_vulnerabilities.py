"""The audit's exit code: a package that could not be looked up does not pass."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.vulnerabilities import Answer, npm_answer, npm_answers, verdict, vulnerabilities

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


LOCK = json.dumps(
    {"packages": {"": {}, "node_modules/echarts": {"version": "6.1.0"}, "node_modules/tslib": {"version": "2.3.0"}}}
)
ADVISORY = {"url": "https://github.com/advisories/GHSA-1", "range": "<6.1.1"}
REPORT = {
    "vulnerabilities": {
        "echarts": {"name": "echarts", "via": [ADVISORY, "tslib"], "nodes": ["node_modules/echarts"]},
    }
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"vulnerabilities": {}}, Answer(2, 0, ()), id="none"),
        pytest.param(REPORT, Answer(2, 0, ("echarts 6.1.0: GHSA-1, in versions <6.1.1",)), id="one"),
        pytest.param({"message": "405 Method Not Allowed"}, Answer(2, 2, ()), id="an error of the registry"),
        pytest.param(None, Answer(2, 2, ()), id="no answer"),
    ],
)
def test_packages_of_npm_count_like_those_of_python(answer: object, expected: Answer) -> None:
    """Without an answer of npm's registry no package of a lock file is looked up."""
    assert npm_answer(LOCK, answer) == expected


def test_npm_answers_by_file() -> None:
    """A line that is no JSON is no answer; the other files keep theirs."""
    lines = ["a/package-lock.json\t{}\n", "b/package-lock.json\t\n"]
    assert npm_answers(lines) == {Path("a/package-lock.json"): {}}
