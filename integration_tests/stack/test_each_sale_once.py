"""Each sale is streamed once, whatever its file: files that grow, are corrected, overlap or hide a copy."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import openpyxl

from harness.sample import Line, first, sales
from harness.stack import REPORTS, Stack, wait_until
from harness.streaming import Run, Workbook, assert_caught_up, further, stream, written
from harness.verdict import verdict

type Sheets = Mapping[str, Sequence[Line]]


def assert_each_sale_once(run: Run, *tables: Sequence[Line], rejects: int = 0) -> None:
    """Raise unless the run has the sales of these sheets or files, and no message was sent needlessly."""
    wait_until(lambda: assert_caught_up(run.stack))
    expected = sales(*tables)
    found = verdict(run.stack, {run.number: expected})
    assert (found.lost, found.doubled, found.wrong) == (0, 0, ())
    assert (run.sent(), run.rejects()) == (len(expected) + rejects, rejects)


def excel(name: str, sheets: Sheets, *, hidden: str = "") -> Workbook:
    """Write a workbook of several sheets, one of which may be hidden."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, lines in sheets.items():
        sheet = workbook.create_sheet(title)
        sheet.append(Line._fields)
        for line in lines:
            sheet.append([*line[:5], float(line.UnitPrice), *line[6:]])
    if hidden:
        workbook[hidden].sheet_state = "hidden"
    folder = REPORTS / name
    folder.mkdir(exist_ok=True)
    workbook.save(folder / f"{name}.xlsx")
    return Workbook(folder, sum(map(len, sheets.values())))


def test_a_grown_file(stack: Stack) -> None:
    """Of a file that has grown only the new lines are sent, wherever they were added."""
    run, lines = further(stack), first(1_500)
    stream(run, written("grown", lines[300:1_000]))
    assert "700 streamed before, 800 to stream" in stream(run, written("grown", lines))
    assert "1,500 lines, all streamed before: nothing to stream; RUN=" in stream(run, written("grown", lines))
    assert_each_sale_once(run, lines)


def test_a_corrected_file(stack: Stack) -> None:
    """A line with a wrong date is rejected; after the correction only that line is sent."""
    run, lines = further(stack), first(1_000)
    wrong = [(*line[:4], "soon", *line[5:]) if number == 500 else line for number, line in enumerate(lines)]
    stream(run, written("corrected", wrong))
    assert "999 streamed before, 1 to stream" in stream(run, written("corrected", lines))
    assert_each_sale_once(run, lines, rejects=1)


def test_sheets_that_overlap(stack: Stack) -> None:
    """Sales in two sheets are sent once; the larger count of a sale holds."""
    run, lines = further(stack), first(1_000)
    one, other = [*lines[:600], lines[0]], [*lines[400:], lines[999], lines[999]]
    logged = stream(run, excel("overlapping", {"2010": one, "2011": other}))
    count = len(sales(one, other))
    assert f"1,203 lines, {1_203 - count} repeated between sheets, {count:,} to stream" in logged
    assert_each_sale_once(run, one, other)


def test_a_hidden_copy_of_a_sheet(stack: Stack) -> None:
    """A hidden copy changes nothing."""
    run, lines = further(stack), first(1_000)
    stream(run, excel("hidden", {"Sales": lines, "Sales (2)": lines}, hidden="Sales (2)"))
    assert_each_sale_once(run, lines)


def test_two_files_in_turn(stack: Stack) -> None:
    """Two files that share lines, the first one again, and the same lines as a workbook of another name."""
    run, lines = further(stack), first(1_500)
    one, other = lines[:1_000], lines[500:]
    files = [written("first", one), written("second", other)]
    logged = [stream(run, file) for file in (*files, files[0], excel("converted", {"Sales": one}))]
    new = len(sales(one, other)) - len(one)
    assert f"second.csv: 1,000 lines, {1_000 - new} streamed before, {new} to stream" in logged[1]
    assert "first.csv: 1,000 lines, all streamed before" in logged[2]
    assert "converted.xlsx: 1,000 lines, all streamed before" in logged[3]
    assert_each_sale_once(run, one, other)


def test_the_spelling_of_a_country(stack: Stack) -> None:
    """Blanks and letter case do not matter: the lines are British, and the same sales."""
    run, lines = further(stack), first(1_000)
    kingdoms = cycle(["United Kingdom ", "united kingdom", "United\u00a0Kingdom"])
    spelled = [line._replace(Country=next(kingdoms)) if line.Country == "United Kingdom" else line for line in lines]
    stream(run, written("spelled", spelled))
    assert "1,000 lines, all streamed before" in stream(run, written("as_it_is", lines))
    assert_each_sale_once(run, lines)


def test_the_sample_beside_ones_own_lines(stack: Stack) -> None:
    """A user's own file in a topic with the sample brings a warning with the way to start without it."""
    logged = stream(further(stack), written("own", first(1_000)))
    assert "the topic holds the sample too: its invented lines are in the tables beside yours" in logged
    assert "docker compose down --volumes && docker compose up" in logged
