"""The tables that a rebuild empties."""

import re

from db_init import migrate
from db_init.rebuild import EMPTY

KEPT = {
    "Stream_State",  # its row is reset, not deleted: it is the lock
    "Grouping_State",  # the same
    "Stream_Progress",  # deleted first, under the lock
    "Erased_Customers",  # not in the topic
}


def test_every_table_is_emptied_or_kept_on_purpose() -> None:
    """A rebuild empties every table of the migrations, unless it is kept for a reason."""
    created = {name for step in migrate.read() for name in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", step.sql)}
    assert set(re.findall(r"TRUNCATE (\w+);", EMPTY)) == created - KEPT
