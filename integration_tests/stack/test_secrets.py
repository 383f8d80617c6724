"""Passwords from files: they are in no container's settings and in no log."""

import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from harness.commands import run_script
from harness.mariadb_alone import run_db_init
from harness.stack import NAME, REPORTS, ROOT, Stack, wait_until
from harness.streaming import assert_healthy, assert_succeeded

FOLDER = REPORTS / "secrets"  # the only place of the checkout that tests may write to
USERS = ("root", "processor", "viewer")
STEPS = (("kafka", "mariadb"), ("topic-init", "db-init"), ("processor",))


@dataclass(frozen=True)
class Kept:
    """A stack that streams with passwords from files, and the passwords."""

    stack: Stack
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """A separate stack with a healthy processor, beside the shared one and without a producer."""
    base = Stack()
    stack = replace(
        base, name=f"{NAME}-secrets", files=(ROOT / "compose.yaml", ROOT / "compose.secrets.yaml"),
        settings={"SECRETS_DIR": str(FOLDER)},
        kafka_port=base.kafka_port + 2, mariadb_port=base.mariadb_port + 2, adminer_port=base.adminer_port + 2,
        dashboard_port=base.dashboard_port + 2,
    )  # fmt: skip
    shutil.rmtree(FOLDER, ignore_errors=True)
    run_script(stack, "make_secrets")
    try:
        for services in STEPS:
            stack.up(*services)
            wait_until(lambda services=services: assert_up(stack, services), seconds=90)  # type: ignore[misc]
        yield Kept(stack, {name: (FOLDER / f"mariadb_{name}_password").read_text().strip() for name in USERS})
    finally:
        stack.down()
        shutil.rmtree(FOLDER)


def assert_up(stack: Stack, services: Sequence[str]) -> None:
    """Raise unless the servers are healthy, and the services that run once have exited with code 0."""
    for service in services:
        state = stack.state(service)
        if state.get("Health"):
            assert_healthy(stack, service)
        else:
            assert_succeeded(stack, service)


def test_the_passwords_are_long_and_different(kept: Kept) -> None:
    """The script draws a password for each user: 32 characters that need no quotes."""
    assert len(set(kept.passwords.values())) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", password) for password in kept.passwords.values())


def test_other_users_of_this_host_are_kept_out(kept: Kept) -> None:
    """Only its owner may enter the folder; the files in it are readable for the containers' users."""
    assert kept.passwords
    assert FOLDER.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("user", USERS)
def test_each_user_has_the_password_of_its_file(kept: Kept, user: str) -> None:
    """Each user has its file's password; any other is refused."""
    login = 'MYSQL_PWD="$1" exec mariadb -h 127.0.0.1 -u "$2" -e "SELECT 1"'
    command = ("exec", "-T", "mariadb", "sh", "-c", login, "sh")
    assert kept.stack.compose(*command, kept.passwords[user], user, check=False).returncode == 0
    assert kept.stack.compose(*command, "example", user, check=False).returncode != 0


def test_the_processor_has_logged_in(kept: Kept) -> None:
    """With its password from a file the processor has written the topic's name."""
    query = 'exec mariadb -h 127.0.0.1 -u viewer -sN kappa-view -e "SELECT topic FROM Stream_State"'
    login = f'MYSQL_PWD="$1" {query}'
    answer = kept.stack.compose("exec", "-T", "mariadb", "sh", "-c", login, "sh", kept.passwords["viewer"])
    assert answer.stdout.strip() == "online-retail"


def test_no_container_and_no_log_shows_a_password(kept: Kept) -> None:
    """Neither `docker inspect` of any container nor any log holds one of the passwords."""
    kept.stack.compose("create", "--no-build", "producer", "adminer", "dashboard")
    containers = kept.stack.containers()
    services = {container["Config"]["Labels"]["com.docker.compose.service"] for container in containers}
    assert services == {*itertools.chain(*STEPS), "producer", "adminer", "dashboard"}
    seen = json.dumps(containers) + kept.stack.logs()
    assert [name for name, password in kept.passwords.items() if password in seen] == []


def test_a_refused_password_is_not_repeated(kept: Kept) -> None:
    """The error about a wrong password does not hold it."""
    wrong = "of-my-own"
    done = kept.stack.compose(
        "run", "--rm", "--no-deps", "-T", "-e", f"MARIADB_ROOT_PASSWORD={wrong}", "db-init", check=False
    )
    assert done.returncode == 78
    assert "MariaDB refuses root's password" in done.stderr
    assert wrong not in done.stdout + done.stderr


@pytest.mark.parametrize(("content", "mode"), [("", 0o644), ("of my own", 0o000)])
def test_a_secret_that_is_none_stops_db_init(kept: Kept, content: str, mode: int) -> None:
    """The error names an empty file, or one that the container's user may not read."""
    other = REPORTS / "no-secret"
    other.write_text(content, encoding="utf-8")
    other.chmod(mode)
    try:
        done = run_db_init(kept.stack, check=False, volume=f"{other}:/run/secrets/mariadb_viewer_password:ro")
    finally:
        other.unlink()
    assert done.returncode == 78
    assert "mariadb_viewer_password" in done.stderr.lower()


def test_a_file_that_is_there_stays_as_it_is(kept: Kept) -> None:
    """A second run of the script keeps the secrets: MariaDB keeps root's from its first start."""
    run_script(kept.stack, "make_secrets")
    assert (FOLDER / "mariadb_root_password").read_text().strip() == kept.passwords["root"]


def test_git_does_not_see_them() -> None:
    """The folder that the script makes is in .gitignore."""
    git = ["git", "-c", f"safe.directory={ROOT}", "check-ignore", "secrets/mariadb_root_password"]
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    if shutil.which("git") and (ROOT / ".git").exists():
        subprocess.run(git, cwd=ROOT, env={"PATH": os.environ["PATH"]}, check=True, capture_output=True)
