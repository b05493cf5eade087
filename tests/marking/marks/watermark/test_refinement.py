"""Refinement..."""

import numpy as np

from marking.marks.watermark.canvas import luma_canvas
from marking.marks.watermark.embedding import embed
from marking.marks.watermark.geometry import upright
from marking.marks.watermark.refinement import refined
from marking.marks.watermark.spectrum import Spectrum, spectrum_of
from marking.marks.watermark.whitening import whiten
from tests.marking.marks.watermark.pictures import photograph


def test_it_finds_the_matrix_from_a_little_beside_it() -> None:
    spectrum = spectrum_of(whiten(luma_canvas(embed(photograph(30, 512, 512), 3), 512)))
    beside = upright(1.0) + np.array([[0.004, -0.003], [0.003, 0.004]])
    assert np.allclose(refined(spectrum, [beside])[0], np.eye(2), atol=0.0025)


def test_it_leaves_the_matrix_where_nothing_is_heard() -> None:
    silent = Spectrum(np.full((257, 512), -1, np.float32), (512, 512))
    assert np.array_equal(refined(silent, [upright(1.3)])[0], upright(1.3))


def test_it_refuses_to_be_pulled_out_of_shape() -> None:
    power = np.full((257, 512), -1, np.float32)
    power[::3, ::7] = 13
    spectrum = Spectrum(power, (512, 512))
    for scale in (0.4, 1.0, 3.0):
        strayed = refined(spectrum, [upright(scale)])[0] * scale - np.eye(2)
        assert np.abs(strayed).max() <= 0.1
