"""How far the pilots stand out at a place, as the canvas's spectrum tells it, without laying the tile out.

The transform of the canvas holds each pilot's amplitude and phase; between its bins both are interpolated. That is a
twentieth of the work of a fold and a lock, and nearly the same number: at true places 0.9 to 1.1 of the lock's strength.
So the tile is laid out only where pilots are heard.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.constellation import PILOTS, TILE, pilot_cycles, pilots
from marking.marks.watermark.geometry import Matrix
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.spectrum import Phased

_SHIFTS = 128  # at which the pilots are added up, along each side of the tile


def heard(spectrum: Phased, matrix: Matrix) -> NDArray[np.complex64]:
    """What each pilot brings (48,) over the level around it, for a matrix from tile to canvas frequencies."""
    frequencies = pilot_cycles() / TILE @ matrix.T
    up = frequencies[:, 1] >= 0
    brought = spectrum.waves_at(np.where(up[:, None], frequencies, -frequencies))
    return np.where(up, brought, brought.conj())


def standing(brought: NDArray[np.complex64], secrets: Sequence[Secret]) -> NDArray[np.float32]:
    """How far the pilots of each secret stand out, (places, secrets), for what they bring at places (places, 48).

    The most of all shifts, half turns, and inversions, in deviations over all shifts.
    """
    rotors = np.stack([pilots(secret).rotors.conj() for secret in secrets])
    either = np.stack([brought, brought.conj()], axis=1)
    turned = either[:, :, None] * rotors  # (places, half turns, secrets, pilots)
    across, down = _waves()
    sums = (turned[..., None, :] * across).view(np.float32).reshape(-1, 2 * PILOTS) @ down
    surfaces = sums.reshape(*turned.shape[:3], -1)
    loudest = np.maximum(surfaces.max(axis=3), -surfaces.min(axis=3)).max(axis=1)
    deviation = np.sqrt(np.square(np.abs(brought)).sum(axis=1) / 2)
    return np.asarray(loudest / (deviation[:, None] + np.float32(1e-9)), np.float32)


@lru_cache(maxsize=1)
def _waves() -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """The pilots' waves at each shift across (shifts, 48), and down as real and negative imaginary parts (96, shifts)."""
    shifts = 2 * np.pi / _SHIFTS * np.arange(_SHIFTS)
    across, down = (np.exp(1j * np.outer(shifts, cycles)).astype(np.complex64) for cycles in pilot_cycles().T)
    return across, np.ascontiguousarray(down.conj().view(np.float32).T)
