"""Look up the known vulnerabilities of every locked package, and name the packages that could not be looked up.

Those of Python are looked up here; what npm answered for its own is read from standard input (`ask_npm`). A package
that is in no database may still have vulnerabilities. Exit code 0: all were looked up and none has a known
vulnerability; 1: one has; 3: some could not be looked up.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

DATABASES = ("pypi", "osv")
FOUND, UNKNOWN = 1, 3


class Answer(NamedTuple):
    """A database's answer for a file: packages, how many of them are unknown, and a line for each vulnerability."""

    packages: int
    unknown: int
    vulnerabilities: tuple[str, ...]


def main() -> int:
    """Check every file of locked packages; return the exit code."""
    silent: set[str] = set()
    answers = {file: best_answer(file, silent) for file in locked("requirements*.txt")}
    of_npm = npm_answers(sys.stdin)
    answers |= {
        file: npm_answer(file.read_text(encoding="utf-8"), of_npm.get(file)) for file in locked("package-lock.json")
    }
    print(f"{'locked packages of':<50} {'packages':>8} {'looked up':>9} {'vulnerable':>10}")
    for file, answer in answers.items():
        print(
            f"{file!s:<50} {answer.packages:>8} {answer.packages - answer.unknown:>9} {len(answer.vulnerabilities):>10}"
        )
    return verdict(list(answers.values()))


def locked(pattern: str) -> list[Path]:
    """Return the files of locked packages whose name has a pattern."""
    return sorted(file for file in Path().glob(f"*/**/{pattern}") if "node_modules" not in file.parts)


def best_answer(file: Path, silent: set[str]) -> Answer:
    """Return the answer of the first database that knows all packages of a file, or else of the one that knows most."""
    answers = [count_only(file)]
    for name in DATABASES:
        if name not in silent and answers[-1].unknown:
            answers.append(ask(name, file, silent))
    return min(reversed(answers), key=lambda answer: answer.unknown)


def ask(name: str, file: Path, silent: set[str]) -> Answer:
    """Return a database's answer; one that does not answer is added to `silent`."""
    command = ["pip-audit", "--vulnerability-service", name, "--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(
        [*command, "--disable-pip", "--require-hashes", "--cache-dir", "/tmp/audit", "--requirement", str(file)],  # noqa: S108
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        silent.add(name)
        print(f"{name} does not answer: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return count_only(file)
    return Answer(
        len(packages), sum("skip_reason" in package for package in packages), tuple(vulnerabilities(packages))
    )


def count_only(file: Path) -> Answer:
    """Return the answer of an empty database."""
    count = sum("==" in line for line in file.read_text(encoding="utf-8").splitlines())
    return Answer(count, count, ())


def vulnerabilities(packages: Sequence[dict[str, Any]]) -> list[str]:
    """Return a line for each known vulnerability."""
    return [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions'])}"
        for package in packages
        for found in package.get("vulns", ())
    ]


def npm_answers(lines: Iterable[str]) -> dict[Path, Any]:
    """Return npm's answers by file: lines with a path, a tab and JSON."""
    found = {}
    for line in lines:
        file, _, text = line.partition("\t")
        try:
            found[Path(file)] = json.loads(text)
        except ValueError:
            print(f"npm does not answer for {file.strip()}", file=sys.stderr)
    return found


def npm_answer(lock: str, answer: Any) -> Answer:
    """Return npm's answer for a lock file; where the registry gave none, all of its packages are unknown."""
    packages = {path: package for path, package in json.loads(lock)["packages"].items() if path}
    if not isinstance(answer, dict) or "vulnerabilities" not in answer:
        if isinstance(answer, dict):
            print(f"npm's registry does not answer: {answer.get('message', answer)}", file=sys.stderr)
        return Answer(len(packages), len(packages), ())
    lines = [
        f"{found['name']} {packages[node]['version']}: "
        f"{advisory['url'].rsplit('/', 1)[-1]}, in versions {advisory['range']}"
        for found in answer["vulnerabilities"].values()
        for node in found["nodes"]
        for advisory in found["via"]
        if isinstance(advisory, dict)  # a name: the package is vulnerable only by another one
    ]
    return Answer(len(packages), 0, tuple(lines))


def verdict(answers: Sequence[Answer]) -> int:
    """Print the vulnerabilities and their number; return the exit code."""
    known = sorted({line for answer in answers for line in answer.vulnerabilities})
    unknown, packages = sum(answer.unknown for answer in answers), sum(answer.packages for answer in answers)
    print("\n".join(["", *known, f"{len(known)} known vulnerabilities in the {packages - unknown} packages looked up"]))
    if unknown:
        print(
            f"{unknown} packages could not be looked up: they may have vulnerabilities",
            file=sys.stderr,
        )
    if known:
        return FOUND
    return UNKNOWN if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
