from __future__ import annotations

import numpy as np

from marking.marks.fingerprint import turned
from marking.media import Frame
from marking.pipeline.animation import looks


def scene(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Blocks of grey that look like no other seed's."""
    cells = np.random.default_rng(seed).integers(0, 256, (8, 8), np.uint8)
    return np.repeat(np.repeat(cells, 16, 0), 16, 1)[..., None].repeat(3, 2)


def test_it_takes_the_look_of_every_frame_and_of_one_that_stays_once() -> None:
    frames = [Frame(scene(seed), None) for seed in (1, 1, 2, 1, 3)]
    assert looks(frames) == (*turned(scene(1)), *turned(scene(2)), *turned(scene(3)))


def test_a_still_has_one_look() -> None:
    assert looks([Frame(scene(1), None)]) == turned(scene(1))
