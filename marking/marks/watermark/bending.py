"""Read a picture that was bent: find where its tile is right to begin with, follow it, and lay it out flat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.askew import askew
from marking.marks.watermark.chart import Chart, charted
from marking.marks.watermark.constellation import TILE, Carriers, pilots
from marking.marks.watermark.demodulation import Lock, fold, lock
from marking.marks.watermark.geometry import Matrix
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.listening import heard, standing
from marking.marks.watermark.matching import Match, matched
from marking.marks.watermark.refinement import refined
from marking.marks.watermark.spectrum import Phased, mean_spectrum, spectrum_of
from marking.marks.watermark.straying import heard_around
from marking.marks.watermark.tracking import Step, followed

WINDOW = 256  # canvas pixels a side in which a bent picture is taken to be straight
MOST_WINDOWS = 4  # along a side
FOLLOWED_SEEDS = 3  # strongest seeds that are followed
# Deviations; below, a window is no seed. In the best window of a picture that can just be read they were 4.9 or more.
_FAINTEST_HEARD = 4.5
_WEAKEST_SEED = 4.6  # deviations; a true lock of a window is hardly ever weaker
_FLATTENING = 31  # bins of a window's spectrum
_ASKEW_PLACES = 2  # of each window, and of all taken to be sheared alike
_FROM_CORNER = (Match(16, 10), Match(16, 4))
_CORNER_HOPE = 2.24  # of an unmarked picture, one in eight is above
# In an unmarked picture the places' mean score was hardly ever above 2.55.
_FROM_ANCHOR = (Step(48, 8, None, 128, 2.55), Step(48, 8, None, 256, 2.57), Step(40, 8, 192, hope=2.57))
_CLOSER = (Step(32, 8, 128, hope=2.5), Step(28, 6, 80), Step(24, 5, 56), Step(24, 4, 40))
_LOUDNESS_WINDOW = 32.0  # tile pixels


@dataclass(frozen=True)
class Window:
    """A part of the canvas: its top left corner (x, y), its pixels, and where they may be seen from.

    heard: what the pilots bring there (matrices, 48).
    """

    corner: NDArray[np.int64]
    pixels: NDArray[np.float32]
    matrices: list[Matrix]
    heard: NDArray[np.complex64]


class Windows(NamedTuple):
    """The windows of a canvas, and the likeliest matrices of a picture that is sheared alike in all of them."""

    each: list[Window]
    sheared: list[Matrix]


class Bent(NamedTuple):
    """A bent picture laid out flat: the lock of its tile, and the matrix that comes nearest to the bending."""

    lock: Lock
    matrix: Matrix


class _Seed(NamedTuple):
    """A window in which the pilots were found."""

    strength: float
    matrix: Matrix
    origin: NDArray[np.float64]  # where a tile begins, in tile pixels
    sign: np.float32  # -1 where light and dark are swapped
    anchor: tuple[float, float]  # canvas pixels


def windows(whitened: NDArray[np.float32]) -> Windows:
    """Windows that overlap by a quarter or so, spread evenly over a canvas."""
    tops, lefts = (_spread(length) for length in whitened.shape)
    corners = [(top, left) for top in tops for left in lefts]
    parts = [whitened[top : top + WINDOW, left : left + WINDOW] for top, left in corners]
    spectra = [spectrum_of(part, _FLATTENING) for part in parts]
    common = mean_spectrum(spectra)
    *found, together = askew([*spectra, common], _ASKEW_PLACES)
    each = [
        _window(np.array([left, top]), part, spectrum, matrices)
        for (top, left), part, spectrum, matrices in zip(corners, parts, spectra, found, strict=True)
    ]
    return Windows(each, refined(common, together))


def bent_in_place(
    whitened: NDArray[np.float32], matrix: Matrix, secrets: Sequence[Secret]
) -> Iterator[tuple[int, Bent]]:
    """The picture followed from where it would lie unbent, uncropped, and unturned, for each secret whose tile is there.

    Each comes with the secret's number.
    """
    chart = charted(matrix, np.zeros(2), whitened.shape)
    each = [pilots(secret) for secret in secrets]
    for number, found in matched(whitened, chart, each, _FROM_CORNER, _CORNER_HOPE):
        yield number, _read_off(whitened, found, np.float32(1), secrets[number])


def bent_somewhere(whitened: NDArray[np.float32], seen: Windows, secret: Secret) -> Iterator[Bent]:
    """The picture followed from the windows in which the pilots stand out most, likeliest first."""
    stood = [float(standing(window.heard, [secret]).max()) for window in seen.each]
    likely = [window for window, far in zip(seen.each, stood, strict=True) if far >= _FAINTEST_HEARD]
    seeds = sorted((_seed(window, secret) for window in likely), key=lambda seed: -seed.strength)
    for seed in seeds[:FOLLOWED_SEEDS]:
        if seed.strength < _WEAKEST_SEED:
            break
        found = _followed(whitened, seed, secret)
        if found:
            yield found


def _followed(whitened: NDArray[np.float32], seed: _Seed, secret: Secret) -> Bent | None:
    """The tile followed from a seed to the end, or None where it cannot be."""
    seen = whitened * seed.sign
    chart = charted(seed.matrix, seed.origin, seen.shape)
    found = followed(seen, chart, pilots(secret), _FROM_ANCHOR + _CLOSER, seed.anchor)
    return _read_off(whitened, found, seed.sign, secret) if found else None


def _read_off(whitened: NDArray[np.float32], chart: Chart, sign: np.float32, secret: Secret) -> Bent:
    """The lock of the tile in a picture laid out by its chart, louder places weighing more."""
    laid = chart.laid(whitened)
    weighted = laid * _loudness(laid * sign, pilots(secret))
    height, width = weighted.shape
    tiles = weighted.reshape(height // TILE, TILE, width // TILE, TILE)
    folded = np.asarray(np.fft.fft2(tiles.sum(axis=(0, 2))), np.complex64)
    return Bent(lock(folded, secret), chart.matrix(whitened.shape))


def _loudness(laid: NDArray[np.float32], guides: Carriers) -> NDArray[np.float32]:
    """How loud the pilots are around each place of a field laid out right: 0 or more, same shape, the mean being 1."""
    around = heard_around(laid, _LOUDNESS_WINDOW)
    brought = np.tensordot(guides.amplitude * guides.rotors.conj(), around, 1).real
    loud = np.maximum(brought, 0).astype(np.float32)
    loud = cv2.GaussianBlur(loud, (0, 0), 1.0) + np.float32(0.05 * loud.mean() + 1e-12)
    return np.asarray(cv2.resize(loud / loud.mean(), laid.shape[::-1]), np.float32)


def _window(
    corner: NDArray[np.int64], pixels: NDArray[np.float32], spectrum: Phased, found: list[Matrix]
) -> Window:
    """One window with the best-scoring matrices of its search fitted to its peaks, and the best as it was found."""
    matrices = [*refined(spectrum, found), found[0]]
    brought = np.stack([heard(spectrum, matrix) for matrix in matrices])
    return Window(corner, pixels, matrices, brought)


def _seed(window: Window, secret: Secret) -> _Seed:
    """The best lock of a window as a place of the whole canvas, the right way up."""
    tried = [(lock(fold(window.pixels, matrix), secret), matrix) for matrix in window.matrices]
    locked, matrix = max(tried, key=lambda pair: pair[0].strength)
    upwards = -matrix if locked.half_turn else matrix
    origin = np.array(locked.shift) - locked.half_turn + window.corner @ upwards
    height, width = window.pixels.shape
    anchor = (float(window.corner[0] + width / 2), float(window.corner[1] + height / 2))
    return _Seed(locked.strength, upwards, origin, np.float32(-1 if locked.inverted else 1), anchor)


def _spread(length: int) -> list[int]:
    """Where windows begin along a side."""
    room = max(0, length - WINDOW)
    count = min(MOST_WINDOWS, 1 + round(room / (0.75 * WINDOW)))
    return [int(start) for start in np.linspace(0, room, count)]
