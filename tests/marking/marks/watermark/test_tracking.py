"""A chart..."""

import cv2
import numpy as np
import pytest

from marking.marks.watermark.constellation import TILE, pilots
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.tracking import NODE, Chart, Step, charted, followed, loudness

GUIDES = pilots(Secret(b"key"))
STEPS = (Step(40, 10, None), Step(32, 8, 128), Step(24, 4, 40))
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


def test_it_lays_an_unbent_canvas_out_as_it_is() -> None:
    canvas = pattern()
    chart = charted(np.eye(2), np.zeros(2), SHAPE)
    assert chart.size == (512, 384)
    assert np.allclose(chart.laid(canvas)[32:-32, 32:-32], canvas[32:-32, 32:-32], atol=1e-3)


@pytest.mark.parametrize("origin", [(0.0, 0.0), (37.5, -80.25)])
@pytest.mark.parametrize("matrix", [np.eye(2) / 0.8, np.array([[0.9, 0.2], [-0.1, 1.1]]), -np.eye(2)])
def test_it_covers_the_canvas_with_whole_tiles_and_knows_its_matrix(
    matrix: np.ndarray, origin: tuple
) -> None:
    chart = charted(matrix, np.array(origin), SHAPE)
    assert all(length % TILE == 0 for length in chart.size)
    assert np.allclose(chart.matrix(SHAPE), matrix, atol=1e-6)
    corner = matrix.T @ (chart.nodes[0, 0] + 0.5) - origin
    assert np.allclose(corner % TILE, NODE / 2, atol=1e-6) or np.allclose(
        corner % TILE - TILE, NODE / 2, atol=1e-6
    )


def test_it_follows_a_bent_canvas() -> None:
    canvas, _ = bend(pattern(), 6)
    chart = followed(canvas, charted(np.eye(2), np.zeros(2), SHAPE), GUIDES, STEPS, (256, 192))
    assert chart is not None
    straight = pattern(noise=0.0)
    agreement = np.corrcoef(chart.laid(canvas)[48:-48, 48:-48].ravel(), straight[48:-48, 48:-48].ravel())[
        0, 1
    ]
    unbent = np.corrcoef(canvas[48:-48, 48:-48].ravel(), straight[48:-48, 48:-48].ravel())[0, 1]
    assert agreement > 0.6 > 0.35 > unbent


def test_it_grows_from_where_it_is_right() -> None:
    canvas = pattern((512, 768))
    matrix = np.array([[1.02, 0.0], [0.0, 1.02]])
    origin = np.array([100.0, 100.0]) @ (matrix - np.eye(2))
    steps = (Step(48, 8, None, 128), Step(48, 8, None, 256), *STEPS)
    chart = followed(canvas, charted(matrix, origin, canvas.shape), GUIDES, steps, (100, 100))
    assert chart is not None
    assert np.allclose(chart.matrix(canvas.shape), np.eye(2), atol=2e-3)


def test_it_gives_up_where_there_is_nothing_to_follow() -> None:
    chart = charted(np.eye(2), np.zeros(2), SHAPE)
    hopeful = (Step(40, 10, None, hope=3.0),)
    noise = np.random.default_rng(2).normal(size=SHAPE).astype(np.float32)
    assert followed(noise, chart, GUIDES, hopeful, (256, 192)) is None
    assert followed(np.zeros(SHAPE, np.float32), chart, GUIDES, STEPS, (256, 192)) is None
    assert followed(pattern(), chart, GUIDES, hopeful, (256, 192)) is not None


def test_it_hears_the_pilots_where_they_are() -> None:
    canvas = pattern()
    canvas[:, 256:] = np.random.default_rng(3).normal(size=(384, 256))
    loud = loudness(canvas, GUIDES, 32)
    assert loud.shape == SHAPE
    assert loud.min() >= 0
    assert loud[:, 40:200].mean() > 4 * loud[:, 312:470].mean()


def test_it_has_a_matrix_even_where_it_shows_nothing() -> None:
    far = Chart(charted(np.eye(2), np.zeros(2), SHAPE).nodes + 5000)
    assert np.allclose(far.matrix(SHAPE), np.eye(2), atol=1e-6)
