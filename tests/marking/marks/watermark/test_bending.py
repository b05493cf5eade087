"""A bent picture..."""

import numpy as np
import pytest
from PIL import Image

from marking.marks.watermark import detect, embed
from marking.marks.watermark.bending import bent_in_place, bent_somewhere, windows
from marking.marks.watermark.canvas import luma_canvas
from marking.marks.watermark.embedding import DEFAULT_KEY
from marking.marks.watermark.keys import Secret
from marking.marks.watermark.whitening import evened, whiten
from tests.benchmarks.watermark.attacks import ATTACKS, attacked
from tests.marking.marks.watermark.pictures import Picture, photograph

PAYLOAD = 0x123456789ABC
SECRET = Secret(DEFAULT_KEY)
UNMARKED = photograph(21, 512, 640)


@pytest.fixture(scope="module")
def marked() -> Picture:
    return embed(UNMARKED, PAYLOAD)


@pytest.mark.parametrize(
    "attack", ["shear_5", "perspective_5", "perspective_10", "bend_3px", "bend_8px", "camera_mild"]
)
def test_it_is_read(attack: str, marked: Picture) -> None:
    found = detect(attacked(marked, ATTACKS[attack], "bent", UNMARKED))
    assert found is not None
    assert found.payload == PAYLOAD
    assert abs(found.geometry.rotation_degrees) < 10
    assert 0.7 < found.geometry.scale < 1.4


def test_it_is_read_mirrored_and_in_perspective(marked: Picture) -> None:
    bent = attacked(marked, ATTACKS["perspective_5"], "askew", UNMARKED)
    found = detect(np.ascontiguousarray(bent[:, ::-1]))
    assert found is not None
    assert found.payload == PAYLOAD
    assert found.geometry.mirrored


def test_it_is_read_on_its_head_inverted_and_in_perspective(marked: Picture) -> None:
    bent = attacked(marked, ATTACKS["perspective_5"], "askew", UNMARKED)
    found = detect(np.ascontiguousarray(255 - bent[::-1, ::-1]))
    assert found is not None
    assert (found.payload, found.geometry.inverted) == (PAYLOAD, True)
    assert abs(found.geometry.rotation_degrees) > 170


def test_it_is_not_followed_where_no_mark_is() -> None:
    whitened = evened(whiten(luma_canvas(UNMARKED, 512)))
    seen = windows(whitened)
    assert len(seen.each) == 6
    assert len(seen.sheared) == 2
    assert list(bent_in_place(whitened, np.eye(2), [SECRET])) == []
    assert list(bent_somewhere(whitened, seen, SECRET)) == []


def test_it_may_be_smaller_than_a_window() -> None:
    small = np.asarray(Image.fromarray(UNMARKED).resize((150, 140)))
    assert len(windows(evened(whiten(luma_canvas(small, 140)))).each) == 1
    assert detect(small) is None
