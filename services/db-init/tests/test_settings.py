"""Settings: all mistakes in one message, secrets unseen."""

from pathlib import Path

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


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the secrets are read from, empty."""
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    return tmp_path


def test_a_secret_is_a_password(secrets: Path) -> None:
    """A file with a setting's name in small letters sets it; the line's end is none of it."""
    (secrets / "mariadb_root_password").write_text("of my own\n", encoding="utf-8")
    assert settings.load().mariadb_root_password.get_secret_value() == "of my own"


def test_an_empty_secret_is_refused(secrets: Path) -> None:
    """An empty file does not mean the default that everybody knows."""
    (secrets / "mariadb_root_password").write_text("\n", encoding="utf-8")
    with pytest.raises(Mistake, match="MARIADB_ROOT_PASSWORD='': not empty"):
        settings.load()


@pytest.mark.parametrize(("content", "mode"), [(b"caf\xe9", 0o600), (b"of my own", 0o000)])
def test_an_unreadable_secret_is_named(secrets: Path, content: bytes, mode: int) -> None:
    """Bytes that are no text, and a file of someone else's, get a sentence that names the secret and not its bytes."""
    file = secrets / "mariadb_root_password"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(Mistake, match=r'"mariadb_root_password".*scripts/make_secrets') as mistake:
        settings.load()
    assert "xe9" not in str(mistake.value)
