"""How far the tile has strayed around each place of a field that a chart lays out, as the phases of the pilots tell it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark.chart import Places
from marking.marks.watermark.constellation import TILE, Carriers, pilot_cycles
from marking.marks.watermark.transforms import half_transform

_PATCH = 2.6  # deviations of the window's transform that are kept


def heard_around(laid: NDArray[np.float32], window: float) -> NDArray[np.complex64]:
    """What each pilot, whatever its own phase, brings around each place: (pilots, rows, columns).

    A patch of the spectrum around the pilot, under a Gaussian, is the transform of what the window shows of it.
    """
    height, width = laid.shape
    spectrum = half_transform(laid.T)
    spread = np.array([height, width]) / (2 * np.pi * window)
    down, across = (_around_zero(reach) for reach in np.ceil(_PATCH * spread).astype(int))
    bell = np.outer(*(np.exp(-np.square(at / s) / 2) for at, s in zip((down, across), spread, strict=True)))
    x, y = pilot_cycles().T
    rows = (y * (height // TILE))[:, None, None] + down[:, None]
    columns = ((x * (width // TILE))[:, None, None] + across) % width
    patches = spectrum[columns, np.clip(rows, 0, height // 2)] * (bell * (rows >= 0)).astype(np.float32)
    level = np.sqrt(np.square(np.abs(patches)).mean(axis=(1, 2), keepdims=True)) + np.float32(1e-15)
    heard = np.fft.ifft2(np.fft.ifftshift(patches, axes=(1, 2)))
    return np.asarray(heard / level, np.complex64)


def _around_zero(reach: int) -> NDArray[np.int64]:
    """At least the bins from -reach to reach; as many as are fast to transform."""
    count = int(cv2.getOptimalDFTSize(2 * reach + 1))
    return np.arange(count) - count // 2


def scores(heard: NDArray[np.complex64], guides: Carriers, reach: int) -> NDArray[np.float32]:
    """How much speaks for each straying of up to `reach` tile pixels at each place, in deviations over all strayings.

    Shape (2 * reach + 1, 2 * reach + 1, rows, columns): straying down, straying across, place.
    """
    steps = np.arange(-reach, reach + 1)
    x, y = (part.ravel() for part in np.meshgrid(steps, steps))
    turns = 2 * np.pi / TILE * (guides.cycles @ np.stack([x, y]))
    wave = (guides.amplitude * guides.rotors.conj())[:, None] * np.exp(-1j * turns)
    flat = heard.reshape(len(heard), -1)
    by_straying = np.vstack([wave.real, -wave.imag]).T.astype(np.float32) @ np.vstack([flat.real, flat.imag])
    by_straying /= by_straying.std(axis=0) + np.float32(1e-9)
    return by_straying.reshape(steps.size, steps.size, *heard.shape[1:])


def summits(surface: NDArray[np.float32]) -> Places:
    """The straying (rows, columns, 2), as (x, y) in tile pixels, for which most speaks at each place, between the steps."""
    side, _, rows, columns = surface.shape
    stack = surface.reshape(side, side, -1).transpose(2, 0, 1)
    row, column = np.divmod(stack.reshape(len(stack), -1).argmax(axis=1), side)
    inner_row, inner_column = np.clip(row, 1, side - 2), np.clip(column, 1, side - 2)
    each = np.arange(len(stack))
    right = _vertex(*(stack[each, inner_row, inner_column + step] for step in (-1, 0, 1)))
    down = _vertex(*(stack[each, inner_row + step, inner_column] for step in (-1, 0, 1)))
    exact = column + right * (column == inner_column), row + down * (row == inner_row)
    return np.asarray(np.stack(exact, axis=1).reshape(rows, columns, 2) - side // 2, np.float64)


def _vertex(
    before: NDArray[np.float32], here: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Offset (-0.5 to 0.5) of the top of the parabola through three points."""
    bend = 2 * here - before - after
    return np.clip(np.where(bend > 0, (after - before) / (2 * np.maximum(bend, 1e-9)), 0), -0.5, 0.5)
