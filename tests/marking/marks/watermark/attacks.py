"""What ordinary sharing does to a picture."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Attack = Callable[[Picture], Picture]


def jpeg(quality: int) -> Attack:
    return lambda picture: _coded(picture, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def webp(quality: int) -> Attack:
    return lambda picture: _coded(picture, ".webp", [cv2.IMWRITE_WEBP_QUALITY, quality])


def resized(across: float, down: float | None = None) -> Attack:
    how = cv2.INTER_AREA if across < 1 else cv2.INTER_CUBIC
    return lambda picture: cv2.resize(picture, None, fx=across, fy=down or across, interpolation=how)


def turned(degrees: float, zoom: float) -> Attack:
    """Turned about the middle, enlarged, kept at its size."""

    def attack(picture: Picture) -> Picture:
        height, width = picture.shape[:2]
        place = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, zoom)
        return cv2.warpAffine(picture, place, (width, height), flags=cv2.INTER_CUBIC)

    return attack


def cropped(picture: Picture) -> Picture:
    """A quarter of the area off, unevenly."""
    height, width = picture.shape[:2]
    top, left = round(0.04 * height), round(0.09 * width)
    return picture[top : top + round(0.866 * height), left : left + round(0.866 * width)]


def halved_and_compressed(picture: Picture) -> Picture:
    return jpeg(75)(resized(0.5)(picture))


def toned(gain: float, offset: float) -> Attack:
    return lambda picture: np.clip(picture * gain + offset, 0, 255).astype(np.uint8)


def _coded(picture: Picture, suffix: str, options: list[int]) -> Picture:
    return cv2.imdecode(cv2.imencode(suffix, picture, options)[1], cv2.IMREAD_COLOR)


ATTACKS: dict[str, Attack] = {
    "nothing": lambda picture: picture,
    "jpeg 90": jpeg(90),
    "jpeg 75": jpeg(75),
    "jpeg 50": jpeg(50),
    "half, then jpeg 75": halved_and_compressed,
    "webp 80": webp(80),
    "scale 0.5": resized(0.5),
    "scale 0.8": resized(0.8),
    "scale 2": resized(2.0),
    "crop 25 %": cropped,
    "crop 25 %, back to size": lambda picture: cv2.resize(cropped(picture), picture.shape[1::-1]),
    "quarter turn": lambda picture: np.rot90(picture),
    "half turn": lambda picture: np.rot90(picture, 2),
    "mirror": lambda picture: picture[:, ::-1],
    "mirror and quarter turn": lambda picture: np.rot90(picture[:, ::-1]),
    "turn 5 degrees": turned(5, 1.15),
    "stretch 0.9 x 1.1": resized(0.9, 1.1),
    "darker": toned(0.6, 0),
    "brighter": toned(1.1, 20),
    "less contrast": toned(0.6, 50),
    "inverted": lambda picture: 255 - picture,
}
