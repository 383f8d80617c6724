"""Backups of the volumes: only of a stopped stack, restored only without overwriting anything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.commands import run_script
from harness.mariadb_alone import assert_healthy, mariadb_alone, run_db_init
from harness.stack import REPORTS, Stack, wait_until

FOLDER = REPORTS / "backups"  # the only place of the checkout that tests may write to
COUNT = "SELECT COUNT(*) FROM Schema_Migrations"


@pytest.fixture(scope="module")
def alone() -> Iterator[Stack]:
    """A MariaDB with a schema in its volume; the other volumes are empty."""
    with mariadb_alone("backup", port=Stack.mariadb_port + 3) as stack:
        run_db_init(stack)
        stack.compose("create", "--no-build", "--no-recreate")
        yield stack
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="module")
def archive(alone: Stack) -> Path:
    """The archive of the stopped stack's volumes."""
    alone.compose("stop")
    run_script(alone, "backup", str(FOLDER))
    (archive,) = FOLDER.glob("*.tar.gz")
    return archive


def test_a_running_stack_is_not_copied(alone: Stack) -> None:
    """A copy of files that a server writes to would be inconsistent."""
    alone.up("mariadb")
    done = run_script(alone, "backup", str(FOLDER / "running"), check=False)
    assert (done.returncode, "is in use: stop the stack first" in done.stderr) == (1, True)
    assert not (FOLDER / "running").exists()


def test_nothing_is_overwritten(alone: Stack, archive: Path) -> None:
    """If volumes exist, restoring refuses and leaves them."""
    done = run_script(alone, "restore", str(archive), check=False)
    assert (done.returncode, "is there already, and nothing is overwritten" in done.stderr) == (1, True)


def test_what_was_copied_comes_back(alone: Stack, archive: Path) -> None:
    """Removed and restored, MariaDB holds the same data, and Compose recognises the volumes."""
    before = alone_count(alone)
    alone.down()
    run_script(alone, "restore", str(archive))
    assert alone_count(alone) == before


def test_a_damaged_archive_is_refused(alone: Stack, archive: Path) -> None:
    """Half an archive is refused before a volume is created; the whole one can be restored afterwards."""
    half = archive.with_name("half.tar.gz")
    half.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    alone.down()
    done = run_script(alone, "restore", str(half), check=False)
    assert (done.returncode, "half.tar.gz is damaged" in done.stderr) == (1, True)
    run_script(alone, "restore", str(archive))


def test_others_may_not_read_the_archive(archive: Path) -> None:
    """It holds customers' purchases, unencrypted."""
    assert archive.stat().st_mode & 0o077 == 0


def alone_count(stack: Stack) -> list[tuple[object, ...]]:
    """Start MariaDB, read how many migrations it has, and stop it."""
    stack.up("mariadb")
    wait_until(lambda: assert_healthy(stack))
    count = stack.sql(COUNT, user="root")
    stack.compose("stop")
    return count
