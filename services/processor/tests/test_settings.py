"""Settings: all errors at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.errors import UserError
from common.settings import DEFAULT_PASSWORD, load
from processor.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_defaults_need_no_environment() -> None:
    """Without any setting the defaults hold."""
    assert load(Settings).clusters == 5


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose passes unset settings on as empty texts."""
    monkeypatch.setenv("CLUSTERS", "")
    assert load(Settings).clusters == 5


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One error names each wrong setting, its value and the allowed range."""
    for name, value in (("CLUSTERS", "abc"), ("DECAY", "2"), ("FEATURES", "cubic")):
        monkeypatch.setenv(name, value)
    with pytest.raises(UserError) as caught:
        load(Settings)
    assert str(caught.value).splitlines() == [
        "Wrong settings:",
        "CLUSTERS='abc': a whole number from 2 to 100",
        "FEATURES='cubic': log or raw",
        "DECAY='2': a number from 0 to 1",
    ]


def test_a_password_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of effective settings hides what is secret."""
    monkeypatch.setenv("MARIADB_PROCESSOR_PASSWORD", "s3cret")
    assert "s3cret" not in load(Settings).effective()


def test_half_life_is_a_decay(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a half-life of two batches half of a weight remains."""
    monkeypatch.setenv("HALF_LIFE", "2")
    assert load(Settings).decay_factor() ** 2 == pytest.approx(0.5)


def test_two_ways_to_forget_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """HALF_LIFE and DECAY contradict each other."""
    monkeypatch.setenv("HALF_LIFE", "2")
    monkeypatch.setenv("DECAY", "0.5")
    with pytest.raises(UserError, match="set only one"):
        load(Settings)


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of secrets."""
    monkeypatch.setattr("common.settings.SECRETS", tmp_path)
    return tmp_path


PASSWORD = "mariadb_processor_password"  # noqa: S105 - a name


def test_a_password_may_stand_in_a_file(secrets: Path) -> None:
    """The file's text is the password, without the newline that an editor leaves at its end."""
    (secrets / PASSWORD).write_text("s3cret\n", encoding="utf-8")
    assert load(Settings).mariadb_processor_password.get_secret_value() == "s3cret"


def test_the_environment_comes_first(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in the environment is taken before the file's."""
    (secrets / PASSWORD).write_text("of the file", encoding="utf-8")
    monkeypatch.setenv(PASSWORD.upper(), "of the environment")
    assert load(Settings).mariadb_processor_password.get_secret_value() == "of the environment"


def test_an_empty_password_in_the_environment_is_none(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose passes an unset password on as an empty text, which hides no file."""
    (secrets / PASSWORD).write_text("of the file", encoding="utf-8")
    monkeypatch.setenv(PASSWORD.upper(), "")
    assert load(Settings).mariadb_processor_password.get_secret_value() == "of the file"


def test_a_folder_without_the_file_changes_nothing(secrets: Path) -> None:
    """Without a file of the name the default holds."""
    (secrets / "other").touch()
    assert load(Settings).mariadb_processor_password.get_secret_value() == DEFAULT_PASSWORD


def empty(file: Path) -> None:
    """Leave the file empty, as an editor does."""
    file.write_text("\n", encoding="utf-8")


def no_text(file: Path) -> None:
    """Put bytes into the file that are no UTF-8."""
    file.write_bytes(b"s3cret\xff")


def folder(file: Path) -> None:
    """Make a folder of it, as Docker does where the file on the host is missing."""
    file.mkdir()


def unreadable(file: Path) -> None:
    """Make it unreadable."""
    file.write_text("s3cret", encoding="utf-8")
    file.chmod(0)


@pytest.mark.parametrize("make", [empty, no_text, folder, unreadable])
def test_a_file_without_a_usable_password_is_a_user_error(secrets: Path, make: Callable[[Path], None]) -> None:
    """An empty, unreadable or missing secret is an error that names the file and quotes nothing of it."""
    make(secrets / PASSWORD)
    with pytest.raises(UserError, match=str(secrets)) as caught:
        load(Settings)
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_the_settings_never_show_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings as a whole prints no password."""
    monkeypatch.setenv(PASSWORD.upper(), "s3cret")
    loaded = load(Settings)
    assert "s3cret" not in f"{loaded!r} {loaded!s} {loaded.model_dump()} {loaded.model_dump_json()}"


@pytest.mark.parametrize("value", ["-1", "101", "50.5", "half"])
def test_the_limit_of_rejects_is_a_percentage(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """MAX_REJECTED_PERCENT goes from 0 to 100."""
    monkeypatch.setenv("MAX_REJECTED_PERCENT", value)
    with pytest.raises(UserError, match=f"MAX_REJECTED_PERCENT='{value}': a whole number from 0 to 100"):
        load(Settings)
