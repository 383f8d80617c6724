"""Settings: default passwords, and passwords from files."""

from pathlib import Path

import pytest

from common import settings
from common.errors import UserError
from common.settings import load
from db_init.settings import Settings


def test_a_wrong_setting_is_named_with_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the setting, its value and the allowed range."""
    monkeypatch.setenv("MARIADB_PORT", "abc")
    with pytest.raises(UserError, match="MARIADB_PORT='abc': 1 to 65535"):
        load(Settings)


def test_default_passwords_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings that still have the public default password are listed for the log's warning."""
    monkeypatch.setenv("MARIADB_ROOT_PASSWORD", "of my own")
    assert load(Settings).default_passwords() == ["MARIADB_PROCESSOR_PASSWORD", "MARIADB_VIEWER_PASSWORD"]


def test_a_secret_is_a_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file with a setting's name in lower case sets it, without the final newline."""
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    (tmp_path / "mariadb_root_password").write_text("of my own\n", encoding="utf-8")
    assert load(Settings).mariadb_root_password.get_secret_value() == "of my own"


def test_a_secret_that_is_a_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Docker creates a folder if the file on the host is missing: the default password does not replace it."""
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    secret = tmp_path / "mariadb_root_password"
    secret.mkdir()
    with pytest.raises(UserError, match=f"{secret} is a folder, not a file: remove"):
        load(Settings)
