"""The groups' colours hold for colour-blind people, and on the cards."""

import itertools
import re
from importlib.resources import files

import pytest

from dashboard.charts import SYMBOLS

STYLE = (files("dashboard") / "static" / "dashboard.css").read_text(encoding="utf-8")
LIGHT, DARK = STYLE.split("@media (prefers-color-scheme: dark)")[:2]
# How linear RGB is seen: Machado, Oliveira and Fernandes, 2009, severity 1.
SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}

type Triple = tuple[float, ...]


def linear(colour: str) -> Triple:
    """Return a colour as linear RGB."""
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return tuple(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values)


def lab(rgb: Triple) -> Triple:
    """Return linear RGB in CIE Lab."""
    r, g, b = (min(max(value, 0.0), 1.0) for value in rgb)
    white = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in white)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG."""
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def variable(style: str, name: str) -> str:
    """Return a colour of a style sheet, as #rrggbb."""
    found = re.search(rf"--{name}: (#[0-9a-f]+)", style)
    assert found
    colour = found[1]
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN)
def test_groups_differ_for_all_eyes(style: str, eyes: str) -> None:
    """Any two of the eight colours are 20 apart in CIE Lab; 2.3 is just noticeable."""
    colours = [linear(variable(style, f"c{number}")) for number in range(8)]
    seen = [
        lab(tuple(sum(a * b for a, b in zip(row, colour, strict=True)) for row in SEEN[eyes])) for colour in colours
    ]
    distances = [
        sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in itertools.combinations(seen, 2)
    ]
    assert min(distances) >= 20


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("names", "least"),
    [([f"c{number}" for number in range(8)], 3), (["text", "muted", "link", "good", "bad", "warn"], 4.5)],
)
def test_colours_stand_out_from_cards(style: str, names: list[str], least: float) -> None:
    """The contrast is what WCAG asks of graphics and of text."""
    card = luminance(variable(style, "card"))
    for name in names:
        light, dark = sorted((luminance(variable(style, name)), card), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= least, name


def test_each_group_has_a_symbol_of_its_own() -> None:
    """Never colour alone."""
    assert len(set(SYMBOLS)) == 8
