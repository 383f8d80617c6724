"""The dashboard's metrics: their names, units and types, and the alerts that use them.

The dashboard's own test compares its output with the contract.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "integration_tests/contracts/metrics.txt").read_text(encoding="utf-8")
NAMES = set(re.findall(r"^(kappa_[a-z_]+)", CONTRACT, flags=re.MULTILINE))


def test_promtool_approves() -> None:
    """Names, units and types are as Prometheus recommends."""
    done = subprocess.run(["promtool", "check", "metrics"], input=CONTRACT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_alerts_use_known_metrics() -> None:
    """No alert waits for a metric that is not there."""
    rules = (ROOT / "monitoring/rules.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"kappa_[a-z_]+", rules))
    assert used
    assert used <= NAMES


def test_the_page_for_operators_explains_each_metric() -> None:
    """docs/operations.md names all of them."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in sorted(NAMES) if f"`{name}`" not in page] == []
