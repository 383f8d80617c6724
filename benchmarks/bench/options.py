"""The options of the command line."""

import re
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import NamedTuple

ALL, REPORT = "all", "report"


class Options(NamedTuple):
    """What to measure and how often; `against` is an older version, or empty."""

    names: tuple[str, ...]
    rows: int
    rounds: int
    times: int
    against: str
    markdown: bool
    is_report: bool


def parse(arguments: list[str], benchmarks: Mapping[str, str]) -> Options:
    """Return the options; `benchmarks` are names and what they measure; a wrong option exits."""
    width = max(map(len, benchmarks))
    table = "\n".join(f"  {name.ljust(width)}  {text}" for name, text in benchmarks.items())
    parser = ArgumentParser(
        "benchmarks/run", epilog=f"benchmarks:\n{table}", formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="+", metavar="BENCHMARK", choices=[*benchmarks, ALL, REPORT],
        help="one or more of those below, all, or report (prints the last results)",
    )  # fmt: skip
    parser.add_argument("--rows", type=whole, default=2_700_000, help="messages waiting in the topic (2700000)")
    parser.add_argument("--rounds", type=whole, default=3, help="measurements of each figure (3)")
    parser.add_argument(
        "--times", type=whole, default=10, help="dashboard: lines of its larger view, in workbooks (10)"
    )
    parser.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.add_argument(
        "--against", type=version, metavar="REF",
        help="drain and end-to-end: measure that git revision in turn with this one",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    is_report = REPORT in given.names
    chosen = tuple(name for name in benchmarks if name in given.names or {ALL, REPORT} & set(given.names))
    return Options(chosen, given.rows, given.rounds, given.times, given.against or "", given.markdown, is_report)


def whole(text: str) -> int:
    """Return a whole number from 1."""
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def version(text: str) -> str:
    """Return a revision that is also a tag of an image."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", text):
        raise ArgumentTypeError(f"{text!r} is not a commit or tag of letters, digits and _ . -")
    return text
