"""What the environment says, read once and checked all together."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from analysis.mistake import Mistake

SECRETS = Path("/run/secrets")  # where Compose mounts its secrets, each a file with the setting's name in small letters


class Settings(BaseSettings):
    """Where the view is; each description is the allowed range, as a mistake shows it."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True)

    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_database: str = Field(default="kappa-view", description="a database")
    mariadb_viewer_password: SecretStr = Field(default=SecretStr("example"), min_length=1, description="not empty")
    reports: Path = Field(default=Path("/reports"), description="a folder")


def load() -> Settings:
    """Read environment and secrets; raises one Mistake that lists every wrong setting with its allowed range."""
    sources: dict[str, Any] = {"_secrets_dir": SECRETS} if SECRETS.is_dir() else {}
    try:
        return Settings(**sources)
    except ValidationError as error:
        names = [str(one["loc"][0]) for one in error.errors()]
        wrong = [f"{name.upper()}: {Settings.model_fields[name].description}" for name in names]
        raise Mistake("\n".join(["Wrong settings:", *wrong])) from None
    except SettingsError as error:
        raise Mistake(
            f"A secret in {SECRETS} is no UTF-8 or may not be read by this container's user ({error}): "
            "make the files with scripts/make_secrets"
        ) from None
