from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.marks import fingerprint, watermark
from marking.marks.fingerprint import LAYOUT_BYTES
from marking.media import Animation, Frame, MediaType, Picture
from marking.pipeline.earlier import UNALTERED, Earlier, MarkedBefore, require_unmarked
from tests.conftest import photograph

KEY, OLDER = b"a key of the test", b"a key of before"
PAYLOAD = 0xC0FFEE123456
BLACK = np.zeros((240, 320, 3), np.uint8)


def picture(*frames: np.ndarray) -> Picture:
    shown = tuple(Frame(each, None, 100) for each in frames)
    animation = Animation(shown, 0) if len(shown) > 1 else None
    return Picture(frames[0], None, None, MediaType.GIF, None, (), animation)


def test_it_hands_back_a_picture_with_a_watermark_of_ours() -> None:
    marked = watermark.embed(photograph(240, 320), PAYLOAD, key=KEY)
    with pytest.raises(MarkedBefore) as caught:
        require_unmarked(picture(marked), [KEY])
    earlier = caught.value.earlier
    assert (earlier.payload, earlier.width, earlier.height) == (PAYLOAD, 320, 240)
    assert earlier.layout == fingerprint.layout(marked)
    assert pickle.loads(pickle.dumps(caught.value)).earlier == earlier


def test_it_knows_the_secrets_of_before() -> None:
    marked = watermark.embed(photograph(240, 320), PAYLOAD, key=OLDER)
    require_unmarked(picture(marked), [KEY])
    with pytest.raises(MarkedBefore):
        require_unmarked(picture(marked), [KEY, OLDER])


def test_it_looks_behind_a_dark_first_frame() -> None:
    marked = watermark.embed(photograph(240, 320), PAYLOAD, key=KEY)
    require_unmarked(picture(BLACK, BLACK), [KEY])
    with pytest.raises(MarkedBefore):
        require_unmarked(picture(BLACK, marked, BLACK), [KEY])


def test_it_says_nothing_of_an_animation_from_its_first_frame() -> None:
    marked = watermark.embed(photograph(240, 320), PAYLOAD, key=KEY)
    with pytest.raises(MarkedBefore) as caught:
        require_unmarked(picture(marked, BLACK), [KEY])
    assert not caught.value.earlier.is_copy_of(fingerprint.layout(marked), 320, 240)


def earlier_of(rgb: np.ndarray) -> Earlier:
    return Earlier(PAYLOAD, fingerprint.layout(rgb), rgb.shape[1], rgb.shape[0])


def saved_anew(rgb: np.ndarray, quality: int, share: float = 1) -> np.ndarray:
    image, file = Image.fromarray(rgb), io.BytesIO()
    image.resize((round(image.width * share), round(image.height * share))).save(
        file, "JPEG", quality=quality
    )
    return np.asarray(Image.open(file))


@pytest.mark.parametrize(("quality", "share"), [(95, 1), (50, 1), (75, 0.5), (30, 1.5)])
def test_it_knows_a_copy_that_was_only_saved_anew(quality: int, share: float) -> None:
    rgb = photograph(480, 640)
    copy = earlier_of(saved_anew(rgb, quality, share))
    assert copy.is_copy_of(fingerprint.layout(rgb), 640, 480)


def painted(rgb: np.ndarray) -> np.ndarray:
    edited = rgb.copy()
    edited[:120, :160] = (200, 40, 40)
    return edited


@pytest.mark.parametrize(
    "edit",
    [
        painted,
        lambda rgb: rgb[:300],
        lambda rgb: rgb[:, ::-1],
        lambda rgb: np.clip(rgb + 20.0, 0, 255).astype(np.uint8),
    ],
)
def test_it_calls_an_edited_picture_no_copy(edit) -> None:  # type: ignore[no-untyped-def]
    rgb = photograph(480, 640)
    edited = earlier_of(np.ascontiguousarray(edit(rgb)))
    assert not edited.is_copy_of(fingerprint.layout(rgb), 640, 480)


@given(st.integers(0, 255 - 20), st.integers(0, 20))
@settings(max_examples=20, deadline=None)
def test_it_measures_grey_levels(level: int, change: int) -> None:
    copy = Earlier(1, bytes([level + change]) * LAYOUT_BYTES, 10, 10)
    assert copy.is_copy_of(bytes([level]) * LAYOUT_BYTES, 10, 10) == (change <= UNALTERED)


def test_it_asks_for_whole_layouts() -> None:
    with pytest.raises(ValueError, match="1024"):
        Earlier(1, bytes(LAYOUT_BYTES), 10, 10).is_copy_of(b"", 10, 10)
