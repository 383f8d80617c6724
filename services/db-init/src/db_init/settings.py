"""What the environment says, read once and checked all together."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from db_init.mistake import Mistake

DEFAULT_PASSWORD = "example"  # noqa: S105 - the documented default, warned about in the log
SECRETS = Path("/run/secrets")  # where Compose mounts its secrets, each a file with the setting's name in small letters

Password = Annotated[SecretStr, Field(min_length=1)]


class Settings(BaseSettings):
    """The settings of db-init; each description is the allowed range, as a mistake shows it."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_root_password: Password = Field(default=SecretStr(DEFAULT_PASSWORD), description="not empty")
    mariadb_processor_password: Password = Field(default=SecretStr(DEFAULT_PASSWORD), description="not empty")
    mariadb_viewer_password: Password = Field(default=SecretStr(DEFAULT_PASSWORD), description="not empty")

    def default_passwords(self) -> list[str]:
        """Return the names of the passwords that still are the default that everybody knows."""
        return [
            name.upper()
            for name, value in self
            if isinstance(value, SecretStr) and value.get_secret_value() == DEFAULT_PASSWORD
        ]


def load() -> Settings:
    """Read environment and secrets; raises one Mistake that lists every wrong setting with its allowed range."""
    sources: dict[str, Any] = {"_secrets_dir": SECRETS} if SECRETS.is_dir() else {}
    try:
        return Settings(**sources)
    except ValidationError as error:
        raise Mistake("\n".join(["Wrong settings:", *map(_complaint, error.errors())])) from None
    except SettingsError as error:
        raise Mistake(
            f"A secret in {SECRETS} is no UTF-8 or may not be read by this container's user ({error}): "
            "make the files with scripts/make_secrets"
        ) from None


def _complaint(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    return f"{name.upper()}={error['input']!r}: {Settings.model_fields[name].description}"
