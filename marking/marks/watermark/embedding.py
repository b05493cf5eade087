"""Mark a picture: mask, tile, and strength on the canvas, then one addition at full size."""

import math

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import code
from marking.marks.watermark.canvas import CANVAS_SIDE, add_residual, luma_canvas, marking_side, require_picture
from marking.marks.watermark.constellation import TILE, tile
from marking.marks.watermark.masking import amplitude_mask

DEFAULT_KEY = b"yinji watermark, default key 1"
TARGET_PSNR = 42.3  # dB, of the canvas
_FLAT_AMPLITUDE = 1.5  # grey levels, root mean square, in flat mid-grey areas at most
# A picture smaller than 512 x 512 has fewer pixels to spread each bit over; half of that is paid for in quality.
_LOWEST_PSNR = 37.0  # dB
_LONGEST = 4  # short sides; longer pictures are marked piece by piece, to bound the canvas


def embed(rgb: NDArray[np.uint8], payload: int, *, key: bytes = DEFAULT_KEY) -> NDArray[np.uint8]:
    """A copy of the picture, uint8 (H, W, 3), that carries a payload of 48 bits under the key.

    Raises ValueError for another dtype, shape, or payload, and TooSmall below 64 pixels a side.
    """
    require_picture(rgb)
    period = tile(code.encode(payload, key), key)
    if rgb.shape[0] > rgb.shape[1]:
        return np.concatenate([_mark(piece, period) for piece in _pieces(rgb)])
    turned = rgb.transpose(1, 0, 2)
    return np.concatenate([_mark(piece.transpose(1, 0, 2), period) for piece in _pieces(turned)], axis=1)


def _pieces(rgb: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Pieces of a tall picture, four to eight short sides long, cut where one tile ends and the next begins."""
    height, width = rgb.shape[:2]
    period = TILE * width / marking_side(height, width)
    count = max(1, height // (_LONGEST * width))
    tiles = height / period / count
    cuts = [round(round(tiles * number) * period) for number in range(1, count)]
    return np.split(rgb, cuts)


def _mark(rgb: NDArray[np.uint8], period: NDArray[np.float32]) -> NDArray[np.uint8]:
    """One piece with the tile laid over it from its upper left corner."""
    luma = luma_canvas(rgb, marking_side(*rgb.shape[:2]))
    return add_residual(rgb, residual(luma, period))


def residual(luma: NDArray[np.float32], period: NDArray[np.float32]) -> NDArray[np.float32]:
    """What to add to a canvas, in grey levels; shape of luma."""
    height, width = luma.shape
    mask = amplitude_mask(luma)
    repeats = (math.ceil(height / TILE), math.ceil(width / TILE))
    return np.tile(period, repeats)[:height, :width] * (mask * _strength(mask))


def _strength(mask: NDArray[np.float32]) -> np.float32:
    """Grey levels for a mask of 1: what the target allows, within what a flat area may show."""
    room = mask.size / CANVAS_SIDE**2
    target = max(TARGET_PSNR + min(0.0, 5 * math.log10(room)), _LOWEST_PSNR)
    allowed = 255 * 10 ** (-target / 20)
    return np.float32(min(allowed / math.sqrt(float(np.square(mask).mean())), _FLAT_AMPLITUDE))
