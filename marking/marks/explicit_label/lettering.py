"""Letters as ink: the coverage mask of a text set in the label font."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT_PATH = Path(__file__).parent / "font" / "YinjiLabelSans-Regular.otf"

CAPITAL_SHARE = 0.733
"""Height of the capitals A and I over the em of the label font (its OS/2 ``sCapHeight``)."""
ASCENT_SHARE, DESCENT_SHARE = 0.88, 0.24
"""Em shares above and below the baseline that hold the ink of every character of the font we set."""
LINE_ADVANCE_SHARE = 1.12
"""Distance of two baselines over the em."""
INK_LEVEL = 128
"""Coverage (0-255) from which a pixel counts as ink when a height is measured."""
SUPERSAMPLING = 4
"""Text is set this many times larger and averaged down, so that letter spacing does not depend on the size."""
NONCHARACTER = "\ufffe"
"""A code point that no font maps: it renders as the font's ``.notdef`` box."""


@lru_cache(maxsize=16)
def _font(em: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_PATH, em, layout_engine=ImageFont.Layout.BASIC)


def _glyph(character: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(32).getmask(character)
    return mask.size, bytes(mask)


def missing_characters(text: str) -> str:
    """Return the characters of ``text`` that the label font cannot draw, each once, in order."""
    box = _glyph(NONCHARACTER)
    return "".join(character for character in dict.fromkeys(text) if _glyph(character) == box)


@lru_cache(maxsize=64)
def ink(lines: tuple[str, ...], capital_height: int) -> NDArray[np.uint8]:
    """Set ``lines`` under each other, left-aligned, so that their capitals are ``capital_height`` pixels high.

    Returns a read-only coverage mask (height, width), uint8, 0 bare to 255 full, cropped to its ink. Raises
    ``ValueError`` for a height below one pixel, or if the font lacks a character of the text.
    """
    if capital_height < 1:
        raise ValueError(f"expected a capital height of at least 1 pixel, found {capital_height}")
    if missing := missing_characters("".join(lines)):
        raise ValueError(f"expected characters of the label font, found {missing!r}, which it lacks")
    mask = _cropped(_averaged_down(_set_large(lines, capital_height)))
    mask.flags.writeable = False
    return mask


def _set_large(lines: tuple[str, ...], capital_height: int) -> NDArray[np.uint8]:
    """Return the text at ``SUPERSAMPLING`` times its size, baselines on whole pixels of the final size."""
    em = math.ceil(SUPERSAMPLING * capital_height / CAPITAL_SHARE)
    ascent, advance, descent = (
        SUPERSAMPLING * math.ceil(em * share / SUPERSAMPLING)
        for share in (ASCENT_SHARE, LINE_ADVANCE_SHARE, DESCENT_SHARE)
    )
    font = _font(em)
    width = SUPERSAMPLING * math.ceil(max(font.getlength(line) for line in lines) / SUPERSAMPLING + 1)
    canvas = Image.new("L", (width, ascent + advance * (len(lines) - 1) + descent))
    draw = ImageDraw.Draw(canvas)
    for number, line in enumerate(lines):
        draw.text((0, ascent + advance * number), line, fill=255, font=font, anchor="ls")
    return np.asarray(canvas)


def _averaged_down(large: NDArray[np.uint8]) -> NDArray[np.uint8]:
    size = (large.shape[1] // SUPERSAMPLING, large.shape[0] // SUPERSAMPLING)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _cropped(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()


def measured_capital_height(capital_height: int) -> int:
    """Return the pixel rows that the capitals "AI" really ink when ``capital_height`` is asked for."""
    inked = (ink(("AI",), capital_height) >= INK_LEVEL).any(axis=1)
    return int(np.count_nonzero(inked))
