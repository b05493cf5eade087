"""A rehearsal..."""

import numpy as np

from marking.marks.watermark import code
from marking.marks.watermark.canvas import luma_canvas
from marking.marks.watermark.constellation import FULL, tile
from marking.marks.watermark.keys import DrawnKey, Secret
from marking.marks.watermark.rehearsal import rehearse
from tests.marking.marks.watermark.pictures import photograph

SECRET = Secret(b"a key")
KEY = SECRET.draw(7)
SYMBOLS = code.encode(7, SECRET)


def deflection(strength: float, key: DrawnKey = KEY) -> float:
    """That of a marked photograph on its canvas."""
    canvas = luma_canvas(photograph(1, 384, 384), 384)
    return rehearse(canvas + np.float32(strength) * np.tile(tile(SYMBOLS, KEY, FULL), (3, 3)), SYMBOLS, key)


def test_it_hears_a_stronger_mark_better() -> None:
    assert deflection(8) > deflection(4) > 10


def test_it_hears_nothing_where_nothing_is() -> None:
    assert abs(deflection(0)) < 5


def test_it_hears_nothing_with_another_key() -> None:
    assert abs(deflection(8, Secret(b"another").draw(7))) < 5


def test_it_stands_an_empty_canvas_of_one_tile() -> None:
    assert np.isfinite(rehearse(np.zeros((128, 129), np.float32), SYMBOLS, KEY))
