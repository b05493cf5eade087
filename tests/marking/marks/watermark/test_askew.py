"""The search for a picture seen askew..."""

import numpy as np
import pytest

from marking.marks.watermark.askew import askew
from marking.marks.watermark.constellation import TILE, pilots
from marking.marks.watermark.geometry import Matrix
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.spectrum import mean_spectrum, spectrum_of

GUIDES = pilots(Secret(b"key"))


def seen(matrix: Matrix, seed: int = 1) -> np.ndarray:
    """The pilots under noise, as a matrix from tile to canvas frequencies shows them, (256, 256)."""
    rows, columns = np.mgrid[:256, :256]
    x, y = (GUIDES.cycles / TILE @ matrix.T).T
    waves = [
        a * np.cos(2 * np.pi * (u * columns + v * rows))
        for a, u, v in zip(GUIDES.amplitude, x, y, strict=True)
    ]
    return (np.sum(waves, axis=0) + np.random.default_rng(seed).normal(0, 1.5, rows.shape)).astype(np.float32)


@pytest.mark.parametrize(
    "matrix",
    [
        np.eye(2),
        np.array([[1, 0.08], [0, 1]]),
        np.array([[1.05, 0.1], [-0.06, 0.93]]) / 1.3,
        np.array([[-0.97, 0.05], [0.06, 1.03]]),
    ],
    ids=["upright", "sheared", "turned", "mirrored"],
)
def test_it_comes_near(matrix: Matrix) -> None:
    found = askew([spectrum_of(seen(matrix))], 1)[0][0]
    assert np.abs(found @ np.linalg.inv(matrix) - np.eye(2)).max() < 0.03


def test_it_gives_as_many_as_asked_for() -> None:
    assert [len(found) for found in askew([spectrum_of(seen(np.eye(2)))] * 2, 3)] == [3, 3]


def test_it_takes_the_mean_of_several_parts() -> None:
    parts = [spectrum_of(seen(np.eye(2), seed)) for seed in (1, 2)]
    common = mean_spectrum(parts)
    assert common.size == parts[0].size
    assert np.allclose(common.power, (parts[0].power + parts[1].power) / 2, atol=1e-6)
