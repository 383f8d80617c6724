"""Programs that need no server: they run in the image of the processor's tests, which has scikit-learn too."""

from pathlib import Path

from harness.stack import ROOT, docker

IMAGE = "kappa-retail/processor-tests"


def run(program: str, *arguments: str, files: Path | None = None) -> str:
    """Return the output of a program in programs/; the folder `files` is mounted at /lines."""
    folders = {ROOT / "benchmarks" / "programs": "/benchmarks"} | ({files: "/lines"} if files else {})
    volumes = [word for host, inside in folders.items() for word in ("--volume", f"{host}:{inside}:ro")]
    alone = ("run", "--rm", "--network", "none", "--hostname", "localhost")
    return docker(*alone, *volumes, IMAGE, "python3", f"/benchmarks/{program}", *arguments)
