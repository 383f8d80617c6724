"""The program's output, what it keeps for the page, and how it fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fake_view
import numpy as np
import pytest
from fake_view import FakeView

from common import settings
from common.errors import EXIT_CODE, UserError
from dashboard import choices
from dashboard.analysis import choose_k
from dashboard.analysis.view import read


def view() -> FakeView:
    """Return a view with 300 customers in two groups, and 60 kinds of lines."""
    random = np.random.default_rng(0)
    values = [{"Quantity": q, "UnitPrice": p, "sales_lines": 1} for q, p in random.uniform(1, 50, (60, 2))]
    customers = [
        {"recency": r, "frequency": f, "monetary": m, "segment": place % 2}
        for place, (r, f, m) in enumerate(random.lognormal(3, 1, (300, 3)))
    ]
    content = {
        "model": [{"features": "log", "clusters": 5}], "values": values, "customers": customers,
    }  # fmt: skip
    return FakeView(content, batch=293)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the program read that view, and return the file that it writes."""

    class Database:
        def __init__(self, *_: Any) -> None:
            pass

        @contextmanager
        def snapshot(self) -> Iterator[FakeView]:
            yield view()

    monkeypatch.setattr(choose_k, "MariaDB", Database)
    monkeypatch.setattr(choices, "FILE", tmp_path / "choose-k.json")
    return tmp_path / "choose-k.json"


def test_prints_both_tables_and_keeps_them(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints a row per number of groups and a recommendation for each table, and writes what the page reads."""
    assert choose_k.main() == 0
    printed = capsys.readouterr().out
    assert printed.count("recommended: k = ") == 2
    assert printed.count("\n|   2 |") == 2
    assert "(the view has 5)" in printed
    assert "(the view has 2)" in printed
    kept = choices.read()
    assert kept is not None
    assert (kept.batch, kept.features, len(kept.lines.candidates)) == (293, "log", 7)
    assert list(stack.parent.iterdir()) == [stack]


def test_an_unreachable_mariadb_is_reported(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Gives exit code 1 and the command to check."""
    monkeypatch.setenv("MARIADB_HOST", "localhost")
    monkeypatch.setenv("MARIADB_PORT", "1")
    assert choose_k.main() == 1
    assert "Is the stack up (docker compose ps)?" in caplog.text


@pytest.mark.usefixtures("stack")
def test_a_folder_without_write_permission_is_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Gives exit code 78 and the name of the file."""
    monkeypatch.setattr(choices, "FILE", Path("/choose-k.json"))
    assert choose_k.main() == EXIT_CODE
    assert "no permission to write /choose-k.json" in caplog.text


def test_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Each wrong setting is listed."""
    monkeypatch.setenv("MARIADB_PORT", "x")
    assert choose_k.main() == EXIT_CODE
    assert "MARIADB_PORT='x': 1 to 65535" in caplog.text


def test_a_secret_that_is_a_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Docker creates a folder if the file on the host is missing: the default password does not replace it."""
    secret = tmp_path / "mariadb_viewer_password"
    secret.mkdir()
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    assert choose_k.main() == EXIT_CODE
    assert f"{secret} is a folder, not a file: remove" in caplog.text


@pytest.mark.parametrize("missing", ["model", "customers"])
def test_an_empty_view_is_reported(missing: str) -> None:
    """A view without lines or customers is a user error, and no recommendation."""
    some = view()
    del some.content[missing]
    for empty in (fake_view.empty(), some):
        with pytest.raises(UserError, match="stream"):
            read(empty)
