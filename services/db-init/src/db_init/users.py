"""The users beside root; migrations grant their rights."""

from pydantic import SecretStr
from pymysql.cursors import Cursor

from db_init.settings import Settings


def ensure(cursor: Cursor, settings: Settings) -> None:
    """Create the users `processor` and `viewer` if they are missing, and set their passwords from the settings."""
    _ensure(cursor, "processor", settings.mariadb_processor_password)
    _ensure(cursor, "viewer", settings.mariadb_viewer_password)


def _ensure(cursor: Cursor, user: str, password: SecretStr) -> None:
    secret = password.get_secret_value()
    cursor.execute("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s", (user, secret))
    cursor.execute("ALTER USER %s@'%%' IDENTIFIED BY %s", (user, secret))
