"""Settings: all errors in one text, without secrets."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from pydantic import Field, SecretStr, model_validator

from common import settings
from common.errors import UserError
from common.settings import DEFAULT_PASSWORD, EnvironmentSettings, load

NAME = "a_password"
SECRET = "s3cret"  # noqa: S105 - of these tests


class Settings(EnvironmentSettings):
    """Some settings, as a service has them."""

    a_number: int = Field(default=5, ge=2, le=100, description="2 to 100")
    a_word: str = Field(default="log", pattern="^(log|raw)$", description="log or raw")
    a_password: SecretStr = Field(default=SecretStr(DEFAULT_PASSWORD), min_length=7, description="7 characters or more")
    another: SecretStr | None = Field(default=None, min_length=7, description="7 characters or more")

    @model_validator(mode="after")
    def _raw_numbers_are_small(self) -> Self:
        if self.a_word == "raw" and self.a_number > 50:
            raise ValueError(f"A_WORD=raw and A_NUMBER={self.a_number}: set one of them")
        return self


@pytest.fixture(autouse=True)
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of secrets, empty, and an environment that sets nothing."""
    monkeypatch.setattr(settings, "SECRETS", tmp_path / "secrets")
    (tmp_path / "secrets").mkdir()
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "secrets"


def refusal() -> list[str]:
    """Return the lines of the error that loading raises, after the first; it holds no secret."""
    with pytest.raises(UserError) as caught:
        load(Settings)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    title, *lines = str(caught.value).splitlines()
    assert title == "Wrong settings:"
    return lines


def test_defaults_need_neither_environment_nor_secrets(secrets: Path) -> None:
    """Without anything set, and without a folder of secrets, the defaults hold."""
    secrets.rmdir()
    assert load(Settings) == Settings(a_number=5, a_word="log")


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable counts as unset, as Compose passes it on."""
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    assert load(Settings) == Settings()


def test_everything_wrong_is_listed(monkeypatch: pytest.MonkeyPatch, secrets: Path) -> None:
    """One error has the file of each unusable secret, then name, value and range of each wrong setting."""
    monkeypatch.setenv("A_NUMBER", "abc")
    monkeypatch.setenv("A_WORD", "cubic")
    (secrets / NAME).touch()
    assert refusal() == [
        f"{secrets / NAME} is empty: write the value into it, or run scripts/make_secrets",
        "A_NUMBER='abc': 2 to 100",
        "A_WORD='cubic': log or raw",
    ]


def test_a_rule_about_several_settings_says_it_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of a validator of the whole is shown as it is."""
    monkeypatch.setenv("A_NUMBER", "51")
    monkeypatch.setenv("A_WORD", "raw")
    assert refusal() == ["A_WORD=raw and A_NUMBER=51: set one of them"]


def test_a_secret_is_a_file_of_the_name(secrets: Path) -> None:
    """The file's text is the value, without the newline that an editor leaves at its end."""
    (secrets / NAME).write_text("of the file\n", encoding="utf-8")
    assert load(Settings).a_password.get_secret_value() == "of the file"


def test_the_environment_comes_first(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable is taken before the file; an empty one hides no file."""
    (secrets / NAME).write_text("of the file", encoding="utf-8")
    monkeypatch.setenv(NAME.upper(), "")
    assert load(Settings).a_password.get_secret_value() == "of the file"
    monkeypatch.setenv(NAME.upper(), "of the environment")
    assert load(Settings).a_password.get_secret_value() == "of the environment"


def test_other_secrets_do_not_matter(secrets: Path) -> None:
    """Only files named as a setting are read."""
    (secrets / "other").mkdir()
    assert load(Settings).a_password.get_secret_value() == DEFAULT_PASSWORD


def empty(file: Path) -> None:
    """Leave the file empty, as an editor does."""
    file.write_text("\n", encoding="utf-8")


def not_utf8(file: Path) -> None:
    """Put bytes into the file that are not UTF-8."""
    file.write_bytes(f"{SECRET}\xff".encode("latin-1"))


def folder(file: Path) -> None:
    """Make a folder of it, as Docker does where the file on the host is missing."""
    file.mkdir()


def unreadable(file: Path) -> None:
    """Make it unreadable."""
    file.write_text(SECRET, encoding="utf-8")
    file.chmod(0)


def dangling(file: Path) -> None:
    """Make a link to a file that is not there."""
    file.symlink_to(file.with_name("none"))


UNUSABLE = [
    (empty, "is empty"),
    (not_utf8, "is not UTF-8"),
    (folder, "is a folder, not a file"),
    (unreadable, "cannot be read by user"),
    (dangling, "cannot be read (No such file or directory)"),
]


@pytest.mark.parametrize("name", [NAME, NAME.upper()])
@pytest.mark.parametrize(("make", "problem"), UNUSABLE)
def test_a_file_that_gives_no_secret_is_refused(
    secrets: Path, make: Callable[[Path], None], problem: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a default nor the environment replaces it; the error names the file and the way out."""
    make(secrets / name)
    (line,) = refusal()
    monkeypatch.setenv(NAME.upper(), "of the environment")
    assert refusal() == [line]
    assert line.startswith(f"{secrets / name} {problem}")
    assert "scripts/make_secrets" in line or "chmod a+rX" in line


def test_a_closed_folder_of_secrets_is_refused(secrets: Path) -> None:
    """A folder that cannot be read is an error, since it may hold secrets."""
    secrets.chmod(0)
    (line,) = refusal()
    secrets.chmod(0o700)
    assert line.startswith(f"{secrets} cannot be read by user")


@pytest.mark.parametrize("name", [NAME, "another"])
def test_a_wrong_secret_is_named_and_not_shown(secrets: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Neither the value of a secret setting is shown, wherever it comes from, nor that of any setting from a file."""
    description = Settings.model_fields[name].description
    expected = f"{name.upper()}, or the file {secrets / name}: {description}"
    monkeypatch.setenv(name.upper(), SECRET)
    assert refusal() == [expected]
    monkeypatch.delenv(name.upper())
    (secrets / name).write_text(SECRET, encoding="utf-8")
    (secrets / "a_number").write_text(SECRET, encoding="utf-8")
    assert refusal() == [f"A_NUMBER, or the file {secrets / 'a_number'}: 2 to 100", expected]


def test_the_settings_never_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings as a whole prints no secret."""
    monkeypatch.setenv(NAME.upper(), f"{SECRET} and more")
    loaded = load(Settings)
    assert SECRET not in f"{loaded!r} {loaded!s} {loaded.model_dump()} {loaded.model_dump_json()}"
