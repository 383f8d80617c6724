"""Programs that need no server: they run in the image of the processor's tests, which has scikit-learn too."""

from pathlib import Path

from harness.stack import ROOT, docker

IMAGE = "kappa-retail/processor-tests"


def run(program: str, *arguments: str, files: Path | None = None, threads: int | None = None) -> str:
    """Return the output of a program in programs/; the folder `files` is mounted at /lines.

    `threads` is the number of OpenMP's threads; by default, one for each core.
    """
    folders = {ROOT / "benchmarks" / "programs": "/benchmarks"} | ({files: "/lines"} if files else {})
    volumes = [word for host, inside in folders.items() for word in ("--volume", f"{host}:{inside}:ro")]
    alone = ("run", "--rm", "--network", "none", "--hostname", "localhost")
    environment = ("--env", f"OMP_NUM_THREADS={threads}") if threads else ()
    return docker(*alone, *environment, *volumes, IMAGE, "python3", f"/benchmarks/{program}", *arguments)
