"""Settings from the environment and from files of secrets, read once and checked all together."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.errors import UserError

SECRETS = Path("/run/secrets")  # where Compose mounts its secrets: files named as the settings, in lower case
DEFAULT_PASSWORD = "example"  # noqa: S105 - the documented default, the log warns about it


class EnvironmentSettings(BaseSettings):
    """The settings of a service; each field's description is the allowed range, as a user error shows it."""

    # Compose passes unset variables on as empty texts.
    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)


def load[Settings: EnvironmentSettings](kind: type[Settings]) -> Settings:
    """Read the environment, then files of secrets; raises one UserError that lists everything wrong."""
    wrong = _unusable_secrets(kind.model_fields)
    source: dict[str, Any] = {"_secrets_dir": SECRETS} if SECRETS.is_dir() and not wrong else {}
    try:
        settings = kind(**source)
    except ValidationError as error:
        wrong += [_explained(one, kind) for one in error.errors()]
    if wrong:  # outside of `except`: the context of the UserError would hold wrong values, secrets included
        raise UserError("\n".join(["Wrong settings:", *wrong]))
    return settings


def _unusable_secrets(names: Collection[str]) -> list[str]:
    """Return the problems of the files with these names; the default never replaces an unusable file."""
    try:
        files = sorted(SECRETS.iterdir()) if SECRETS.is_dir() else []
    except OSError as error:
        return [_unreadable(SECRETS, error)]
    return [problem for file in files if file.name.lower() in names and (problem := _problem(file))]


def _problem(file: Path) -> str | None:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        return _unreadable(file, error)
    return None if text.strip() else f"{file} is empty: write the value into it, or run scripts/make_secrets"


def _unreadable(path: Path, error: OSError | UnicodeError) -> str:
    """Return why a secret cannot be read, and the way out, without its content."""
    match error:
        case IsADirectoryError():
            # Docker creates one where the file on the host is missing.
            return f"{path} is a folder, not a file: remove the folder on the host and run scripts/make_secrets"
        case PermissionError():
            return f"{path} cannot be read by user {os.getuid()} of this container: allow it on the host (chmod a+rX)"
        case UnicodeError():
            return f"{path} is not UTF-8: save it as UTF-8 text, or run scripts/make_secrets"
    return f"{path} cannot be read ({error.strerror}): run scripts/make_secrets"


def _explained(error: ErrorDetails, kind: type[EnvironmentSettings]) -> str:
    """Return a wrong setting with its value and what is allowed; of a secret, the file instead of the value."""
    if not error["loc"]:  # a rule about several settings, whose text names them
        return error["msg"].removeprefix("Value error, ")
    name = str(error["loc"][0])
    field = kind.model_fields[name]
    if SecretStr in (field.annotation, *get_args(field.annotation)) or (SECRETS / name).exists():
        return f"{name.upper()}, or the file {SECRETS / name}: {field.description}"
    return f"{name.upper()}={error['input']!r}: {field.description}"
