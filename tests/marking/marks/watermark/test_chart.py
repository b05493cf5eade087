"""A chart lays a canvas out, and knows where it lies."""

import numpy as np
import pytest

from marking.marks.watermark.chart import NODE, Chart, charted
from marking.marks.watermark.constellation import TILE
from tests.marking.marks.watermark.charts import SHAPE, pattern


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


def test_it_has_a_matrix_even_where_it_shows_nothing() -> None:
    far = Chart(charted(np.eye(2), np.zeros(2), SHAPE).nodes + 5000)
    assert np.allclose(far.matrix(SHAPE), np.eye(2), atol=1e-6)
