"""Documentation that can fail: compose.yaml, .env.example, the services' settings and the README agree."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
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


def readme_settings() -> dict[str, str]:
    """Return the rows of the README's table of settings: name and default."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\|", README, flags=re.MULTILINE)
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


def test_the_readme_lists_every_setting_with_its_default() -> None:
    """The README's table has the settings and defaults of .env.example."""
    assert readme_settings() == env_example()


@pytest.mark.parametrize("package", ["kafka-python", "pandas", "openpyxl", "pymysql", "tenacity", "pyspark"])
def test_the_readme_lists_each_package(package: str) -> None:
    """The README's table of packages has a row for each main one."""
    assert re.search(rf"^\| {package} \|", README, flags=re.MULTILINE)


def test_the_readme_names_every_service_of_compose() -> None:
    """Each service has a row in the README's table."""
    services = re.findall(
        r"^  ([a-z-]+):$", COMPOSE.split("\nservices:\n")[1].split("\nnetworks:")[0], flags=re.MULTILINE
    )
    assert services
    assert [name for name in services if f"| `{name}` |" not in README] == []


def test_links_of_the_documentation_work() -> None:
    """Every relative link in a Markdown file names an existing file or folder."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in ROOT.rglob("*.md")
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
