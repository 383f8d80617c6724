"""The settings of db-init."""

from pydantic import Field, SecretStr

from common.settings import DEFAULT_PASSWORD, EnvironmentSettings


class Settings(EnvironmentSettings):
    """Where MariaDB is, and the passwords of its users."""

    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_root_password: SecretStr = Field(default=SecretStr(DEFAULT_PASSWORD), description="a password")
    mariadb_processor_password: SecretStr = Field(default=SecretStr(DEFAULT_PASSWORD), description="a password")
    mariadb_viewer_password: SecretStr = Field(default=SecretStr(DEFAULT_PASSWORD), description="a password")

    def default_passwords(self) -> list[str]:
        """Return the names of the passwords that have the public default."""
        return [
            name.upper()
            for name, value in self
            if isinstance(value, SecretStr) and value.get_secret_value() == DEFAULT_PASSWORD
        ]
