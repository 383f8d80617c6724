"""Rights of users, ports and containers, and access by Adminer."""

import httpx
import pymysql
import pytest
from pymysql.constants import ER

from harness.stack import Stack

OWN = ("db-init", "processor", "producer", "dashboard")


REFUSALS = {
    ER.ACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.SPECIFIC_ACCESS_DENIED_ERROR,
    ER.CANT_CREATE_USER_WITH_GRANT,
}


@pytest.mark.parametrize(
    ("user", "statement"),
    [
        ("processor", "ALTER TABLE British_Online_Retail ADD COLUMN more INT"),
        ("processor", "DROP TABLE Batch_Log"),
        ("processor", "CREATE TABLE more (n INT)"),
        ("processor", "CREATE OR REPLACE VIEW Reconciliation AS SELECT 1"),
        ("processor", "CREATE TRIGGER more BEFORE INSERT ON Batch_Log FOR EACH ROW SET NEW.lag = 0"),
        ("processor", "UPDATE British_Online_Retail SET prediction = 0"),
        ("processor", "UPDATE Batch_Log SET rejected = 0"),
        # Erasures are written by the command `erase`, migrations by db-init.
        ("processor", "INSERT INTO Erased_Customers VALUES ('x', 0, 1, UTC_TIMESTAMP())"),
        ("processor", "UPDATE Erased_Customers SET next_offset = 0"),
        ("processor", "SELECT * FROM Schema_Migrations"),
        ("processor", "SELECT * FROM Reconciliation"),
        ("viewer", "INSERT INTO Other_Online_Retail SELECT * FROM Other_Online_Retail"),
        ("viewer", "UPDATE Stream_State SET last_batch = 0"),
        ("viewer", "LOCK TABLES Stream_State WRITE"),
        ("viewer", "CREATE TABLE more (n INT)"),
        ("viewer", "CREATE VIEW more AS SELECT 1"),
        ("viewer", "DROP VIEW Reconciliation"),
    ],
)
def test_a_user_has_no_unneeded_rights(stack: Stack, user: str, statement: str) -> None:
    """The processor adds lines and never alters or deletes any; the viewer only reads."""
    assert_refused(stack, user, statement)


@pytest.mark.parametrize("user", ["processor", "viewer"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM mysql.user",
        "SELECT * FROM mysql.global_priv",
        "SELECT * FROM mysql.general_log",
        "SHOW GRANTS FOR root@'%'",
        "SHOW CREATE USER root@'%'",
        "SHOW MASTER STATUS",
        "SHOW ENGINE INNODB STATUS",
        "CREATE DATABASE more",
        "CREATE USER more",
        "SET PASSWORD FOR root@'%' = PASSWORD('more')",
        "GRANT ALL ON *.* TO processor@'%'",
        "GRANT SELECT ON British_Online_Retail TO viewer@'%'",
        "SET GLOBAL local_infile = OFF",
        "FLUSH PRIVILEGES",
        "SHUTDOWN",
        # Files of the server.
        "SELECT 1 INTO OUTFILE '/tmp/more'",
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE British_Online_Retail",
    ],
)
def test_a_user_is_kept_out_of_the_server(stack: Stack, user: str, statement: str) -> None:
    """Neither user reads or changes users, rights, settings or files of the server."""
    assert_refused(stack, user, statement)


@pytest.mark.parametrize("user", ["processor", "viewer"])
def test_a_user_deletes_no_rows(stack: Stack, user: str) -> None:
    """Neither user may delete rows of any table."""
    names = """
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = 'kappa-view' AND table_type = 'BASE TABLE'
    """
    tables = [name for (name,) in stack.sql(names)]
    assert len(tables) >= 13
    for table in tables:
        assert_refused(stack, user, f"DELETE FROM {table} WHERE 1 = 0")  # noqa: S608 - a name of the database
        assert_refused(stack, user, f"TRUNCATE {table}")


@pytest.mark.parametrize("user", ["processor", "viewer"])
def test_a_user_sees_no_other_database(stack: Stack, user: str) -> None:
    """Only the view is visible."""
    assert stack.sql("SHOW DATABASES", user=user) == [("information_schema",), ("kappa-view",)]


@pytest.mark.parametrize("user", ["processor", "viewer"])
def test_a_user_sees_no_one_elses_statements(stack: Stack, user: str) -> None:
    """Statements of other users are hidden."""
    seen = stack.sql("SELECT DISTINCT user FROM information_schema.processlist", user=user)
    assert seen == [(user,)]


def assert_refused(stack: Stack, user: str, statement: str) -> None:
    """Raise unless MariaDB refuses the statement for missing rights."""
    with pytest.raises(pymysql.err.OperationalError) as refusal:
        stack.sql(statement, user=user)
    assert refusal.value.args[0] in REFUSALS, f"{statement}: {refusal.value}"


def test_ports_are_published_on_this_host_alone(stack: Stack) -> None:
    """Exactly four ports are published, all of them on 127.0.0.1."""
    published = [
        (binding["HostIp"], int(binding["HostPort"]))
        for container in stack.containers()
        for bindings in container["NetworkSettings"]["Ports"].values()
        for binding in bindings or ()
    ]
    ports = (stack.adminer_port, stack.dashboard_port, stack.kafka_port, stack.mariadb_port)
    assert sorted(published) == sorted(("127.0.0.1", port) for port in ports)


def test_no_container_is_part_of_the_host(stack: Stack) -> None:
    """No container is privileged, shares a namespace of the host, or holds the engine's socket."""
    for container in stack.containers():
        host = container["HostConfig"]
        assert host["Privileged"] is False
        assert "host" not in {host[f"{space}Mode"] for space in ("Network", "Pid", "Ipc", "UTS", "Userns")}
        assert not host["CapAdd"]
        assert not host["Devices"]
        assert [mount["Source"] for mount in container["Mounts"] if "docker.sock" in mount["Source"]] == []


@pytest.mark.parametrize("service", OWN)
def test_own_containers_have_minimal_rights(stack: Stack, service: str) -> None:
    """Our services run without root and capabilities, on a read-only file system."""
    container = stack.container(service)
    assert container["Config"]["User"] not in {"", "0", "root"}
    assert container["HostConfig"]["ReadonlyRootfs"] is True
    assert container["HostConfig"]["CapDrop"] == ["ALL"]
    assert container["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"]


# Prints what the kernel reports of a process in the container, and whether it can write files.
LOOK = """
import os
for line in open("/proc/self/status"):
    name, _, value = line.partition(":")
    if name.startswith("Cap") or name == "NoNewPrivs":
        print(name, int(value, 16))
print("uid", os.getuid())
for path in ("/app/src/more", "/etc/more", "/opt/more", "/more"):
    try:
        open(path, "w")
    except OSError as error:
        print(path, error.strerror)
"""
NOTHING = {
    "CapInh": "0", "CapPrm": "0", "CapEff": "0", "CapBnd": "0", "CapAmb": "0", "NoNewPrivs": "1",
    "/app/src/more": "Read-only file system", "/etc/more": "Read-only file system",
    "/opt/more": "Read-only file system", "/more": "Read-only file system",
}  # fmt: skip


@pytest.mark.parametrize("service", OWN)
def test_a_process_in_an_own_container_has_minimal_rights(stack: Stack, service: str) -> None:
    """Inside the container: no capability, none that could be gained, no root, and no file can be written."""
    output = stack.compose("run", "--rm", "--no-deps", "-T", service, "python3", "-c", LOOK).stdout
    seen = dict(line.split(" ", 1) for line in output.splitlines())
    assert int(seen.pop("uid")) > 1000
    assert seen == NOTHING


@pytest.mark.parametrize(
    "service", ["kafka", "mariadb", "adminer", "processor", "producer", "db-init", "topic-init", "dashboard"]
)
def test_every_container_has_a_limit_of_memory(stack: Stack, service: str) -> None:
    """No container may take the host's whole memory."""
    assert stack.container(service)["HostConfig"]["Memory"] > 0


@pytest.fixture
def adminer(stack: Stack) -> httpx.Client:
    """Adminer, logged in as root / example to kappa-view."""
    browser = httpx.Client(base_url=f"http://127.0.0.1:{stack.adminer_port}", follow_redirects=True, timeout=20)
    form = {"driver": "server", "server": "mariadb", "username": "root", "password": "example", "db": "kappa-view"}
    browser.get("/")
    browser.post("/", data={f"auth[{name}]": value for name, value in form.items()}).raise_for_status()
    return browser


@pytest.mark.parametrize(
    ("table", "country"), [("British_Online_Retail", "United Kingdom"), ("Other_Online_Retail", "EIRE")]
)
def test_adminer_shows_the_rows(adminer: httpx.Client, table: str, country: str) -> None:
    """After login over HTTP, Adminer lists the table with its columns and shows rows of it."""
    place = {"server": "mariadb", "username": "root", "db": "kappa-view"}
    page = adminer.get("/", params=place | {"select": table, "limit": "500"})
    assert page.status_code == 200
    assert "InvoiceNo" in page.text
    assert f">{country}<" in page.text
