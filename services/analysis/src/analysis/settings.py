"""The settings of the analysis."""

from pathlib import Path

from pydantic import Field, SecretStr

from common.settings import DEFAULT_PASSWORD, EnvironmentSettings


class Settings(EnvironmentSettings):
    """Where the view is, and where pictures are written."""

    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_database: str = Field(default="kappa-view", description="a database")
    mariadb_viewer_password: SecretStr = Field(default=SecretStr(DEFAULT_PASSWORD), description="a password")
    reports: Path = Field(default=Path("/reports"), description="a folder")
