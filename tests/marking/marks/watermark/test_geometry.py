"""The geometry of a detection..."""

import numpy as np
import pytest

from marking.marks.watermark import Detection, detect, embed
from tests.marking.marks.watermark.attacks import ATTACKS, resized, turned
from tests.marking.marks.watermark.pictures import Picture, photograph


@pytest.fixture(scope="module")
def marked() -> Picture:
    return embed(photograph(20, 512, 600), 99)


def found(picture: Picture) -> Detection:
    detection = detect(picture)
    assert detection is not None
    return detection


def test_it_is_the_identity_for_an_untouched_picture(marked: Picture) -> None:
    geometry = found(marked).geometry
    assert geometry.scale == pytest.approx(1, abs=0.01)
    assert geometry.rotation_degrees == pytest.approx(0, abs=0.1)
    assert not geometry.mirrored
    assert not geometry.inverted
    assert np.allclose(geometry.matrix, np.eye(2), atol=0.01)
    assert np.allclose((np.array(geometry.shift) + 64) % 128, 64, atol=0.5)


@pytest.mark.parametrize("scale", [0.5, 0.7, 1.6])
def test_it_tells_the_scale(scale: float, marked: Picture) -> None:
    assert found(resized(scale)(marked)).geometry.scale == pytest.approx(scale, rel=0.01)


@pytest.mark.parametrize("degrees", [-20.0, 5.0, 170.0])
def test_it_tells_the_rotation(degrees: float, marked: Picture) -> None:
    """OpenCV turns anticlockwise."""
    geometry = found(turned(degrees, 1.0)(marked)).geometry
    assert geometry.rotation_degrees == pytest.approx(-degrees, abs=0.3)


def test_it_tells_a_half_turn_a_mirror_and_an_inversion(marked: Picture) -> None:
    assert abs(found(ATTACKS["half turn"](marked)).geometry.rotation_degrees) == pytest.approx(180, abs=0.2)
    assert found(ATTACKS["mirror"](marked)).geometry.mirrored
    assert found(ATTACKS["inverted"](marked)).geometry.inverted
