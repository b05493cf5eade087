"""Embedding..."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.watermark import TooSmall, detect, embed
from marking.marks.watermark.embedding import ROBUST_DEFLECTION, TARGET_PSNR, Marked, mark
from tests.marking.marks.watermark.pictures import Picture, drawing, flat, gradient, page, photograph

PAYLOAD = 0xC0FFEE123456


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / np.mean(np.square(one.astype(np.float64) - other))))


def smooth(picture: Picture) -> Picture:
    """The same a little out of focus, as pictures are."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.2), np.uint8)


def test_it_reaches_the_target_where_there_is_room() -> None:
    picture = smooth(photograph(1, 512, 640))
    marked = mark(picture, PAYLOAD, target_psnr=41)
    assert marked.is_robust
    assert psnr(picture, marked.picture) == pytest.approx(41, abs=0.2)


@pytest.mark.parametrize("target", [37.0, 46.0])
def test_it_reaches_another_target(target: float) -> None:
    picture = smooth(photograph(1, 512, 640))
    reached = psnr(picture, embed(picture, PAYLOAD, target_psnr=target))
    assert target - 4.5 < reached < target + 1.2


@pytest.mark.parametrize(
    "picture", [flat(128), gradient(), flat(250)], ids=["grey", "gradient", "near white"]
)
def test_it_is_faint_where_a_flat_area_would_show_it(picture: Picture) -> None:
    assert psnr(picture, embed(picture, PAYLOAD)) > 44.9


@pytest.mark.parametrize("picture", [drawing(2), page(3)], ids=["drawing", "page"])
def test_it_raises_what_is_hard_to_read_but_not_without_limit(picture: Picture) -> None:
    assert 38 - 0.2 < psnr(picture, embed(picture, PAYLOAD)) < TARGET_PSNR + 1


def test_it_says_that_a_picture_is_too_small_to_mark_robustly() -> None:
    picture = photograph(4, 64, 80)
    marked = mark(picture, PAYLOAD)
    assert not marked.is_robust
    assert marked.picture.shape == picture.shape


@pytest.mark.parametrize("shape", [(64, 96), (128, 128), (150, 128)])
def test_it_is_read_from_a_small_picture_and_its_jpeg(shape: tuple[int, int]) -> None:
    picture = photograph(3, *shape)
    marked = embed(picture, PAYLOAD)
    jpeg = cv2.imdecode(cv2.imencode(".jpg", marked, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_COLOR)
    assert psnr(picture, marked) > 35.8
    for copy in (marked, jpeg):
        found = detect(copy)
        assert found is not None
        assert found.payload == PAYLOAD


def test_it_keeps_grey_grey() -> None:
    grey = cv2.cvtColor(photograph(5), cv2.COLOR_RGB2GRAY)
    marked = embed(grey, PAYLOAD)
    found = detect(cv2.cvtColor(marked, cv2.COLOR_GRAY2RGB))
    assert marked.shape == grey.shape
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_keeps_alpha_and_what_it_hides() -> None:
    picture = np.dstack([photograph(6), np.full((384, 512), 255, np.uint8)])
    picture[:, :60, 3] = 0
    marked = embed(picture, PAYLOAD)
    found = detect(marked[..., :3])
    assert np.array_equal(marked[..., 3], picture[..., 3])
    assert np.array_equal(marked[:, :60], picture[:, :60])
    assert found is not None
    assert found.payload == PAYLOAD


def test_it_leaves_a_picture_that_alpha_hides_as_it_is() -> None:
    hidden = np.dstack([photograph(7, 100, 100), np.zeros((100, 100), np.uint8)])
    marked = mark(hidden, PAYLOAD)
    assert np.array_equal(marked.picture, hidden)
    assert not marked.is_robust


def test_it_does_not_change_what_it_is_given() -> None:
    picture = photograph(8, 150, 150)
    before = picture.copy()
    embed(picture, PAYLOAD)
    assert np.array_equal(picture, before)


@settings(max_examples=8, deadline=None)
@given(short=st.integers(64, 100), long=st.integers(64, 1500), tall=st.booleans())
def test_it_keeps_the_shape_of_any_strip(short: int, long: int, tall: bool) -> None:
    picture = photograph(9, *((long, short) if tall else (short, long)))
    assert mark(picture, PAYLOAD).picture.shape == picture.shape


def test_it_is_as_robust_as_its_weakest_piece() -> None:
    strip = photograph(10, 160, 1280)
    pieces = [mark(np.ascontiguousarray(half), PAYLOAD) for half in np.split(strip, 2, axis=1)]
    assert pieces[0].deflection != pieces[1].deflection
    assert mark(strip, PAYLOAD).deflection == min(piece.deflection for piece in pieces)


@pytest.mark.parametrize(("deflection", "is_robust"), [(ROBUST_DEFLECTION, True), (10.9, False)])
def test_it_is_robust_from_a_deflection_on(deflection: float, is_robust: bool) -> None:
    assert Marked(flat(0, 64, 64), deflection).is_robust is is_robust


@pytest.mark.parametrize("target", [29.9, 60.1, float("nan")])
def test_it_must_have_a_sane_target(target: float) -> None:
    with pytest.raises(ValueError, match=r"expected a target from 30.0 to 60.0 dB, found"):
        mark(flat(128, 64, 64), PAYLOAD, target_psnr=target)


def test_it_must_have_room() -> None:
    with pytest.raises(TooSmall, match="at least 64 pixels"):
        mark(flat(128, 63, 64), PAYLOAD)


def test_it_takes_any_whole_number_as_payload() -> None:
    picture = photograph(3, 128, 128)
    assert np.array_equal(embed(picture, np.int64(PAYLOAD)), embed(picture, PAYLOAD))
    with pytest.raises(TypeError):
        embed(picture, 1.5)  # type: ignore[arg-type]
