"""The colours of both themes, read from the style sheets, keep their contrast and stay apart to every eye."""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "portal" / "static" / "css"
HEX = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b")
LIGHT = dict(HEX.findall((CSS / "tokens.css").read_text(encoding="utf-8")))
DARK = dict(HEX.findall((CSS / "dark.css").read_text(encoding="utf-8")))
THEMES = {"light": LIGHT, "dark": DARK}

TEXT = 4.5
GRAPHIC = 3.0
GROUNDS = ("paper", "paper-raised", "paper-sunken")
WASHES = ("pine-wash", "ochre-wash", "brick-wash", "slate-wash", "teal-wash")
INKS = ("ink", "ink-soft", "ink-faint", "teal", "teal-deep", "cinnabar", "pine", "ochre", "brick", "slate")
KINDS = ("kind-gi-product", "kind-certification-mark", "kind-collective-mark", "kind-agri-gi", "kind-brand")

TEXT_PAIRS = (
    [(ink, ground) for ink in INKS for ground in GROUNDS]
    + [(wash.removesuffix("-wash"), wash) for wash in WASHES]
    + [(ink, wash) for ink in ("ink", "ink-soft", "ink-faint", "teal", "teal-deep") for wash in WASHES]
    + [("on-teal", "teal"), ("on-teal", "teal-deep"), ("on-cinnabar", "cinnabar"), ("paper-raised", "brick")]
    + [("ink", "mark-hit"), ("teal", "mark-hit")]
)
GRAPHIC_PAIRS = [(kind, ground) for kind in KINDS for ground in GROUNDS] + [
    ("rule-strong", "paper"),
    ("rule-strong", "paper-raised"),
    ("on-seal", "seal"),
    ("seal", "paper"),
]

# How the three cone deficiencies see linear RGB (Machado, Oliveira and Fernandes 2009, full severity).
EYES = {
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
    "grey print": ((0.2126, 0.7152, 0.0722),) * 3,
    "any eye": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
# CIE 1976 differences; 2.3 is just noticeable. In grey only lightness is left; shapes and patterns help.
LEAST_APART = {"deutan": 15, "protan": 15, "tritan": 15, "grey print": 8, "any eye": 30}


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(light: list[float]) -> float:
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    high, low = sorted((luminance(linear(one)), luminance(linear(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    """CIE Lab of the colour as this eye sees it."""
    light = linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * part for weight, part in zip(row, light, strict=True))))
        for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = luminance([red, green, blue])
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground_it_stands_on(theme: str) -> None:
    colours = THEMES[theme]
    weak = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < TEXT} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_and_borders_can_be_made_out(theme: str) -> None:
    colours = THEMES[theme]
    weak = {(a, b): round(contrast(colours[a], colours[b]), 2) for a, b in GRAPHIC_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < GRAPHIC} == {}


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_the_five_kinds_stay_apart(theme: str, eye: str) -> None:
    colours = THEMES[theme]
    close = {}
    for one, other in combinations(KINDS, 2):
        apart = math.dist(seen(colours[one], eye), seen(colours[other], eye))
        if apart < LEAST_APART[eye]:
            close[one, other] = round(apart, 1)
    assert close == {}


def test_the_dark_theme_names_every_colour_of_the_light_one() -> None:
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("sheet", ["base.css", "layout.css", "components.css"])
def test_no_other_style_sheet_holds_a_colour(sheet: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)])|\b(?:rgb|hsl|oklch)a?\(", rules) == []


def test_contrast_is_measured_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
