"""Read the tile once its place is known: fold, find the shift, estimate the channel, weigh every carrier.

The pilots measure how much of the mark each radius still carries, the quadrature of the data carriers, where
the mark puts nothing, measures the noise: together they weigh each carrier as maximum-ratio combining asks.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.code import SYMBOLS
from marking.marks.watermark.constellation import (
    HIGHEST,
    LOWEST,
    TILE,
    Carriers,
    data_carriers,
    data_cycles,
    pilot_cycles,
    pilots,
)
from marking.marks.watermark.geometry import Matrix
from marking.marks.watermark.keys import DrawnKey, Secret

_SHIFT_STEPS = 2  # steps of the shift search for each pixel of the tile
_WIDTH = 0.3  # of log radius, over which the pilots' gains and the quadratures' power are averaged
_RADII = 24  # at which the quadratures' power is averaged, from the lowest to the highest
_LEVEL_CELLS = 7  # lattice points a side, over which the power around a pilot is averaged
_NOISE_CELLS = 15  # lattice points a side, over which the quadratures' power is averaged as well
LEAST_STANDING = 0.85  # deviations, without which nothing is decoded; what can just be decoded has 3
# Of 456 symbols of Gaussian noise: deviation of their power over their quadratures', the square of their mean size over
# their power, its deviation, and how much further that has to stand out to count as much.
_POWER_SPREAD, _EVENNESS, _EVENNESS_SPREAD, _EVENNESS_MARGIN = 0.094, 0.637, 0.0157, 1.5
# Canvas pixels of blur, times the root of the square of the canvas pixels that a tile pixel spans less one.
_ALIAS_SIGMA = 0.45


@dataclass(frozen=True)
class Lock:
    """The folded tile, turned the right way round and with its shift taken out.

    `spectrum` is its transform (128, 128), `shift` the place of the tile's origin in tile pixels (x, y), `half_turn`
    says whether the tile stands on its head, `inverted` whether its light and dark are swapped, `strength` how far the
    pilots stand out, in deviations of noise.
    """

    spectrum: NDArray[np.complex64]
    shift: tuple[float, float]
    half_turn: bool
    inverted: bool
    strength: float


def fold(whitened: NDArray[np.float32], matrix: Matrix) -> NDArray[np.complex64]:
    """Transform (128, 128) of the mean tile, for a matrix that takes tile to canvas frequencies."""
    height, width = whitened.shape
    to_tile = matrix.T
    scale = 1 / np.sqrt(abs(np.linalg.det(to_tile)))
    if scale > 1.1:
        blur = float(_ALIAS_SIGMA * np.sqrt(scale**2 - 1))
        whitened = np.asarray(cv2.GaussianBlur(whitened, (0, 0), blur), np.float32)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ to_tile.T
    origin = np.floor(corners.min(axis=0) / TILE) * TILE
    size = np.ceil((corners.max(axis=0) - origin) / TILE).astype(int) * TILE
    to_canvas = np.linalg.inv(to_tile)
    place = np.hstack([to_canvas, (to_canvas @ (origin + 0.5) - 0.5)[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(whitened, place, (int(size[0]), int(size[1])), flags=flags)
    tiles = laid.reshape(size[1] // TILE, TILE, size[0] // TILE, TILE)
    return np.asarray(np.fft.fft2(tiles.sum(axis=(0, 2))), np.complex64)


def lock(folded: NDArray[np.complex64], secret: Secret) -> Lock:
    """The shift and the half turn at which the pilots agree best."""
    guides = pilots(secret)
    upright, turned = _locked(folded, guides, False), _locked(folded.conj(), guides, True)
    return max(upright, turned, key=lambda found: found.strength)


def unmoved(folded: NDArray[np.complex64]) -> Lock:
    """The lock of a picture that was neither cropped nor turned: a tile begins at its corner."""
    return Lock(folded, (0.0, 0.0), False, False, 0.0)


def _locked(folded: NDArray[np.complex64], guides: Carriers, half_turn: bool) -> Lock:
    """Correlate with the pilots at every shift, then fit the rest to their phases."""
    x, y = guides.cycles.T
    heard = folded[y, x % TILE] * guides.rotors.conj()
    heard = heard / (np.sqrt(_level(folded)[y, x % TILE]) + 1e-9)
    steps = TILE * _SHIFT_STEPS
    grid = np.zeros((steps, y.max() + 1), np.complex64)
    grid[x % steps, y] = heard
    # the transform of the whole, in which all higher frequencies are nought
    surface = np.fft.irfft(np.fft.ifft(grid, axis=0), steps, axis=1)
    column, row = np.unravel_index(np.abs(surface).argmax(), surface.shape)
    sign = -1.0 if surface[column, row] < 0 else 1.0
    shift = _fitted(sign * heard, guides.cycles, np.array([column, row]) / _SHIFT_STEPS)
    strength = float(sign * surface[column, row] / (surface.std() + 1e-12))
    ramp = sign * _ramp(shift)
    upright = (folded * ramp).astype(np.complex64)
    return Lock(upright, (float(shift[0]), float(shift[1])), half_turn, sign < 0, strength)


def _fitted(
    heard: NDArray[np.complex64], cycles: NDArray[np.int64], shift: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The shift moved to where the pilots' phases are least wrong."""
    turn = 2 * np.pi / TILE * cycles
    for _ in range(2):
        left = heard * np.exp(1j * turn @ shift)
        weights = np.abs(left)[:, None]
        change = np.linalg.lstsq(turn * weights, -np.angle(left) * weights[:, 0], rcond=None)[0]
        shift = shift + np.clip(change, -1, 1)
    return shift


def _level(folded: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Local mean power of a tile's transform."""
    level = cv2.blur(
        np.square(np.abs(folded)), (_LEVEL_CELLS, _LEVEL_CELLS), borderType=cv2.BORDER_REFLECT_101
    )
    return np.asarray(
        np.maximum(level, 0), np.float32
    )  # running sums of loud and faint may end below nothing


def _ramp(shift: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Phase ramp (128, 128) that takes out a shift in tile pixels (x, y)."""
    turn = 2j * np.pi * np.fft.fftfreq(TILE)
    return np.outer(np.exp(turn * shift[1]), np.exp(turn * shift[0]))


def soft_symbols(locked: Lock, key: DrawnKey) -> NDArray[np.float32]:
    """456 soft symbols, positive for +1, in units of their own noise."""
    return np.asarray(_symbols(locked, key).real)


def likeliest_symbols(locked: Lock, secret: Secret, count: int) -> list[tuple[DrawnKey, NDArray[np.float32]]]:
    """Symbols under the `count` drawn keys under which they stand out most from noise, best first.

    Unless all keys are asked for, those are left out under which they don't stand out at all.
    """
    heard = [(key, _symbols(locked, key)) for key in secret.drawn_keys()]
    standing = [(_standing(symbols), key, symbols) for key, symbols in heard]
    standing.sort(key=lambda each: -each[0])
    return [
        (key, np.asarray(symbols.real))
        for far, key, symbols in standing[:count]
        if far >= LEAST_STANDING or count == len(heard)
    ]


def _symbols(locked: Lock, key: DrawnKey) -> NDArray[np.complex64]:
    """456 weighted sums of what the carriers brought: the mark in the real part, as much noise in each."""
    data = data_carriers(key)
    heard = _heard(locked.spectrum, data)
    noise = _noise(heard.imag, data)
    weighted = data.amplitude * _gain(locked.spectrum, pilots(key.secret)) / noise * heard
    sums = [np.bincount(data.symbol, part, SYMBOLS) for part in (weighted.real, weighted.imag)]
    return np.asarray(sums[0] + 1j * sums[1], np.complex64)


def _standing(symbols: NDArray[np.complex64]) -> float:
    """How far symbols stand out from noise, in deviations: by their power, or else by being of one size.

    After compression a mark adds power to what noise there is, which the quadrature shows. An untouched mark was made
    to drown the picture's own noise in its symbols, but not in their quadratures; there the symbols' size is even.
    """
    loud, quadrature = np.abs(symbols.real), symbols.imag
    power, noise = float(np.square(loud).mean()) + 1e-12, float(np.square(quadrature).mean()) + 1e-12
    evenness = float(loud.mean()) ** 2 / power
    return max(
        (power / noise - 1) / _POWER_SPREAD, (evenness - _EVENNESS) / _EVENNESS_SPREAD - _EVENNESS_MARGIN
    )


def _heard(spectrum: NDArray[np.complex64], carriers: Carriers) -> NDArray[np.complex64]:
    """What each carrier brought, with its own phase taken out."""
    x, y = carriers.cycles.T
    return np.asarray(spectrum[y, x % TILE] * carriers.rotors.conj(), np.complex64)


def _gain(spectrum: NDArray[np.complex64], guides: Carriers) -> NDArray[np.float32]:
    """Share of its amplitude that the mark still has at each data carrier, from the pilots at radii near its own."""
    gain = _heard(spectrum, guides).real / guides.amplitude
    return np.asarray(np.maximum(_near_pilots() @ gain, 1e-9))


def _noise(quadrature: NDArray[np.float32], data: Carriers) -> NDArray[np.float32]:
    """Noise power at each data carrier: the mean of what its radius and its place say, from the quadratures there.

    Most noise depends on the radius alone, over which more is known; what a pattern in the picture leaves, on the place.
    """
    power = np.square(quadrature)
    by_radius = np.interp(*_radii(), _near_radii() @ power)
    return np.asarray(np.sqrt(by_radius * _around(power, data)) + 1e-12 + 1e-6 * power.max(), np.float32)


def _around(power: NDArray[np.float32], data: Carriers) -> NDArray[np.float32]:
    """Mean power of the carriers around each."""
    x, y = data.cycles.T
    laid = np.zeros((TILE, TILE), np.float32)
    present = np.zeros_like(laid)
    laid[y, x + TILE // 2] = power
    present[y, x + TILE // 2] = 1
    cells = (_NOISE_CELLS, _NOISE_CELLS)
    level = cv2.blur(laid, cells) / np.maximum(cv2.blur(present, cells), 1e-6)
    return np.asarray(level[y, x + TILE // 2], np.float32)


@lru_cache(maxsize=1)
def _radii() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithms of the data carriers' radii, and of those at which the quadratures' power is averaged."""
    return np.log(np.hypot(*data_cycles().T)), np.linspace(np.log(LOWEST), np.log(HIGHEST), _RADII)


@lru_cache(maxsize=1)
def _near_radii() -> NDArray[np.float32]:
    """Weights (24, carriers) that average over the carriers at radii near each."""
    carriers, radii = _radii()
    return _closeness(radii, carriers)


@lru_cache(maxsize=1)
def _near_pilots() -> NDArray[np.float32]:
    """Weights (carriers, 48) that average over the pilots at radii near each carrier's."""
    return _closeness(_radii()[0], np.log(np.hypot(*pilot_cycles().T)))


def _closeness(at: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float32]:
    """Weights, rows summing to 1, of what is known at some log radii, for others."""
    weights = np.exp(-np.square((at[:, None] - known) / _WIDTH) / 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
