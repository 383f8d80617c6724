"""Settings: all mistakes in one message."""

import pytest

from processor import settings
from processor.mistake import Mistake


def test_defaults_need_no_environment() -> None:
    """Without any setting the defaults hold."""
    assert settings.load().clusters == 5


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose passes settings on that are not set as empty texts."""
    monkeypatch.setenv("CLUSTERS", "")
    assert settings.load().clusters == 5


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message names each wrong setting, its value and the allowed range."""
    for name, value in (("CLUSTERS", "abc"), ("DECAY", "2"), ("FEATURES", "cubic")):
        monkeypatch.setenv(name, value)
    with pytest.raises(Mistake) as caught:
        settings.load()
    assert str(caught.value).splitlines() == [
        "Wrong settings:",
        "CLUSTERS='abc': a whole number from 2 to 100",
        "FEATURES='cubic': log or raw",
        "DECAY='2': a number from 0 to 1",
    ]


def test_a_password_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of effective settings hides what is secret."""
    monkeypatch.setenv("MARIADB_PROCESSOR_PASSWORD", "s3cret")
    assert "s3cret" not in settings.load().effective()


def test_half_life_is_a_decay(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a half-life of two batches half of a weight is left."""
    monkeypatch.setenv("HALF_LIFE", "2")
    assert settings.load().decay_factor() ** 2 == pytest.approx(0.5)


def test_two_ways_to_forget_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """HALF_LIFE and DECAY together contradict each other."""
    monkeypatch.setenv("HALF_LIFE", "2")
    monkeypatch.setenv("DECAY", "0.5")
    with pytest.raises(Mistake, match="set one of them"):
        settings.load()
