"""Where on the tile's lattice the energy goes: pilots, data carriers, one amplitude curve.

The tile is 128 x 128 pixels of the canvas, so its energy sits on whole cycles per tile. The pilots lie at the same
places under every secret, so that a detector that holds several searches the spectrum once; their phases are the
secret's own. The data carriers' phases and the symbols they carry depend on the drawn key.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.code import SYMBOLS
from marking.marks.watermark.keys import DrawnKey, Secret, uniform

Curve = tuple[tuple[float, float], ...]  # amplitude over cycles per tile

TILE = 128  # canvas pixels along one period
PILOTS = 48
LOWEST, HIGHEST = 4.5, 40.0  # cycles per tile: below, the picture is too strong; above, no resize leaves it
PILOT_LOWEST, PILOT_HIGHEST = 8.0, 31.0  # cycles per tile, 0.06 to 0.24 cycles per canvas pixel
PILOT_DISTANCE = 3.0  # cycles per tile between pilots, so that no two share a spectral peak
_CODEC_BLOCK = 16  # cycles per tile of an 8-pixel block grid; its harmonics are full of a codec's own edges


class Balance(NamedTuple):
    """How the energy is shared out: the pilots' share, and the data's relative amplitude over cycles per tile.

    A mark is read as if it were balanced as `FULL`; one that is not is read at a small loss.
    """

    pilot_share: float
    data_curve: Curve


# Most below a quarter cycle per pixel, which resizing and codecs keep.
PILOT_CURVE: Curve = ((4.0, 2.5), (6.0, 3.3), (9.0, 3.5), (14.0, 3.0), (20.0, 2.0), (28.0, 1.2), (40.0, 0.6))
# Leaning further to the low ones, which are left of a picture compressed hard; pilots tell a place by the high ones.
_LOW_CURVE: Curve = ((4.0, 3.6), (6.0, 4.25), (9.0, 4.0), (14.0, 3.0), (20.0, 1.8), (28.0, 1.0), (40.0, 0.44))
# With a third for the pilots, synchronisation fails before the data does where a picture is bent; a small picture is
# hardly ever bent, but loud at low frequencies, and short of energy for its data.
FULL, SMALL = Balance(0.39, _LOW_CURVE), Balance(0.3, PILOT_CURVE)


@dataclass(frozen=True)
class Carriers:
    """Lattice points of the upper half plane, in cycles per tile, with amplitude and phase.

    `cycles` has shape (n, 2) as (x, y); `amplitude` and `phase` (radians) have shape (n,).
    """

    cycles: NDArray[np.int64]
    amplitude: NDArray[np.float32]
    phase: NDArray[np.float32]

    @property
    def rotors(self) -> NDArray[np.complex64]:
        """Unit phasors of the phases."""
        return np.asarray(np.exp(1j * self.phase), np.complex64)


@dataclass(frozen=True)
class DataCarriers(Carriers):
    """Carriers whose sign is that of the coded symbol numbered by `symbol`, shape (n,)."""

    symbol: NDArray[np.int64]


@lru_cache(maxsize=64)
def pilots(secret: Secret) -> Carriers:
    """The 48 pilots with their phases under a secret."""
    cycles = pilot_cycles()
    phase = 2 * np.pi * secret.uniform(b"pilots", PILOTS)
    return Carriers(cycles, _amplitude(cycles, PILOT_CURVE, FULL.pilot_share), phase.astype(np.float32))


@lru_cache(maxsize=1)
def pilot_cycles() -> NDArray[np.int64]:
    """Places of the pilots (48, 2): spread evenly over log radius, pseudo-random in angle, apart from each other."""
    draws = iter(uniform(b"yinji watermark pilots 1", 4096))
    chosen: list[tuple[int, int]] = []
    while len(chosen) < PILOTS:
        depth = (len(chosen) + next(draws)) / PILOTS
        radius = PILOT_LOWEST * (PILOT_HIGHEST / PILOT_LOWEST) ** depth
        angle = np.pi * next(draws)
        point = (round(radius * np.cos(angle)), round(radius * np.sin(angle)))
        if _is_usable(*point) and all(
            np.hypot(point[0] - x, point[1] - y) >= PILOT_DISTANCE for x, y in chosen
        ):
            chosen.append(point)
    return np.array(chosen, np.int64)


@lru_cache(maxsize=64)
def data_carriers(key: DrawnKey) -> DataCarriers:
    """All other usable lattice points; each ring of neighbouring radii carries every symbol once.

    So every symbol has its share of the low frequencies, which survive, and of the high ones, which are clean.
    """
    cycles = data_cycles()
    draws = key.uniform(2 * len(cycles))
    symbol = np.concatenate(
        [
            np.argsort(ring)[:SYMBOLS]
            for ring in np.array_split(draws[: len(cycles)], range(SYMBOLS, len(cycles), SYMBOLS))
        ]
    )
    phase = 2 * np.pi * draws[len(cycles) :]
    return DataCarriers(
        cycles, _amplitude(cycles, FULL.data_curve, 1 - FULL.pilot_share), phase.astype(np.float32), symbol
    )


def tile(symbols: NDArray[np.float32], key: DrawnKey, balance: Balance) -> NDArray[np.float32]:
    """One period of the mark with unit mean square, shape (128, 128), for 456 symbols of +-1."""
    spectrum = np.zeros((TILE, TILE), np.complex64)
    data, guides = data_carriers(key), pilots(key.secret)
    _place(spectrum, guides, _amplitude(guides.cycles, PILOT_CURVE, balance.pilot_share))
    amplitude = _amplitude(data.cycles, balance.data_curve, 1 - balance.pilot_share)
    _place(spectrum, data, amplitude * symbols[data.symbol])
    period = np.fft.ifft2(spectrum + _mirrored(spectrum.conj())).real
    return np.asarray(period / period.std(), np.float32)


def _place(spectrum: NDArray[np.complex64], carriers: Carriers, amplitude: NDArray[np.float32]) -> None:
    x, y = carriers.cycles.T % TILE
    spectrum[y, x] = amplitude * carriers.rotors


def _mirrored(spectrum: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The spectrum with every frequency negated."""
    return np.roll(spectrum[::-1, ::-1], 1, axis=(0, 1))


@lru_cache(maxsize=1)
def data_cycles() -> NDArray[np.int64]:
    """Usable lattice points that no pilot holds, from low to high radius."""
    taken = {(int(x), int(y)) for x, y in pilot_cycles()}
    reach = range(-int(HIGHEST), int(HIGHEST) + 1)
    points = [(x, y) for y in reach if y > 0 for x in reach if _is_usable(x, y) and (x, y) not in taken]
    return np.array(sorted(points, key=lambda point: (point[0] ** 2 + point[1] ** 2, point)), np.int64)


def _is_usable(x: int, y: int) -> bool:
    """Whether a point lies in the band, off the axes (pictures are full of lines) and off the codec's grid."""
    on_grid = x % _CODEC_BLOCK == 0 or y % _CODEC_BLOCK == 0
    return y > 0 and not on_grid and LOWEST <= np.hypot(x, y) <= HIGHEST


def _amplitude(cycles: NDArray[np.int64], curve: Curve, share: float) -> NDArray[np.float32]:
    """Amplitudes along the curve, scaled so that their squares sum to the share of the energy."""
    at, value = np.array(curve).T
    along = np.interp(np.hypot(cycles[:, 0], cycles[:, 1]), at, value)
    return np.asarray(along * np.sqrt(share / np.square(along).sum()), np.float32)
