"""Canvases that hold nothing but the pilots, straight and bent, for the tests that follow them."""

import cv2
import numpy as np

from marking.marks.watermark.constellation import TILE, pilots
from marking.marks.watermark.keys import Secret

GUIDES = pilots(Secret(b"key"))
SHAPE = (384, 512)


def pattern(shape: tuple[int, int] = SHAPE, noise: float = 1.0) -> np.ndarray:
    """The pilots alone, repeated over a canvas, under noise."""
    spectrum = np.zeros((TILE, TILE), np.complex64)
    x, y = GUIDES.cycles.T
    spectrum[y, x % TILE] = GUIDES.amplitude * GUIDES.rotors
    tile = np.fft.ifft2(spectrum).real
    repeats = (-(-shape[0] // TILE), -(-shape[1] // TILE))
    laid = np.tile(tile / tile.std(), repeats)[: shape[0], : shape[1]]
    return (laid + np.random.default_rng(1).normal(0, noise, shape)).astype(np.float32)


def bend(canvas: np.ndarray, pixels: float) -> tuple[np.ndarray, np.ndarray]:
    """A canvas bent by a smooth wave, and the displacement in pixels at each of its places (x only)."""
    rows, columns = np.mgrid[: canvas.shape[0], : canvas.shape[1]].astype(np.float32)
    strayed = pixels * np.sin(rows / 60) * np.cos(columns / 75)
    return cv2.remap(canvas, columns + strayed, rows, cv2.INTER_CUBIC), strayed


def agreement(laid: np.ndarray) -> float:
    """Correlation of what a chart lays out with the straight pilots, away from the edges."""
    straight = pattern(noise=0.0)
    return float(np.corrcoef(laid[48:-48, 48:-48].ravel(), straight[48:-48, 48:-48].ravel())[0, 1])
