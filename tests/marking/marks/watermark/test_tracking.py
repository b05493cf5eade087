"""The tile is followed from where it is right, as far as there is something to follow."""

import numpy as np

from marking.marks.watermark.chart import charted
from marking.marks.watermark.tracking import Step, followed
from tests.marking.marks.watermark.charts import GUIDES, SHAPE, agreement, bend, pattern

STEPS = (Step(40, 10, None), Step(32, 8, 128), Step(24, 4, 40))


def test_it_follows_a_bent_canvas() -> None:
    canvas, _ = bend(pattern(), 6)
    chart = followed(canvas, charted(np.eye(2), np.zeros(2), SHAPE), GUIDES, STEPS, (256, 192))
    assert chart is not None
    assert agreement(chart.laid(canvas)) > 0.6 > 0.35 > agreement(canvas)


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
