"""Each mutation still applies to the code: `mutate` itself takes too long to run each time."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATCHES = sorted((ROOT / "integration_tests/mutations").glob("*.patch"))


def hunks(patch: str) -> list[str]:
    """Return what each hunk of a patch expects to find."""
    bodies = re.split(r"^@@.*\n", patch, flags=re.MULTILINE)[1:]
    return ["".join(line[1:] for line in body.splitlines(keepends=True) if line[0] in " -") for body in bodies]


@pytest.mark.parametrize("path", PATCHES, ids=lambda path: path.stem)
def test_a_mutation_applies_to_the_code(path: Path) -> None:
    """The lines that it changes are in the file, once and together."""
    patch = path.read_text(encoding="utf-8")
    (target,) = re.findall(r"^\+\+\+ b/(.*)$", patch, flags=re.MULTILINE)
    code = (ROOT / target).read_text(encoding="utf-8")
    assert [code.count(hunk) for hunk in hunks(patch)] == [1]
