"""How strong the mark may be at each place: strong in texture, faint in flat areas and beside lone edges."""

import cv2
import numpy as np
from numpy.typing import NDArray

_DETAIL_SIGMA = 3.0  # canvas pixels; what a Gaussian of this width removes is detail
_NEIGHBOURHOOD_SIGMA = 5.0  # canvas pixels over which activity is gathered
_LEAST_OVER = (17, 17)  # canvas pixels around a place in which the least active neighbourhood counts
_GAIN_PER_ACTIVITY = 0.6  # relative amplitude for each grey level of activity
_STRONGEST = 4.0  # amplitude in the busiest places, relative to a flat one
# Share of the amplitude over luma: a little less where the eye is keen; more at black and white, where clipping
# leaves only one half of each wave.
_SHARE_AT = ((0, 1.5), (5, 0.8), (60, 1.0), (235, 1.0), (250, 0.9), (255, 1.6))


def amplitude_mask(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Relative amplitude, 1 in a flat mid-grey area to 4 in strong texture; same shape as luma (0 to 255)."""
    by_detail = np.clip(1 + _GAIN_PER_ACTIVITY * _activity(luma), 1, _STRONGEST)
    return np.asarray(by_detail * _luminance_share(luma), np.float32)


def _activity(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Grey levels of local detail: the least that any neighbourhood around a place has.

    A neighbourhood's detail is the mean of the square roots, squared, so that a lone edge counts for little and
    dense texture in full; the least of them, so that flat ground beside an edge stays flat ground.
    """
    detail = cv2.absdiff(luma, cv2.GaussianBlur(luma, (0, 0), _DETAIL_SIGMA))
    roots = cv2.GaussianBlur(cv2.sqrt(detail), (0, 0), _NEIGHBOURHOOD_SIGMA)
    least: NDArray[np.float32] = np.square(cv2.erode(roots, np.ones(_LEAST_OVER, np.uint8)), dtype=np.float32)
    return least


def _luminance_share(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of the amplitude left by the background's brightness."""
    table = np.interp(np.arange(256), *np.array(_SHARE_AT).T).astype(np.float32)
    return np.asarray(table[np.clip(luma, 0, 255).astype(np.uint8)], np.float32)
