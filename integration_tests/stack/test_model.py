"""The clustering on the stack against MLlib's."""

import os
import subprocess

from harness.stack import ROOT, Stack


def test_centres_equal_mllibs(stack: Stack) -> None:
    """MLlib's StreamingKMeansModel.update, fed the same micro-batches, gives every generation to 1e-9."""
    ((generations,),) = stack.sql("SELECT MAX(generation) FROM Model_Generations")
    assert generations >= 5
    program = ["docker", "compose", "--file", "integration_tests/compose.yaml", "run", "--rm", "-T", "mllib"]
    settings = {"MARIADB_PORT": str(stack.mariadb_port), "PWD": str(ROOT)}
    done = subprocess.run(program, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "generations equal MLlib's" in done.stdout
