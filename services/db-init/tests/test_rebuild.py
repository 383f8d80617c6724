"""What making the view anew empties."""

import re

from db_init import migrate
from db_init.rebuild import EMPTY

KEPT = {
    "Stream_State",  # its row is set back: a lock needs it
    "Grouping_State",  # the same
    "Stream_Progress",  # emptied first, under the lock
    "Erased_Customers",  # decided by people; no topic knows it
}


def test_every_table_is_emptied_or_kept_on_purpose() -> None:
    """A table that a migration adds cannot be forgotten by the rebuild."""
    made = {name for step in migrate.read() for name in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", step.sql)}
    assert set(re.findall(r"TRUNCATE (\w+);", EMPTY)) == made - KEPT
