"""The scripts of the checkout, run on a stack under test."""

import os
import subprocess

from harness.stack import ROOT, Stack


def run_script(stack: Stack, name: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run scripts/NAME on a stack; where `check`, a failure is an AssertionError with its output."""
    project = {
        "COMPOSE_PROJECT_NAME": stack.name,
        "COMPOSE_FILE": os.pathsep.join(map(str, stack.files)),
        "COMPOSE_ENV_FILES": os.devnull,  # the tests ignore the user's settings
        **stack.ports(),
    }
    done = subprocess.run(
        [ROOT / "scripts" / name, *arguments], env={**os.environ, **project, **stack.settings}, text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(f"scripts/{name}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done
