"""The programs' output and pictures from test data."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import choose_k, groups, program
from analysis.view import Customers, Points, View
from common import settings
from common.errors import EXIT_CODE, UserError

PNG = b"\x89PNG\r\n\x1a\n"


class FakeView(View):
    """The interface of `View` without a database: 300 customers in two groups, 60 kinds of lines."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def lines(self) -> tuple[Points, str]:
        """Return some quantities and prices."""
        return Points(self._random.uniform(1, 50, (60, 2)), np.ones(60), 5), "log"

    def customers(self) -> Customers:
        """Return random customers."""
        return Customers(self._random.lognormal(3, 1, (300, 3)), np.arange(300) % 2)

    def segments(self) -> list[dict[str, Any]]:
        """Return the two groups."""
        return [
            {
                "segment": number, "name": name, "customers": 1_150, "share": 0.5, "median_recency": 3.0,
                "median_frequency": 18.0, "median_monetary": 7_500, "turnover_share": 0.9,
                "as_of": dt.datetime(2011, 12, 9, 12, 50),  # noqa: DTZ001 - wall-clock time
            }
            for number, name in enumerate(["champions", "lost"])
        ]  # fmt: skip


def test_choose_k_prints_both_tables_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints a row per number of groups and a recommendation for each table, and writes a picture."""
    choose_k.choose(FakeView(), tmp_path)
    printed = capsys.readouterr().out
    assert printed.count("recommended: k = ") == 2
    assert printed.count("\n|   2 |") == 2
    assert "(the view has 5)" in printed
    assert "(the view has 2)" in printed
    assert (tmp_path / choose_k.PICTURE).read_bytes().startswith(PNG)


def test_groups_prints_the_table_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints a row per group, rounded, and writes a picture."""
    groups.show(FakeView(), tmp_path)
    printed = capsys.readouterr().out.replace(" ", "")
    assert "|champions|1,150|50%|3|18|7,500|90%|" in printed
    assert (tmp_path / groups.PICTURE).read_bytes().startswith(PNG)


def test_an_unreachable_mariadb_is_reported(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Gives exit code 1 and the command to check."""
    monkeypatch.setenv("MARIADB_HOST", "localhost")
    monkeypatch.setenv("MARIADB_PORT", "1")
    assert program.run(lambda *_: None) == 1
    assert "Is the stack up (docker compose ps)?" in caplog.text


def test_a_folder_without_write_permission_is_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Gives exit code 78 and the name of the file."""

    @contextmanager
    def opened(_: Any) -> Iterator[FakeView]:
        yield FakeView()

    monkeypatch.setattr(program, "opened", opened)
    monkeypatch.setenv("REPORTS", "/")
    assert program.run(groups.show) == EXIT_CODE
    assert "no permission to write /groups.png" in caplog.text


def test_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Each wrong setting is listed."""
    monkeypatch.setenv("MARIADB_PORT", "x")
    assert program.run(lambda *_: None) == EXIT_CODE
    assert "MARIADB_PORT='x': 1 to 65535" in caplog.text


def test_a_secret_that_is_a_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Docker creates a folder if the file on the host is missing: the default password does not replace it."""
    secret = tmp_path / "mariadb_viewer_password"
    secret.mkdir()
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    assert program.run(lambda *_: None) == EXIT_CODE
    assert f"{secret} is a folder, not a file: remove" in caplog.text


def test_an_empty_view_is_reported() -> None:
    """An empty view is a user error, not an empty picture."""

    class Empty(View):
        def __init__(self) -> None:
            pass

        def _read(self, _query: str) -> list[tuple[Any, ...]]:
            return []

    for ask in (Empty().lines, Empty().customers, Empty().segments):
        with pytest.raises(UserError, match="stream"):
            ask()
