"""The dashboard's settings."""

from pydantic import Field, SecretStr

from common.settings import DEFAULT_PASSWORD, EnvironmentSettings

OWN_HOSTS = ("localhost", "127.0.0.1", "dashboard")


class Settings(EnvironmentSettings):
    """The dashboard's settings; each description is the allowed range, as a user error shows it."""

    kafka_bootstrap_servers: str = Field(
        default="kafka:9092", description="host:port, several with commas between them"
    )
    topic: str = Field(
        default="online-retail", description="1 to 249 of a-z A-Z 0-9 . _ -", pattern=r"^[A-Za-z0-9._-]{1,249}$"
    )
    mariadb_host: str = Field(default="mariadb", description="a host")
    mariadb_port: int = Field(default=3306, ge=1, le=65535, description="1 to 65535")
    mariadb_database: str = Field(default="kappa-view", description="a database")
    mariadb_viewer_password: SecretStr = Field(
        default=SecretStr(DEFAULT_PASSWORD), min_length=1, description="a password, not an empty one"
    )
    dashboard_hosts: str = Field(
        default="",
        description="names of hosts, such as shop.example or *.shop.example, with commas between them",
        pattern=r"^((\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(,|$))*$",
    )

    def hosts(self) -> list[str]:
        """Return the host names that the page answers to."""
        return [*OWN_HOSTS, *filter(None, self.dashboard_hosts.lower().split(","))]
