"""Registered detection..."""

import math

import cv2
import numpy as np
import pytest

from marking.marks.watermark import embed
from marking.marks.watermark.canvas import luma_canvas
from marking.marks.watermark.registered import (
    LARGEST_FALSE_POSITIVE_PROBABILITY,
    NOT_COMPARABLE,
    Registered,
    RegisteredDetection,
    detect_registered,
)
from tests.marking.marks.watermark.attacks import cropped, jpeg, resized, toned, turned
from tests.marking.marks.watermark.pictures import Picture, drawing, flat, gradient, photograph

PAYLOAD = 0xC0FFEE123456
KEY = b"a key"
ORIGINAL = photograph(1, 192, 256)
MARKED = embed(ORIGINAL, PAYLOAD, key=KEY)
BOTH = Registered(MARKED, ORIGINAL)


def ask(picture: Picture, registered: Registered = BOTH, key: bytes = KEY) -> RegisteredDetection:
    return detect_registered(picture, registered, PAYLOAD, key=key)


def half_covered(picture: Picture) -> Picture:
    covered = picture.copy()
    covered[:110, 50:] = np.random.default_rng(1).integers(0, 256, covered[:110, 50:].shape)
    return covered


def bent(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    return cv2.remap(
        picture, columns + 4 * np.sin(rows / 40), rows + 4 * np.cos(columns / 50), cv2.INTER_LINEAR
    )


def tilted(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([[20, 10], [-10, 25], [5, -20], [15, -5]], np.float32)
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, moved), (width, height))


def pasted(picture: Picture) -> Picture:
    ground = drawing(4, 400, 480)
    ground[100 : 100 + len(picture), 150 : 150 + picture.shape[1]] = picture
    return ground


STRONG = {
    "nothing": lambda picture: picture,
    "jpeg 30": jpeg(30),
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 2),
    "half size": resized(0.5),
    "twice as large": resized(2),
    "stretched": resized(0.8, 1.2),
    "a sixth of it": lambda picture: picture[70:150, 80:190],
    "cropped": cropped,
    "turned": turned(33, 1.1),
    "on its head": lambda picture: np.ascontiguousarray(picture[::-1, ::-1]),
    "mirrored": lambda picture: np.ascontiguousarray(picture[:, ::-1]),
    "negative": lambda picture: 255 - picture,
    "toned": toned(0.6, 60),
    "half covered": half_covered,
    "bent": bent,
    "tilted": tilted,
    "pasted into another": pasted,
}


@pytest.mark.parametrize("attack", STRONG)
def test_it_tells_a_copy_from_the_original_after(attack: str) -> None:
    copy, unmarked = (ask(STRONG[attack](picture)) for picture in (MARKED, ORIGINAL))
    assert copy.is_ours
    assert copy.false_positive_probability <= LARGEST_FALSE_POSITIVE_PROBABILITY
    assert not unmarked.is_ours
    assert unmarked.false_positive_probability > 1e-4


@pytest.mark.parametrize("payload", [PAYLOAD ^ 1, PAYLOAD ^ 1 << 47, 0])
def test_it_knows_another_payload_in_the_same_picture(payload: int) -> None:
    assert not ask(embed(ORIGINAL, payload, key=KEY)).is_ours


def test_it_knows_another_key() -> None:
    assert not ask(embed(ORIGINAL, PAYLOAD, key=b"another key")).is_ours
    assert not ask(MARKED, key=b"another key").is_ours


def test_its_statistic_is_normal_without_a_mark() -> None:
    picture = jpeg(60)(photograph(5, 128, 128))
    registered = Registered(picture, photograph(5, 128, 128))
    z = [ask(picture, registered, key=bytes([number])).z for number in range(16)]
    assert 0.5 < np.std(z) < 1.6
    assert abs(np.mean(z)) < 0.9


@pytest.mark.parametrize("picture", [gradient(192, 256), flat(128, 160, 200), drawing(2, 192, 256)])
def test_it_needs_no_features(picture: Picture) -> None:
    registered = Registered(embed(picture, PAYLOAD, key=KEY), picture)
    assert ask(registered.marked, registered).is_ours
    assert not ask(picture, registered).is_ours


@pytest.mark.parametrize("attack", [jpeg(75), resized(0.6), turned(5, 1.0), cropped])
def test_it_works_without_the_original(attack) -> None:
    assert ask(attack(MARKED), Registered(MARKED)).is_ours
    assert not ask(attack(ORIGINAL), Registered(MARKED)).is_ours


@pytest.mark.parametrize(
    "upload",
    [ORIGINAL[:20], ORIGINAL[:, 100:140], cv2.GaussianBlur(ORIGINAL, (0, 0), 3)],
    ids=["a strip", "a column", "blurred"],
)
def test_it_does_not_find_the_mark_of_the_file_that_it_compares_with(upload: Picture) -> None:
    assert abs(ask(upload, Registered(MARKED)).z) < 4


def test_it_compares_the_beginning_of_a_long_picture() -> None:
    long = photograph(7, 128, 1100)
    registered = Registered(embed(long, PAYLOAD, key=KEY), long)
    assert ask(jpeg(75)(registered.marked), registered).is_ours
    assert not ask(long, registered).is_ours


def test_it_takes_grey_pictures_and_such_with_alpha() -> None:
    grey = cv2.cvtColor(MARKED, cv2.COLOR_RGB2GRAY)
    clear = np.dstack([MARKED, np.full(MARKED.shape[:2], 255, np.uint8)])
    assert ask(grey).is_ours
    assert ask(clear, Registered(clear, ORIGINAL)).is_ours


def test_its_bound_is_chernoffs() -> None:
    found = ask(jpeg(30)(MARKED))
    assert found.false_positive_probability == pytest.approx(math.exp(-(found.z**2) / 2))
    assert found.coverage == pytest.approx(1, abs=0.05)


def test_it_says_how_much_is_shown() -> None:
    assert ask(MARKED[:96]).coverage == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("picture", [photograph(9, 200, 300), flat(0, 64, 64), flat(255, 40, 3000)])
def test_it_denies_another_picture(picture: Picture) -> None:
    assert not ask(picture).is_ours


def test_it_looks_at_nothing_tiny() -> None:
    assert ask(flat(3, 15, 400)) == NOT_COMPARABLE


def test_it_says_what_it_cannot_compare() -> None:
    with pytest.raises(ValueError, match="expected an array of uint8, found float64"):
        detect_registered(np.zeros((64, 64)), BOTH, PAYLOAD, key=KEY)
    with pytest.raises(ValueError, match="expected a marked file or its original, found neither"):
        ask(MARKED, Registered())
    with pytest.raises(
        ValueError, match=r"expected a registered picture of 64 pixels a side, found \(0, 0\)"
    ):
        ask(MARKED, Registered(np.zeros((0, 0), np.uint8)))
    with pytest.raises(ValueError, match="expected a payload"):
        detect_registered(MARKED, BOTH, 1 << 48, key=KEY)


def test_it_does_with_the_canvas_of_the_original() -> None:
    canvas = np.clip(np.rint(luma_canvas(ORIGINAL, 192)), 0, 255).astype(np.uint8)
    assert ask(MARKED, Registered(original=canvas)).is_ours
    assert not ask(ORIGINAL, Registered(original=canvas)).is_ours
