"""Level a canvas so that no part of the picture drowns the mark in another."""

import cv2
import numpy as np
from numpy.typing import NDArray

_HIGH_PASS_SIGMA = 2.0  # canvas pixels
_LEVEL_SIGMA = 3.0  # canvas pixels over which the local deviation is taken
_LEVEL_FLOOR = 0.3  # grey levels, about the rounding of a picture
_CLIP = 2.0  # local deviations; lone edges reach further and say nothing


def whiten(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Detail of a canvas (0 to 255) over its local deviation, between -2 and 2; same shape."""
    detail = luma - cv2.GaussianBlur(luma, (0, 0), _HIGH_PASS_SIGMA)
    level = cv2.sqrt(cv2.GaussianBlur(np.square(detail), (0, 0), _LEVEL_SIGMA))
    return np.asarray(np.clip(detail / (level + np.float32(_LEVEL_FLOOR)), -_CLIP, _CLIP), np.float32)
