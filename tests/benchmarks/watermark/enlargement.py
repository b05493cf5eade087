"""Large pictures out of small ones, with detail at every scale."""

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.watermark.attacks import Picture
from tests.benchmarks.watermark.attacks.pixels import rounded

DETAIL_DEVIATION = 4.0  # pixels of the original; what varies faster than that is its detail


def enlarged(rgb: Picture, height: int, width: int) -> Picture:
    """The picture at another size, (height, width, 3), its own fine detail laid over it, mirrored from tile to tile.

    Enlarging alone leaves nothing fine, and a file that decodes faster than a photograph of its size.
    """
    smooth = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC)
    return rounded(smooth + _repeated(_detail(rgb), height, width))


def _detail(rgb: Picture) -> NDArray[np.float32]:
    values = rgb.astype(np.float32)
    return values - np.asarray(cv2.GaussianBlur(values, (0, 0), DETAIL_DEVIATION), np.float32)


def _repeated(detail: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    below, right = (
        max(0, wanted - side) for wanted, side in zip((height, width), detail.shape[:2], strict=True)
    )
    return np.pad(detail, ((0, below), (0, right), (0, 0)), "symmetric")[:height, :width]
