"""Mark a picture: mask, tile, and strength on the canvas, then one addition at full size."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.canvas import (
    CANVAS_SIDE,
    add_residual,
    luma_canvas,
    marking_side,
    require_picture,
    require_room,
)
from marking.marks.watermark.constellation import TILE, tile
from marking.marks.watermark.masking import amplitude_mask
from marking.marks.watermark.rehearsal import rehearse

DEFAULT_KEY = b"yinji watermark, default key 1"
TARGET_PSNR = 42.4  # dB, of a picture of 512 x 512 or more
LOWEST_PSNR = 35.0  # dB, of small pictures and of those that need the most
LARGEST_RAISE = 4.0  # dB
ENOUGH_DEFLECTION = 19.0  # in rehearsal; a third more than reading needs
_REHEARSALS = 3  # at most; each raise is an estimate that the next rehearsal corrects
_SMALLEST_RAISE = 0.5  # dB
# Grey levels, root mean square, in flat mid-grey areas: before any raise, and after all of them.
_FLAT_AMPLITUDE, _LARGEST_FLAT_AMPLITUDE = 1.2, 1.8
_LONGEST = 4  # short sides; longer pictures are marked piece by piece, to bound the canvas


def embed(rgb: NDArray[np.uint8], payload: int, *, key: bytes = DEFAULT_KEY) -> NDArray[np.uint8]:
    """A copy of the picture, uint8 (H, W, 3), that carries a payload of 48 bits under the key.

    Raises ValueError for another dtype, shape, or payload, and TooSmall below 64 pixels a side.
    """
    require_picture(rgb)
    require_room(rgb)
    symbols = code.encode(payload, key)
    marked = np.empty(rgb.shape, np.uint8)
    for piece in _pieces(*rgb.shape[:2]):
        add_residual(rgb[piece], _residual(rgb[piece], symbols, key), marked[piece])
    return marked


def _pieces(height: int, width: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the pieces, four to eight short sides long, cut where one tile ends and the next begins."""
    short, long = sorted((height, width))
    period = TILE * short / marking_side(height, width)
    count = max(1, long // (_LONGEST * short))
    tiles = long / period / count
    cuts = [0, *(round(round(tiles * number) * period) for number in range(1, count)), long]
    spans = [slice(start, stop) for start, stop in pairwise(cuts)]
    return [(span, slice(None)) if height > width else (slice(None), span) for span in spans]


def _residual(rgb: NDArray[np.uint8], symbols: NDArray[np.float32], key: bytes) -> NDArray[np.float32]:
    """Grey levels to add to the canvas of one piece: the tile repeated from its upper left corner, masked."""
    luma = luma_canvas(rgb, marking_side(*rgb.shape[:2]))
    mask = amplitude_mask(luma)
    height, width = luma.shape
    repeats = (math.ceil(height / TILE), math.ceil(width / TILE))
    pattern = np.tile(tile(symbols, key), repeats)[:height, :width] * mask
    return pattern * np.float32(_strength(luma, mask, pattern, symbols, key))


def _strength(
    luma: NDArray[np.float32],
    mask: NDArray[np.float32],
    pattern: NDArray[np.float32],
    symbols: NDArray[np.float32],
    key: bytes,
) -> float:
    """Grey levels for a pattern of 1: the gentlest first, raised as far as its rehearsals ask for."""
    strength = _gentlest(mask)
    ceiling = min(strength * _amplitude(_largest_raise(mask)), _LARGEST_FLAT_AMPLITUDE)
    for _ in range(_REHEARSALS):
        deflection = rehearse(luma + np.float32(strength) * pattern, symbols, key)
        if deflection >= ENOUGH_DEFLECTION or strength >= ceiling:
            break
        raised = strength * max(ENOUGH_DEFLECTION / max(deflection, 1.0), _amplitude(_SMALLEST_RAISE))
        strength = min(raised, ceiling)
    return strength


def _gentlest(mask: NDArray[np.float32]) -> float:
    """Grey levels for a mask of 1: what the target allows, within what a flat area may show."""
    allowed = 255 * _amplitude(-_target(mask.size))
    return min(allowed / math.sqrt(float(np.square(mask).mean())), _FLAT_AMPLITUDE)


def _largest_raise(mask: NDArray[np.float32]) -> float:
    """Decibels by which a picture that is hard to read may be marked more strongly."""
    return min(LARGEST_RAISE, _target(mask.size) - LOWEST_PSNR)


def _target(pixels: int) -> float:
    """Quality aimed at, in dB: a small picture spreads each bit over fewer pixels and pays for half of that."""
    return max(TARGET_PSNR + min(0.0, 5 * math.log10(pixels / CANVAS_SIDE**2)), LOWEST_PSNR)


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
