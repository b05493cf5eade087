"""Mark a picture: mask, tile, and strength on the canvas, then one addition at full size."""

import math
from dataclasses import dataclass
from itertools import pairwise
from operator import index

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.canvas import (
    CANVAS_SIDE,
    add_residual,
    luma_canvas,
    marking_side,
    opacity_canvas,
    require_picture,
    require_room,
)
from marking.marks.watermark.constellation import FULL, SMALL, TILE, tile
from marking.marks.watermark.demodulation import fold, soft_symbols, unmoved
from marking.marks.watermark.geometry import upright
from marking.marks.watermark.informed import informed_symbols
from marking.marks.watermark.keys import DrawnKey, Secret
from marking.marks.watermark.masking import amplitude_mask
from marking.marks.watermark.rehearsal import rehearse
from marking.marks.watermark.whitening import whiten

DEFAULT_KEY = b"yinji watermark, default key 1"
TARGET_PSNR = 42.9  # dB, where there is room
LOWEST_PSNR = 38.0  # dB, where there is little, in a picture of 512 x 512 or more
LOWEST_SMALL_PSNR = 36.0  # dB, of small pictures
SANE_PSNR = (30.0, 60.0)  # dB; a target outside is a mistake
ENOUGH_DEFLECTION = 19.0  # in rehearsal; enough for a picture bent or compressed hard as well
ROBUST_DEFLECTION = 11.0  # in rehearsal; below 9, ordinary copies are no longer read
_HEARD_SCALE = 0.5  # of a full canvas, at which the picture is listened to: where copies are read, and fast
_OVERSHOOT = 1.03  # deflection grows a little less than strength
# Grey levels, root mean square, in flat mid-grey areas: before any raise, and after all of them.
_FLAT_AMPLITUDE, _LARGEST_FLAT_AMPLITUDE = 0.8, 1.1
_LONGEST = 4  # short sides; longer pictures are marked piece by piece, to bound the canvas


@dataclass(frozen=True)
class Marked:
    """A marked picture, shaped as it was, and how well its mark was read in rehearsal.

    deflection: of the payload's symbols in a cropped, halved, and compressed copy, in deviations of noise; of a long
    picture's weakest piece. See :func:`marking.marks.watermark.rehearsal.rehearse`.
    """

    picture: NDArray[np.uint8]
    deflection: float

    @property
    def is_robust(self) -> bool:
        """Whether ordinary sharing leaves the mark readable; of a small or an empty picture it may not."""
        return self.deflection >= ROBUST_DEFLECTION


def embed(
    pixels: NDArray[np.uint8], payload: int, *, key: bytes = DEFAULT_KEY, target_psnr: float = TARGET_PSNR
) -> NDArray[np.uint8]:
    """The picture of :func:`mark`."""
    return mark(pixels, payload, key=key, target_psnr=target_psnr).picture


def mark(
    pixels: NDArray[np.uint8], payload: int, *, key: bytes = DEFAULT_KEY, target_psnr: float = TARGET_PSNR
) -> Marked:
    """A copy of the picture that carries a payload of 48 bits under the key.

    Pixels are uint8: grey (H, W), RGB (H, W, 3), or RGB and alpha (H, W, 4), which stays as it is. The target, in
    dB, is what a picture with room for the mark is left at; one with less is marked up to 4.9 dB more strongly (a
    small one, down to about 36 dB), one with flat areas more gently.

    Raises ValueError for another dtype, shape, payload, or target, TypeError for a payload that is no whole number or a key
    that is not bytes, and TooSmall below 64 pixels a side.
    """
    require_picture(pixels)
    require_room(pixels)
    if not SANE_PSNR[0] <= target_psnr <= SANE_PSNR[1]:
        raise ValueError(f"expected a target from {SANE_PSNR[0]} to {SANE_PSNR[1]} dB, found {target_psnr}")
    secret = Secret(key)
    symbols, drawn = code.encode(payload, secret), secret.draw(index(payload))
    marked = np.empty(pixels.shape, np.uint8)
    deflections = []
    for piece in _pieces(*pixels.shape[:2]):
        residual, deflection = _residual(pixels[piece], symbols, drawn, target_psnr)
        add_residual(pixels[piece], residual, marked[piece])
        deflections.append(deflection)
    return Marked(marked, min(deflections))


def _pieces(height: int, width: int) -> list[tuple[slice, slice]]:
    """Rows and columns of the pieces, four to eight short sides long, cut where one tile ends and the next begins."""
    short, long = sorted((height, width))
    period = TILE * short / marking_side(height, width)
    count = max(1, long // (_LONGEST * short))
    tiles = long / period / count
    cuts = [0, *(round(round(tiles * number) * period) for number in range(1, count)), long]
    spans = [slice(start, stop) for start, stop in pairwise(cuts)]
    return [(span, slice(None)) if height > width else (slice(None), span) for span in spans]


def _residual(
    pixels: NDArray[np.uint8], symbols: NDArray[np.float32], key: DrawnKey, target: float
) -> tuple[NDArray[np.float32], float]:
    """Grey levels to add to the canvas of one piece, and their deflection in rehearsal.

    The gentlest mark is rehearsed first, and raised as far as that asks for and the picture allows.
    """
    side = marking_side(*pixels.shape[:2])
    luma = luma_canvas(pixels, side)
    mask = amplitude_mask(luma) * opacity_canvas(pixels, side)
    gentlest, strongest = _strengths(mask, target)
    pattern = _pattern(luma, mask, gentlest if side == CANVAS_SIDE else strongest, symbols, key)
    strength, deflection = gentlest, rehearse(luma + gentlest * pattern, symbols, key)
    if deflection < ENOUGH_DEFLECTION and gentlest < strongest:
        wanted = gentlest * np.float32(_OVERSHOOT * ENOUGH_DEFLECTION / max(deflection, 1.0))
        strength = min(wanted, strongest)
        deflection = rehearse(luma + strength * pattern, symbols, key)
    return strength * pattern, deflection


def _pattern(
    luma: NDArray[np.float32],
    mask: NDArray[np.float32],
    strength: np.float32,
    symbols: NDArray[np.float32],
    key: DrawnKey,
) -> NDArray[np.float32]:
    """The mark of a canvas, after listening to how the canvas lets the plain mark be heard at this strength."""
    full = min(luma.shape) == CANVAS_SIDE
    scale, balance = (_HEARD_SCALE, FULL) if full else (1.0, SMALL)
    plain = luma + strength * _laid(tile(symbols, key, balance), mask)
    heard = cv2.resize(plain, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    folded = fold(whiten(np.asarray(heard, np.float32)), upright(scale))
    soft = soft_symbols(unmoved(folded), key)
    return _laid(tile(informed_symbols(symbols, soft), key, balance), mask)


def _laid(period: NDArray[np.float32], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """The tile repeated from the canvas's upper left corner, masked."""
    height, width = mask.shape
    repeats = (math.ceil(height / TILE), math.ceil(width / TILE))
    return np.asarray(np.tile(period, repeats)[:height, :width] * mask, np.float32)


def _strengths(mask: NDArray[np.float32], target: float) -> tuple[np.float32, np.float32]:
    """Grey levels for a mask of 1: what the target allows, and what a picture that is hard to read may need."""
    allowed = 255 / max(float(np.sqrt(np.square(mask).mean())), 1e-6)
    flat = _amplitude(TARGET_PSNR - target)
    allowance = _allowance(mask.size)
    lowest = max(LOWEST_PSNR + max(0.0, target - TARGET_PSNR) - allowance, LOWEST_SMALL_PSNR)
    gentlest = min(allowed * _amplitude(-target), flat * _FLAT_AMPLITUDE)
    strongest = min(allowed * _amplitude(-lowest), flat * _LARGEST_FLAT_AMPLITUDE * _amplitude(allowance))
    return np.float32(gentlest), np.float32(max(gentlest, strongest))


def _allowance(pixels: int) -> float:
    """Decibels that a small picture may spend more: it spreads each bit over fewer pixels, and pays for half of that."""
    return max(0.0, 5 * math.log10(CANVAS_SIDE**2 / pixels))


def _amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))
