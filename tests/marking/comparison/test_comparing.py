"""The comparison of an upload with the registered picture..."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from marking.comparison import LONGEST_SIDE, Comparison, Kind, compare
from marking.marks.explicit_label import Corner, Wording
from marking.marks.explicit_label.drawing import draw
from tests.marking.comparison.copies import (
    HEIGHT,
    SPOT_BOX,
    WIDTH,
    Picture,
    clipped,
    gradient,
    grey,
    indexed,
    inpainted,
    jpeg,
    overlap,
    painted,
    photographed,
    recoloured,
    registered,
    replaced,
    resized,
    screenshot,
    sharpened,
    vignetted,
)

COPIES: dict[str, Callable[[Picture], Picture]] = {
    "itself": lambda rgb: rgb,
    "jpeg 30": lambda rgb: jpeg(rgb, 30),
    "jpeg 95": lambda rgb: jpeg(rgb, 95),
    "smaller": lambda rgb: jpeg(resized(rgb, 0.5), 70),
    "larger": lambda rgb: jpeg(resized(rgb, 1.7), 70),
    "softer": lambda rgb: jpeg(cv2.GaussianBlur(rgb, (0, 0), 1.5), 70),
    "sharper": lambda rgb: jpeg(sharpened(rgb), 70),
    "brighter": lambda rgb: jpeg(clipped(rgb * 1.3), 70),
    "with less contrast": lambda rgb: jpeg(clipped(60 + rgb * 0.6), 70),
    "with another gamma": lambda rgb: jpeg(clipped(255 * (rgb / 255) ** 0.7), 70),
    "grey": lambda rgb: jpeg(grey(rgb), 70),
    "darker at the corners": lambda rgb: jpeg(vignetted(rgb), 80),
    "with few colours": indexed,
    "noisy": lambda rgb: jpeg(clipped(rgb + np.random.default_rng(1).normal(0, 8, rgb.shape)), 80),
}


def regions(comparison: Comparison | None) -> list[tuple[str, tuple[int, int, int, int]]]:
    assert comparison is not None
    return [(each.kind.value, each.box) for each in comparison.changes if each.kind.is_region]


def kinds(comparison: Comparison | None) -> set[str]:
    assert comparison is not None
    return {each.kind.value for each in comparison.changes}


@pytest.mark.parametrize("copy", COPIES)
def test_it_finds_no_change_in_a_copy(copy: str) -> None:
    found = compare(np.ascontiguousarray(COPIES[copy](registered())), registered())
    assert found is not None
    assert found.changes == ()
    assert found.coverage == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("copy", ["jpeg 30", "brighter", "smaller", "noisy"])
def test_it_finds_no_change_in_a_picture_without_texture(copy: str) -> None:
    assert regions(compare(COPIES[copy](gradient()), gradient())) == []


def test_it_says_that_tones_were_changed_as_a_whole() -> None:
    brighter = compare(COPIES["brighter"](registered()), registered())
    itself = compare(registered(), registered())
    assert [found.is_tone_changed for found in (brighter, itself) if found] == [True, False]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (replaced, {"replaced", "added", "removed"}),
        (recoloured, {"recoloured"}),
        (painted, {"added"}),
        (inpainted, {"removed", "replaced"}),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_it_names_and_places_what_was_changed(
    edit: Callable[[Picture], Picture], expected: set[str], seed: int
) -> None:
    ((kind, box),) = regions(compare(jpeg(edit(registered(seed)), 70), registered(seed)))
    assert kind in expected
    assert overlap(box, SPOT_BOX) >= 0.5


def test_it_places_a_change_in_a_copy_that_was_resized_and_brightened() -> None:
    upload = jpeg(resized(clipped(replaced(registered()) * 1.15), 0.7), 70)
    ((_, box),) = regions(compare(upload, registered()))
    assert overlap(box, tuple(round(0.7 * side) for side in SPOT_BOX)) >= 0.5  # type: ignore[arg-type]


def test_it_sees_another_background() -> None:
    mask = np.ones((HEIGHT, WIDTH, 1), np.float32)
    mask[60:, 130:270] = 0
    other = registered(55)
    upload = jpeg(clipped(registered() * (1 - mask) + other * mask), 80)
    assert "background" in kinds(compare(upload, registered()))


def test_it_sees_a_crop_and_where_it_was_cut_out() -> None:
    found = compare(jpeg(registered()[40:260, 60:360], 75), registered())
    assert found is not None
    assert kinds(found) == {"cropped"}
    assert found.changes[0].box == (0, 0, 300, 220)
    assert found.coverage == pytest.approx(300 * 220 / (WIDTH * HEIGHT), abs=0.02)
    assert np.abs(np.array(found.frame[0]) - (-60.5, -40.5)).max() < 1.5


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_tells_how_it_was_turned_and_mirrored(quarters: int, mirrored: bool) -> None:
    seen = np.rot90(registered()[:, ::-1] if mirrored else registered(), -quarters)  # clockwise
    found = compare(jpeg(np.ascontiguousarray(seen), 80), registered())
    assert found is not None
    assert found.mirrored is mirrored
    assert kinds(found) == ({"mirrored"} if mirrored else set())
    assert (found.rotation_degrees - 90 * quarters + 180) % 360 - 180 == pytest.approx(0, abs=0.5)
    assert found.scale == pytest.approx(1, abs=0.01)


def test_it_finds_the_picture_on_a_page() -> None:
    found = compare(jpeg(screenshot(registered()), 80), registered())
    assert found is not None
    assert kinds(found) == {"framed"}
    assert overlap(found.changes[0].box, (40, 80, 360, 270)) > 0.95
    assert found.scale == pytest.approx(0.9, abs=0.01)


def test_it_finds_a_change_in_a_part_on_a_page() -> None:
    part = np.ascontiguousarray(replaced(registered())[20:250, 70:360])
    found = compare(jpeg(screenshot(part), 80), registered())
    assert found is not None
    assert kinds(found) >= {"cropped", "framed"}
    assert found.coverage == pytest.approx(230 * 290 / (WIDTH * HEIGHT), abs=0.06)
    ((_, box),) = regions(found)
    x, y, width, height = SPOT_BOX
    expected = (40 + 0.9 * (x - 70), 80 + 0.9 * (y - 20), 0.9 * width, 0.9 * height)
    assert overlap(box, expected) >= 0.5  # type: ignore[arg-type]
    (framed,) = (change for change in found.changes if change.kind is Kind.FRAMED)
    assert overlap(framed.box, (40, 80, 261, 207)) > 0.9


def test_it_says_no_erased_label_where_that_was_cut_off() -> None:
    marked, place = draw(registered(), Wording.BOTH, corner=Corner.BOTTOM_RIGHT)
    upload = screenshot(np.ascontiguousarray(marked[: place.box[1] - 10, :330]))
    found = compare(jpeg(upload, 80), marked, label_box=place.box)
    assert regions(found) == []
    assert kinds(found) == {"cropped", "framed"}


def test_it_finds_a_change_in_a_photograph_of_a_screen() -> None:
    upload, way = photographed(replaced(registered()))
    x, y, width, height = SPOT_BOX
    corners = np.array([[[x, y], [x + width, y], [x + width, y + height], [x, y + height]]], np.float64)
    expected = cv2.boundingRect(cv2.perspectiveTransform(corners, way)[0].astype(np.float32))
    found = regions(compare(jpeg(upload, 80), registered()))
    assert len(found) == 1
    assert overlap(found[0][1], expected) >= 0.5  # type: ignore[arg-type]


def test_it_finds_no_change_in_a_photograph_of_a_screen() -> None:
    upload, _ = photographed(registered())
    found = compare(jpeg(upload, 80), registered())
    assert kinds(found) == {"framed"}


def test_it_says_nothing_of_another_picture() -> None:
    assert compare(registered(2), registered(1)) is None


def test_it_says_nothing_of_a_part_of_a_picture_without_texture() -> None:
    assert compare(np.ascontiguousarray(gradient()[:100]), gradient()) is None


@pytest.mark.parametrize("erase", [False, True])
@pytest.mark.parametrize("scale", [1.0, 0.6])
def test_it_names_an_erased_label(erase: bool, scale: float) -> None:
    marked, place = draw(registered(), Wording.BOTH, corner=Corner.BOTTOM_RIGHT)
    x, y, width, height = place.box
    upload = marked.copy()
    if erase:
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        mask[y : y + height, x : x + width] = 1
        upload = np.asarray(cv2.inpaint(upload, mask, 5, cv2.INPAINT_TELEA), np.uint8)
    found = compare(jpeg(resized(upload, scale), 75), marked, label_box=place.box)
    assert [kind for kind, _ in regions(found)] == (["label_erased"] if erase else [])
    if erase:
        scaled = tuple(round(scale * side) for side in place.box)
        assert overlap(regions(found)[0][1], scaled) > 0.8  # type: ignore[arg-type]


def test_it_names_a_change_beside_an_erased_label() -> None:
    marked, place = draw(registered(), Wording.BOTH, corner=Corner.BOTTOM_RIGHT)
    x, y, width, height = place.box
    upload = replaced(marked)
    upload[y : y + height, x : x + width] = 90
    found = compare(jpeg(upload, 75), marked, label_box=place.box)
    assert [kind for kind, _ in regions(found)][1:] == ["label_erased"]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (15, 400, 3), (900, 16, 3), (20, 4000, 3)])
def test_it_says_nothing_of_what_is_too_small_or_too_thin(shape: tuple[int, int, int]) -> None:
    assert compare(np.full(shape, 90, np.uint8), registered()) is None
    assert compare(registered(), np.full(shape, 90, np.uint8)) is None


@pytest.mark.parametrize(
    ("upload", "message"),
    [
        (np.zeros((20, 20), np.uint8), "shape"),
        (np.zeros((20, 20, 4), np.uint8), "shape"),
        (np.zeros((0, 20, 3), np.uint8), "shape"),
        (np.zeros((20, 20, 3), np.float32), "float32"),
        (np.zeros((1, LONGEST_SIDE + 1, 3), np.uint8), "at most"),
    ],
)
def test_it_refuses_what_is_no_picture(upload: Picture, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(upload, registered())
    with pytest.raises(ValueError, match=message):
        compare(registered(), upload)


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, 0, 0, 5), (390, 0, 11, 5), (0, 290, 5, 11)])
def test_it_refuses_a_label_outside_of_the_picture(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="label box inside"):
        compare(registered(), registered(), label_box=box)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_it_answers_for_any_two_pictures(data: st.DataObject) -> None:
    side = st.integers(1, 60)
    upload, known = (
        data.draw(arrays(np.uint8, st.tuples(side, side, st.just(3)), elements=st.integers(0, 255)))
        for _ in range(2)
    )
    found = compare(upload, known, label_box=(0, 0, 1, 1))
    height, width = upload.shape[:2]
    for change in found.changes if found else ():
        x, y, across, down = change.box
        assert min(x, y) >= 0
        assert min(across, down) > 0
        assert max(x + across - width, y + down - height) <= 0
        assert 0 <= change.confidence <= 1


@settings(max_examples=6, deadline=None)
@given(quality=st.integers(30, 95), scale=st.floats(0.3, 2), seed=st.integers(0, 50))
def test_it_finds_no_change_in_any_recompressed_and_resized_copy(
    quality: int, scale: float, seed: int
) -> None:
    assert regions(compare(jpeg(resized(registered(seed), scale), quality), registered(seed))) == []


def test_it_keeps_every_kind_apart() -> None:
    assert {kind for kind in Kind if not kind.is_region} == {Kind.CROPPED, Kind.MIRRORED, Kind.FRAMED}
