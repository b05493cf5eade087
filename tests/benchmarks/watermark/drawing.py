"""The curve as SVG: one grey that reads on white and on black, a dash of its own for each tier."""

import math
from collections.abc import Sequence

from tests.benchmarks.watermark.attacks import Tier
from tests.benchmarks.watermark.curve import Point

WIDTH, HEIGHT = 640, 360  # user units
LEFT, RIGHT, TOP, BOTTOM = 56, 76, 20, 48  # margins
DASHES = {Tier.CORE: "none", Tier.HARD: "8 4", Tier.EXTREME: "2 4"}
GREY = "#767676"  # 4.5 : 1 and more on white and on black (WCAG 2.2, 1.4.3)
STYLE = (
    f"text {{ font: 13px sans-serif; fill: {GREY} }} .grid {{ stroke: {GREY}; stroke-opacity: .35 }} "
    f".line {{ stroke: {GREY}; stroke-width: 2.5; fill: none }} circle {{ fill: {GREY} }}"
)
LABEL_GAP = 15  # user units between two names


def draw(curve: Sequence[Point]) -> str:
    """An SVG document; the points in any order."""
    ordered = sorted(curve, key=lambda point: point.psnr)
    low, high = math.floor(ordered[0].psnr), math.ceil(ordered[-1].psnr + 0.01)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Share of exact payloads against PSNR, by tier</title>",
        f"<style>{STYLE}</style>",
        *_grid(low, high),
        *(line for tier in ordered[0].rates for line in _line(ordered, tier, low, high)),
        *_names(ordered[-1], _across(ordered[-1].psnr, low, high) + 10),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(low: int, high: int) -> list[str]:
    """Levels of 20 %, whole decibels, and what both axes are."""
    right, foot = WIDTH - RIGHT, HEIGHT - BOTTOM
    lines = []
    for step in range(6):
        y = _down(step / 5)
        lines.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{step * 20} %</text>')
    for decibels in range(low, high + 1):
        x = _across(decibels, low, high)
        lines.append(f'<text x="{x:.1f}" y="{foot + 20}" text-anchor="middle">{decibels}</text>')
    middle = (LEFT + right) / 2
    return [*lines, f'<text x="{middle:g}" y="{HEIGHT - 8}" text-anchor="middle">mean PSNR in dB</text>']


def _line(curve: Sequence[Point], tier: Tier, low: int, high: int) -> list[str]:
    """One tier."""
    places = [(_across(point.psnr, low, high), _down(point.rates[tier])) for point in curve]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return [
        f'<polyline class="line" stroke-dasharray="{DASHES[tier]}" points="{path}"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places),
    ]


def _names(last: Point, x: float) -> list[str]:
    """The tiers' names at the ends of their lines, the highest first, none upon another."""
    lines, lowest = [], 0.0
    for tier, rate in sorted(last.rates.items(), key=lambda pair: -pair[1]):
        lowest = max(_down(rate) + 4, lowest + LABEL_GAP)
        lines.append(f'<text x="{x:.1f}" y="{lowest:.1f}">{tier}</text>')
    return lines


def _across(decibels: float, low: int, high: int) -> float:
    return LEFT + (decibels - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _down(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
