"""Settings: defaults, and one error for all that is wrong."""

from pathlib import Path

import pytest

from common import settings
from common.errors import UserError
from common.settings import load
from producer.settings import Settings


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset the variables of the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable counts as unset: Compose passes unset ones on as empty."""
    defaults = load(Settings)
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    assert load(Settings) == defaults


def test_every_wrong_setting_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error has name, value and allowed range of each wrong setting, one per line."""
    wrong = {"TOPIC": "a b", "WORKBOOK": "../x.csv", "ROWS_PER_SECOND": "-1", "RUN": "abc", "ON_USER_ERROR": "cry"}
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as error:
        load(Settings)
    assert str(error.value).splitlines() == [
        "Wrong settings:",
        "TOPIC='a b': 1 to 249 of a-z A-Z 0-9 . _ -",
        "WORKBOOK='../x.csv': name of a file in the data directory, without a path; empty: the only one",
        "ROWS_PER_SECOND='-1': 0 (no limit) to 1000000",
        "RUN='abc': 1 to 1000000",
        "ON_USER_ERROR='cry': exit or hold",
    ]


@pytest.mark.parametrize(("name", "value"), [("ROWS_PER_SECOND", "1000001"), ("RUN", "0"), ("RUN", "1.5")])
def test_ranges(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A number outside its range is refused."""
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match=f"{name}='{value}'"):
        load(Settings)


def test_a_secret_that_is_a_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Docker creates a folder if the file on the host is missing: no default replaces it."""
    (tmp_path / "topic").mkdir()
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    with pytest.raises(UserError, match=f"{tmp_path / 'topic'} is a folder, not a file: remove"):
        load(Settings)
