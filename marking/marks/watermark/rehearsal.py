"""Try a mark before release: crop, halve, and compress the marked canvas, and measure how well it can still be read."""

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.demodulation import fold, lock, soft_symbols
from marking.marks.watermark.geometry import upright
from marking.marks.watermark.keys import DrawnKey
from marking.marks.watermark.whitening import whiten

REHEARSED_SHARE = 0.75  # of each side; the middle is kept
REHEARSED_SCALE = 0.5
REHEARSED_QUALITY = 75  # of JPEG, as OpenCV counts it


def rehearse(marked: NDArray[np.float32], symbols: NDArray[np.float32], key: DrawnKey) -> float:
    """Deflection of the 456 symbols after cropping, halving, and JPEG 75: their correlation in deviations of noise.

    `marked` is a canvas of luma. Below 9, ordinary copies are no longer read.
    """
    lowered = np.clip(np.rint(_middle(marked)), 0, 255).astype(np.uint8)
    halved = cv2.resize(lowered, None, fx=REHEARSED_SCALE, fy=REHEARSED_SCALE, interpolation=cv2.INTER_AREA)
    coded = cv2.imencode(".jpg", halved, [cv2.IMWRITE_JPEG_QUALITY, REHEARSED_QUALITY])[1]
    received = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    locked = lock(fold(whiten(np.asarray(received, np.float32)), upright(REHEARSED_SCALE)), key.secret)
    return _deflection(soft_symbols(locked, key), symbols)


def _middle(canvas: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle of the canvas, of even sides, so that it can be halved."""
    height, width = (round(side * REHEARSED_SHARE / 2) * 2 for side in canvas.shape)
    top, left = (canvas.shape[0] - height) // 2, (canvas.shape[1] - width) // 2
    return canvas[top : top + height, left : left + width]


def _deflection(soft: NDArray[np.float32], symbols: NDArray[np.float32]) -> float:
    """Correlation of soft symbols with the true ones over the deviation of what is left."""
    strayed = float(np.linalg.norm(soft)) + 1e-12
    cosine = float(soft @ symbols) / (strayed * symbols.size**0.5)
    return float(cosine * np.sqrt(symbols.size / max(1 - cosine**2, 1e-6)))
