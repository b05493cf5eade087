"""The colours keep the contrast that WCAG 2.2 asks for at level AA, on paper and by night."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
PAIRS = dict(re.findall(r"--([\w-]+): (light-dark\([^)]+\)|#[0-9a-f]{6});", TOKENS))
GROUNDS = ["paper", "sheet", "sunken"]
TONES = ["seal", "jade", "ochre", "indigo", "slate"]

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "link") for ground in GROUNDS),
    *((f"tone-{tone}", f"tone-{tone}-wash") for tone in TONES),
    *((f"tone-{tone}", "sheet") for tone in TONES),
    *(("ink", f"tone-{tone}-wash") for tone in TONES),
    ("on-seal", "seal"),
    ("on-seal", "seal-press"),
    ("paper", "ink"),
    ("paper", "ink-soft"),
]
EDGES = [*((line, ground) for line in ("rule-strong", "focus", "seal") for ground in ("paper", "sheet"))]


def channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, definitions)."""
    red, green, blue = (channel(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colour(token: str, theme: int) -> str:
    found = re.findall(r"#[0-9a-f]{6}", PAIRS[token])
    return str(found[theme if len(found) == 2 else 0])


def test_measures_black_on_white_as_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["paper", "night"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_keeps_text_readable(text: str, ground: str, theme: int) -> None:
    assert contrast(colour(text, theme), colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["paper", "night"])
@pytest.mark.parametrize(("line", "ground"), EDGES)
def test_keeps_controls_and_focus_visible(line: str, ground: str, theme: int) -> None:
    assert contrast(colour(line, theme), colour(ground, theme)) >= 3
