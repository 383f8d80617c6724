"""Who may do what: log-ins, ports, containers, and Adminer as the analyst's way in."""

import httpx
import pymysql
import pytest
from pymysql.constants import ER
from stack import Stack

OWN = ("db-init", "processor", "producer")


@pytest.mark.parametrize(
    ("user", "statement"),
    [
        ("processor", "ALTER TABLE British_Online_Retail ADD COLUMN more INT"),
        ("processor", "DELETE FROM British_Online_Retail"),
        ("processor", "UPDATE British_Online_Retail SET prediction = 0"),
        ("processor", "DROP TABLE Batch_Log"),
        ("processor", "CREATE TABLE more (n INT)"),
        ("viewer", "INSERT INTO Other_Online_Retail SELECT * FROM Other_Online_Retail"),
        ("viewer", "UPDATE Stream_State SET last_batch = 0"),
        ("viewer", "DELETE FROM Rejected_Online_Retail"),
    ],
)
def test_a_log_in_is_refused_what_it_need_not_do(stack: Stack, user: str, statement: str) -> None:
    """The processor adds and never alters or deletes; the viewer reads."""
    with pytest.raises(pymysql.err.OperationalError) as refusal:
        stack.sql(statement, user=user)
    assert refusal.value.args[0] in {ER.TABLEACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR}


def test_ports_are_published_on_this_host_alone(stack: Stack) -> None:
    """Every published port is bound to 127.0.0.1."""
    bindings = [
        binding
        for container in stack.containers()
        for published in container["HostConfig"]["PortBindings"].values()
        for binding in published
    ]
    assert len(bindings) == 3
    assert {binding["HostIp"] for binding in bindings} == {"127.0.0.1"}


@pytest.mark.parametrize("service", OWN)
def test_own_containers_may_do_next_to_nothing(stack: Stack, service: str) -> None:
    """Own services run without root, on a read-only file system, without capabilities."""
    container = stack.container(service)
    assert container["Config"]["User"] not in {"", "0", "root"}
    assert container["HostConfig"]["ReadonlyRootfs"] is True
    assert container["HostConfig"]["CapDrop"] == ["ALL"]
    assert container["HostConfig"]["SecurityOpt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", ["kafka", "mariadb", "adminer", "processor", "producer", "db-init", "topic-init"])
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
    """Logged in over HTTP, Adminer lists the table with its columns and shows rows of it."""
    place = {"server": "mariadb", "username": "root", "db": "kappa-view"}
    page = adminer.get("/", params=place | {"select": table, "limit": "500"})
    assert page.status_code == 200
    assert "InvoiceNo" in page.text
    assert f">{country}<" in page.text
