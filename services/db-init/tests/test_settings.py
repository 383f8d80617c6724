"""Settings: all mistakes in one message, secrets unseen."""

import pytest

from db_init import settings
from db_init.mistake import Mistake


def test_a_wrong_setting_is_named_with_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the setting, its value and the allowed range."""
    monkeypatch.setenv("MARIADB_PORT", "abc")
    with pytest.raises(Mistake, match="MARIADB_PORT='abc': 1 to 65535"):
        settings.load()


def test_default_passwords_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that everybody knows are named, so that the log can warn about them."""
    monkeypatch.setenv("MARIADB_ROOT_PASSWORD", "of my own")
    assert settings.load().default_passwords() == ["MARIADB_PROCESSOR_PASSWORD", "MARIADB_VIEWER_PASSWORD"]
