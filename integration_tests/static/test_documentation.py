"""Documentation that can fail: compose.yaml, .env.example, the services' settings, the README and docs/ agree."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
DEVELOPMENT = (ROOT / "docs/development.md").read_text(encoding="utf-8")
GROUPS = (ROOT / "docs/groups.md").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
# Fixed in the stack.
FIXED = {"KAFKA_BOOTSTRAP_SERVERS", "TOPIC", "MARIADB_HOST", "MARIADB_DATABASE", "ON_USER_ERROR"}


def env_example() -> dict[str, str]:
    """Return the settings of .env.example with their defaults."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def compose_defaults() -> dict[str, str]:
    """Return the variables of compose.yaml that have a default there."""
    return {name: default for name, default in VARIABLE.findall(COMPOSE) if default}


def service_defaults(service: str) -> dict[str, str]:
    """Return the settings of a service's class, by the name in the environment, with their defaults."""
    package = service.replace("-", "_")
    tree = ast.parse((ROOT / f"services/{service}/src/{package}/settings.py").read_text(encoding="utf-8"))
    (settings,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings"]
    return {
        node.target.id.upper(): _default(node.value)
        for node in settings.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.value, ast.Call)
    }


def _default(field: ast.Call) -> str:
    (value,) = [keyword.value for keyword in field.keywords if keyword.arg == "default"]
    if isinstance(value, ast.Call):  # SecretStr(DEFAULT_PASSWORD)
        return "example"
    default = ast.literal_eval(value)
    return "" if default is None else str(default)


def as_number(text: str) -> float | str:
    """Return a number's value (1 and 1.0 are equal), or the text itself."""
    try:
        return float(text)
    except ValueError:
        return text


def documented_settings() -> dict[str, str]:
    """Return the rows of the table in docs/settings.md: name and default."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", SETTINGS, flags=re.MULTILINE)
    return dict(rows)


def test_compose_and_env_example_name_the_same_settings() -> None:
    """No setting of the stack is missing from .env.example, and every one there has an effect."""
    assert {name for name, _ in VARIABLE.findall(COMPOSE)} == set(env_example())


def test_defaults_of_compose_are_those_of_env_example() -> None:
    """Defaults in compose.yaml equal those of .env.example."""
    documented = env_example()
    assert compose_defaults() == {name: documented[name] for name in compose_defaults()}


@pytest.mark.parametrize("service", ["producer", "processor", "db-init", "dashboard"])
def test_defaults_of_the_services_are_those_of_env_example(service: str) -> None:
    """A service's defaults equal those of .env.example."""
    documented = env_example()
    defaults = {name: value for name, value in service_defaults(service).items() if name not in FIXED}
    assert {name: as_number(value) for name, value in defaults.items()} == {
        name: as_number(documented[name]) for name in defaults
    }


def test_every_setting_is_documented_with_its_default() -> None:
    """The table in docs/settings.md has the settings and defaults of .env.example."""
    assert documented_settings() == env_example()


@pytest.mark.parametrize("package", ["kafka-python", "pandas", "openpyxl", "pymysql", "tenacity", "pyspark"])
def test_each_main_package_is_explained(package: str) -> None:
    """The table of packages in docs/development.md has a row for each main one."""
    assert re.search(rf"^\| {package} \|", DEVELOPMENT, flags=re.MULTILINE)


def test_each_package_of_npm_has_its_version_and_licence() -> None:
    """The table in docs/development.md has what the lock files have."""
    locks = [file for file in ROOT.glob("*/**/package-lock.json") if "node_modules" not in file.parts]
    assert len(locks) > 1
    packages = [item for lock in locks for item in json.loads(lock.read_text(encoding="utf-8"))["packages"].items()]
    rows = [
        f"| {path.removeprefix('node_modules/')} | {package['version']} | {package['license']} |"
        for path, package in packages
        if path
    ]
    assert [row for row in rows if row not in DEVELOPMENT] == []


def test_every_service_of_compose_is_named() -> None:
    """Each service has a row in the table of docs/development.md."""
    services = re.findall(
        r"^  ([a-z-]+):$", COMPOSE.split("\nservices:\n")[1].split("\nnetworks:")[0], flags=re.MULTILINE
    )
    assert services
    assert [name for name in services if f"| `{name}` |" not in DEVELOPMENT] == []


def test_the_readme_has_the_groups_of_the_page_about_them() -> None:
    """The first screen's shares of customers and turnover are those of docs/groups.md."""
    rows = re.findall(r"^\| ([a-z ]+) \| (\d+ %) \| (\d+ %) \|", README, flags=re.MULTILINE)
    known = re.findall(r"^\| ([a-z ]+) \| [\d,]+ \| (\d+ %) \|.* (\d+ %) \|$", GROUPS, flags=re.MULTILINE)
    assert len(rows) == 4
    assert set(rows) <= set(known)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(page: Path, target: str, anchor: str) -> bool:
    """Return whether a relative link of a page names no file or folder, or no heading of a page."""
    file = page.parent / target if target else page
    if not file.exists():
        return True
    return bool(anchor) and file.suffix == ".md" and anchor not in anchors(file)


def test_links_of_the_documentation_work() -> None:
    """Every relative link in a Markdown file names an existing file or folder, and an existing heading."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}#{anchor}"
        for page in ROOT.rglob("*.md")
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]*))?\)", page.read_text(encoding="utf-8"))
        if is_broken(page, target, anchor)
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("target", "anchor", "expected"),
    [
        ("README.md", "", False),
        ("README.md", "quick-start", False),
        ("", "quick-start", False),
        ("", "no-such-heading", True),
        ("docs/groups.md", "no-such-heading", True),
        ("docs/nothing.md", "", True),
    ],
)
def test_a_broken_link_is_seen(target: str, anchor: str, *, expected: bool) -> None:
    """A link to a missing file or heading does not pass."""
    assert is_broken(ROOT / "README.md", target, anchor) is expected
