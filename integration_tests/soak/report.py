"""The soak's tables and failures."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from soak.plan import Plan
from soak.samples import Recovery, Samples, drift, has_grown, peaks

if TYPE_CHECKING:
    from oracle import Verdict

MIB = 2**20


def complaints(plan: Plan, samples: Samples, recovered: Sequence[Recovery], verdict: "Verdict") -> list[str]:
    """Return a text for each failure."""
    return [
        *(
            f"{name}: its peak was {found[1] / MIB:,.0f} MiB in the second window and {max(found[2:]) / MIB:,.0f} in a "
            "later one: memory has grown"
            for name, found in peaks_of_each(plan, samples).items()
            if has_grown(found)
        ),
        *(
            f"after {at.service} was killed at {minutes(at.at)} the lag did not return to 0"
            for at in recovered
            if at.seconds is None
        ),
        *verdict.wrong,
    ]


def peaks_of_each(plan: Plan, samples: Samples) -> Mapping[str, list[int]]:
    """Return each container's peaks, window by window; without programs that had ended before."""
    seen = {name: series for name, series in sorted(samples.memory.items()) if series}
    return {name: peaks(series, plan.windows, plan.window) for name, series in seen.items()}


def memory_table(plan: Plan, samples: Samples) -> list[str]:
    """Return each container's peak memory in each round of kills, MiB."""
    spans = [f"{minutes(n * plan.window)} to {minutes((n + 1) * plan.window)}" for n in range(plan.windows)]
    rows = [
        [name, *(f"{peak / MIB:,.0f}" for peak in found), f"{drift(found):+.1%}"]
        for name, found in peaks_of_each(plan, samples).items()
    ]
    return table(["MiB held at most", *spans, "from the second"], rows)


def kills_table(recovered: Sequence[Recovery]) -> list[str]:
    """Return what followed each kill."""
    rows = [[minutes(each.at), each.service, f"{each.lag:,}", shown(each.seconds)] for each in recovered]
    return table(["at", "killed", "largest lag", "seconds until it was 0"], rows)


def summary_table(recovered: Sequence[Recovery]) -> list[str]:
    """Return, for each service, how often it was killed and how long it took to catch up."""
    rows = []
    for service in dict.fromkeys(each.service for each in recovered):
        took = [each.seconds for each in recovered if each.service == service and each.seconds is not None]
        rows.append([service, f"{len(took)}", shown(median(took) if took else None), shown(max(took, default=None))])
    return table(["killed", "times caught up", "median, s", "longest, s"], rows)


def verdict_table(verdict: "Verdict", sent: int) -> list[str]:
    """Return what the oracle found."""
    rows = [
        ["rows sent", f"{sent:,}"],
        *([name, f"{verdict._asdict()[name]:,}"] for name in ("compared", "lost", "doubled")),
    ]
    return table(["oracle", "rows"], [*rows, ["findings", f"{len(verdict.wrong):,}"]])


def report(plan: Plan, samples: Samples, recovered: Sequence[Recovery], verdict: "Verdict") -> Iterator[str]:
    """Yield the lines of the report, as Markdown, aligned for a terminal."""
    yield f"# Soak: {plan.minutes:g} minutes, {plan.rate:,} rows/s, a kill every {plan.pause:g} s"
    for part in (
        memory_table(plan, samples),
        kills_table(recovered),
        summary_table(recovered),
        verdict_table(verdict, plan.rows),
    ):
        yield ""
        yield from part
    yield ""
    wrong = complaints(plan, samples, recovered, verdict)
    yield from (f"WRONG: {finding}" for finding in wrong)
    yield (
        f"{len(wrong)} failures" if wrong else "no memory grew, lag back to 0 after each kill, nothing lost or doubled"
    )


def minutes(seconds: float) -> str:
    """Return a time since the start as minutes:seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def shown(seconds: float | None) -> str:
    """Return seconds, formatted."""
    return "never" if seconds is None else f"{seconds:.0f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a Markdown table, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [
        f"| {' | '.join([f'{row[0]:<{widths[0]}}', *map(str.rjust, row[1:], widths[1:])])} |"
        for row in (header, rule, *rows)
    ]
