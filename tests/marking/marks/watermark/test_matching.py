"""A picture bent everywhere is followed by all places together."""

import cv2
import numpy as np
import pytest

from marking.marks.watermark.chart import charted
from marking.marks.watermark.constellation import pilots
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.matching import Match, agreed, matched, standing
from marking.marks.watermark.straying import heard_around, scores, summits
from tests.marking.marks.watermark.charts import GUIDES, SHAPE, agreement, bend, pattern

ROUNDS = (Match(16, 10), Match(16, 4))


def surface(canvas: np.ndarray) -> np.ndarray:
    """What speaks for each straying in a canvas that is taken to be straight."""
    chart = charted(np.eye(2), np.zeros(2), canvas.shape)
    return scores(heard_around(chart.laid(canvas), 16), GUIDES, 10)


@pytest.mark.parametrize("pixels", [2, 6, 9])
def test_it_follows_a_canvas_bent_under_noise(pixels: float) -> None:
    canvas, _ = bend(pattern(noise=3.0), pixels)
    ((number, chart),) = matched(canvas, charted(np.eye(2), np.zeros(2), SHAPE), [GUIDES], ROUNDS, hope=0.0)
    assert number == 0
    # At three times the pilots' deviation, noise leaves a correlation of 0.32 where nothing is bent.
    assert agreement(chart.laid(canvas)) > 0.25
    assert agreement(chart.laid(canvas)) > agreement(canvas) + 0.02


def test_places_agree_where_none_alone_would_be_right() -> None:
    canvas, strayed = bend(pattern(noise=30.0), 5)
    alone, together = (summits(each)[..., 0] for each in (surface(canvas), agreed(surface(canvas))))
    true = cv2.resize(strayed, alone.shape[::-1], interpolation=cv2.INTER_AREA)
    missed = [np.abs(found - true)[2:-2, 2:-2] for found in (alone, together)]
    assert np.median(missed[1]) < 1.5 < 2.5 < np.median(missed[0])


def test_what_all_say_is_the_best_path_along_a_row() -> None:
    said = np.random.default_rng(1).normal(size=(5, 5, 1, 3)).astype(np.float32)
    cost = {0: 0.0, 1: 0.15, 2: 0.6, 3: 1.35}
    labels = [(y, x) for y in range(5) for x in range(5)]

    def between(one: tuple[int, int], other: tuple[int, int]) -> float:
        return cost.get(max(abs(one[0] - other[0]), abs(one[1] - other[1])), np.inf)

    best = np.array(
        [
            max(
                said[(*first, 0, 0)] - between(first, middle) + said[(*last, 0, 2)] - between(last, middle)
                for first in labels
                for last in labels
            )
            + said[(*middle, 0, 1)]
            for middle in labels
        ]
    ).reshape(5, 5)
    found = agreed(said)[:, :, 0, 1]
    assert np.allclose(found - found.max(), 2 * (best - best.max()), atol=1e-4)


def test_it_gives_up_where_there_is_nothing_to_follow() -> None:
    chart = charted(np.eye(2), np.zeros(2), SHAPE)
    noise = np.random.default_rng(2).normal(size=SHAPE).astype(np.float32)
    assert standing(surface(noise)) < 2.35 < standing(surface(pattern(noise=2.0)))
    assert list(matched(noise, chart, [GUIDES], ROUNDS, hope=2.35)) == []
    assert list(matched(np.zeros(SHAPE, np.float32), chart, [GUIDES], ROUNDS, hope=2.35)) == []


def test_it_follows_the_pilots_that_are_there() -> None:
    chart = charted(np.eye(2), np.zeros(2), SHAPE)
    each = [pilots(Secret(b"another")), GUIDES, pilots(Secret(b"third"))]
    found = matched(pattern(noise=2.0), chart, each, ROUNDS, hope=4.0)
    assert [number for number, _ in found] == [1]


def test_it_follows_more_places_than_an_image_has_channels() -> None:
    said = np.random.default_rng(3).normal(size=(5, 5, 2, 300)).astype(np.float32)
    assert agreed(said).shape == said.shape
    assert np.allclose(agreed(said)[..., :100], agreed(said[..., :101])[..., :100], atol=1)
