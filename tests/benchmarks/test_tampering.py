"""The edits by which verification is measured: what they change, where they say so, and how answers are scored."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.marks.explicit_label import Wording, draw
from tests.benchmarks.tampering import framing, labels, regions
from tests.benchmarks.tampering.asking import Answer
from tests.benchmarks.tampering.corpus import Case, Stage, cases, split
from tests.benchmarks.tampering.files import ENDINGS, RECOMPRESSED, TURNS
from tests.benchmarks.tampering.keeping import Kept
from tests.benchmarks.tampering.overlap import bounds, intersection_over_union, union
from tests.benchmarks.tampering.overlap import regions as regions_of
from tests.benchmarks.tampering.report import sections
from tests.benchmarks.tampering.request import Request, check
from tests.benchmarks.tampering.shown import Scene, Shown, scaling
from tests.benchmarks.tampering.suite import KINDS, Group, Kind, Original, edited
from tests.benchmarks.tampering.unrelated import DRESSES, MAKERS, unrelated
from tests.conftest import photograph

OTHERS = (photograph(260, 340, seed=5), photograph(300, 280, seed=6))
BOXES = st.tuples(*[st.integers(0, 40)] * 2, *[st.integers(1, 30)] * 2)
IN_PLACE = [kind for kind in KINDS.values() if kind.group is Group.REGION and len(kind.steps) == 1]


def _original(seed: int = 1) -> Original:
    rgb, placement = draw(photograph(288, 384, seed), Wording.BOTH)
    return Original("picture.png", rgb, placement.box)


def _edited(kind: Kind, number: int = 0, seed: int = 7) -> Shown:
    return edited(_original(), kind, OTHERS, number=number, seed=seed)


def _changed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray(np.any(one != other, axis=2))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_it_edits_the_same_way_every_time(kind: Kind) -> None:
    one, again = _edited(kind), _edited(kind)

    assert one.rgb.dtype == np.uint8
    assert one.mask.shape == one.rgb.shape[:2]
    assert np.array_equal(one.rgb, again.rgb)
    assert np.array_equal(one.mask, again.mask)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"mirrored", "metadata_stripped", "background_swapped"}))
def test_it_edits_each_copy_otherwise(name: str) -> None:
    copies = [_edited(KINDS[name], number).rgb for number in range(3)]

    assert any(each.shape != copies[0].shape or _changed(each, copies[0]).any() for each in copies[1:])


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_it_says_that_something_was_changed_only_where_it_was(kind: Kind) -> None:
    assert _edited(kind).mask.any() == (kind.group is Group.REGION)


@pytest.mark.parametrize("kind", IN_PLACE, ids=lambda kind: kind.name)
@pytest.mark.parametrize("number", range(2))
def test_it_changes_the_pixels_of_the_mask_and_no_others(kind: Kind, number: int) -> None:
    original, shown = _original(), _edited(kind, number)

    changed = _changed(original.rgb, shown.rgb)
    soft = (
        cv2.dilate(shown.mask.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    )  # half of a soft edge lies outside

    assert not (changed & ~soft).any()
    assert changed[shown.mask].mean() > 0.9
    assert intersection_over_union(changed, shown.mask) > 0.6


def test_it_changes_enough_to_be_seen() -> None:
    for kind in IN_PLACE:
        original, shown = _original(), _edited(kind)
        if shown.rgb.shape == original.rgb.shape:
            difference = np.abs(shown.rgb.astype(int) - original.rgb)[shown.mask]
            assert difference.mean() > 5, kind.name


@pytest.mark.parametrize(
    "name", ["cropped", "label_cropped", "mirrored", "turned", "collage_of_four", "screenshot"]
)
@pytest.mark.parametrize("number", range(3))
def test_it_knows_where_the_marked_picture_lies(name: str, number: int) -> None:
    original, shown = _original(), _edited(KINDS[name], number)

    ours = cv2.warpPerspective(original.rgb, shown.matrix, shown.rgb.shape[1::-1], flags=cv2.INTER_AREA)
    inside = (
        cv2.warpPerspective(np.ones(original.rgb.shape[:2]), shown.matrix, shown.rgb.shape[1::-1]) > 0.999
    )

    assert inside.any()
    assert np.corrcoef(ours[inside].ravel(), shown.rgb[inside].ravel())[0, 1] > 0.97


def test_it_turns_a_photograph_of_a_screen_within_its_frame() -> None:
    shown = _edited(KINDS["photo_of_screen"])

    frame = shown.frame(384, 288)

    assert (frame >= 0).all()
    assert (frame <= (shown.width, shown.height)).all()
    assert np.linalg.norm(frame[1] - frame[0] + frame[3] - frame[2]) > 1  # no parallelogram


@given(factor=st.floats(0.4, 1.6), x=st.integers(0, 30), y=st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_it_takes_the_mask_where_it_takes_the_pixels(factor: float, x: int, y: int) -> None:
    rgb = np.zeros((80, 100, 3), np.uint8)
    rgb[y : y + 30, x : x + 40] = 255
    shown = Shown(rgb, rgb[..., 0] > 0, np.eye(3))

    moved = shown.moved(scaling(factor, factor), round(100 * factor), round(80 * factor))

    white = (moved.rgb[..., 0] >= 128).astype(np.uint8)
    inner, outer = cv2.erode(white, np.ones((3, 3))), cv2.dilate(white, np.ones((3, 3)))
    assert (inner <= moved.mask).all()  # an edge lies within a pixel of where it is seen
    assert (moved.mask <= outer).all()


def test_it_cuts_off_as_much_as_it_says_and_the_label_whole() -> None:
    original = _original()
    for number in range(8):
        kept = _edited(KINDS["cropped"], number).rgb.size / original.rgb.size
        assert 0.58 < kept < 0.97
    shown = _edited(KINDS["label_cropped"])
    x, y, across, down = original.label or (0, 0, 0, 0)
    corners = np.array([[[x, y], [x + across, y + down]]], float)

    (low, high) = cv2.perspectiveTransform(corners, shown.matrix)[0][:, 1]

    assert high <= 0 or low >= shown.height


@pytest.mark.parametrize("step", [labels.boxed, labels.filled, labels.blurred, framing.label_cropped])
def test_it_refuses_to_erase_a_label_that_is_not_there(step: object) -> None:
    scene = Scene(np.random.default_rng(1), OTHERS, None)

    with pytest.raises(ValueError, match="expected a picture with a visible label, found none"):
        step(Shown.untouched(photograph(200, 200)), scene)  # type: ignore[operator]


def test_it_refuses_to_edit_without_pictures_to_take_from() -> None:
    with pytest.raises(ValueError, match="never marked to take from, found none"):
        edited(_original(), KINDS["face_blended"], (), number=0, seed=1)


def test_it_leaves_the_label_alone_where_another_thing_is_edited() -> None:
    x, y, across, down = _original().label or (0, 0, 0, 0)
    for name in ("face_blended", "removed_stamped", "corner_inpainted", "recoloured"):
        mask = _edited(KINDS[name]).mask
        assert not mask[y : y + down, x : x + across].any(), name


def test_it_covers_a_frame_with_the_middle_of_a_picture() -> None:
    assert regions.covering(OTHERS[0], 90, 40).shape == (40, 90, 3)
    assert regions.covering(OTHERS[0], 400, 600).shape == (600, 400, 3)


@pytest.mark.parametrize("encode", [*ENDINGS.values(), *RECOMPRESSED.values()])
def test_it_saves_files_that_open_without_metadata(encode: object) -> None:
    extension, data = encode(photograph(64, 96))  # type: ignore[operator]

    image = Image.open(io.BytesIO(data))

    assert image.format == extension.upper()
    assert not image.getexif()


def test_it_saves_half_of_all_edited_copies_as_jpeg_70() -> None:
    assert TURNS.count("jpeg_70") * 2 == len(TURNS)
    assert set(TURNS) == set(ENDINGS)


@pytest.mark.parametrize("name", MAKERS)
def test_it_makes_unrelated_pictures_of_every_kind(name: str) -> None:
    picture = MAKERS[name](90, 120, np.random.default_rng(3))

    assert picture.shape == (90, 120, 3)
    assert picture.dtype == np.uint8
    assert picture.min() < picture.max()
    assert np.array_equal(picture, MAKERS[name](90, 120, np.random.default_rng(3)))


@pytest.mark.parametrize("name", DRESSES)
def test_it_dresses_unrelated_pictures_as_marked_ones_look(name: str) -> None:
    rgb = photograph(260, 300)

    dressed = DRESSES[name](rgb, np.random.default_rng(4))

    assert dressed.shape != rgb.shape or _changed(dressed, rgb).any()


def test_it_leaves_a_picture_without_room_for_a_watermark_as_it_is() -> None:
    tiny = photograph(40, 40)

    assert np.array_equal(DRESSES["under another key"](tiny, np.random.default_rng(1)), tiny)


def test_it_makes_as_many_unrelated_pictures_as_wanted_each_its_own() -> None:
    made = [unrelated(number, OTHERS, seed=9) for number in range(24)]

    assert unrelated(3, OTHERS, seed=9) == made[3]
    assert len({data for _, _, data in made}) == 24
    assert any(kind.startswith("cut") for kind, _, _ in made)
    assert not any(kind.startswith("cut") for kind, _, _ in (unrelated(n, (), seed=9) for n in range(12)))
    assert all(min(Image.open(io.BytesIO(data)).size) >= 300 for _, _, data in made[:6])


def test_it_takes_the_pieces_of_a_mask_as_regions_without_crumbs() -> None:
    mask = np.zeros((200, 300), bool)
    mask[10:50, 20:80] = True
    mask[100:160, 200:220] = True
    mask[180, 5] = True

    mask[:30, 260:] = True

    assert regions_of(mask) == ((20, 10, 60, 40), (260, 0, 40, 30), (200, 100, 20, 60))
    assert regions_of(np.zeros((20, 20), bool)) == ()


@given(st.lists(BOXES, max_size=3), st.lists(BOXES, max_size=3))
@settings(max_examples=50, deadline=None)
def test_its_overlap_is_symmetric_and_whole_for_the_same(
    one: list[tuple[int, int, int, int]], other: list[tuple[int, int, int, int]]
) -> None:
    first, second = union(one, 60, 60), union(other, 60, 60)

    share = intersection_over_union(first, second)

    assert 0 <= share <= 1
    assert share == intersection_over_union(second, first)
    assert intersection_over_union(first, first) == (1 if one else 0)


def test_it_bounds_corners_within_the_picture() -> None:
    assert bounds(np.array([[-5.0, 3.2], [40.5, -2.0], [41.0, 90.0]]), 60, 80) == (0, 0, 41, 60)


def test_it_holds_every_third_picture_out(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(7)]

    marked, held_out = split(paths)

    assert [path.stem for path in held_out] == ["2", "5"]
    assert set(marked) | set(held_out) == set(paths)
    with pytest.raises(ValueError, match="expected 3 pictures or more, one of them to take from, found 2"):
        split(paths[:2])


def test_it_spreads_cases_over_works_and_names_each_once() -> None:
    asked = cases(["A", "B", "C"], stages=list(Stage), kinds=(), copies=4, unrelated=5)

    assert len(asked) == 4 * (len(KINDS) + len(RECOMPRESSED)) + 5
    assert len({case.name for case in asked}) == len(asked)
    assert {case.code for case in asked if case.kind == "cropped"} == {"A", "B", "C"}


def test_it_asks_for_the_kinds_and_stages_that_fit() -> None:
    asked = cases(["A"], stages=[Stage.EDITED], kinds=("face_*", "toned"), copies=1, unrelated=5)

    assert [case.kind for case in asked] == [
        "face_blended", "face_cloned", "toned", "face_mirrored", "face_on_screenshot",
    ]  # fmt: skip


def _answer(kind: str, **values: object) -> Answer:
    stage = Stage.EDITED if kind in KINDS else Stage.RECOMPRESSED
    told = {
        "case": f"{stage}-{kind}-0",
        "stage": stage,
        "kind": kind,
        "ending": "png",
        "work": "A",
        "found": "A",
    }
    return Answer(**{**told, "verdict": "confirmed", **values})  # type: ignore[arg-type]


def _change(kind: str) -> dict[str, object]:
    return {"kind": kind, "box": [0, 0, 4, 4], "confidence": 0.9}


def test_it_reports_what_was_found_located_and_named() -> None:
    answers = [
        _answer("face_blended", changes=(_change("replaced"),), box_fit=0.7, mask_fit=0.6),
        _answer("face_blended", found=None),
        _answer("cropped", changes=(_change("cropped"),), frame_fit=1.0),
        _answer("screenshot", changes=(_change("framed"), _change("added")), frame_fit=0.4),
        _answer("toned", found="B"),
        _answer("chat", changes=(_change("added"),)),
        replace(_answer("page"), stage=Stage.UNRELATED, work=None, found="A", layers=("hash registered",)),
    ]

    told = sections(answers)

    assert list(told) == ["Result", "Edited copies", "Untouched copies", "Unrelated pictures", "Time"]
    assert "| edited copies: the right work is found | ≥ 98 % | 60.0 % | 3 / 5 |" in told["Result"]
    assert "| edited copies: another work is named | 0 | 20.0 % | 1 / 5 |" in told["Result"]
    assert "located, IoU ≥ 0.5 with their boxes | ≥ 90 % | 50.0 % | 1 / 2 |" in told["Result"]
    assert "| frames: cropped, mirrored, framed is said |  | 50.0 % | 1 / 2 |" in told["Result"]
    assert "| frames alone: no region is said to be changed |  | 50.0 % | 1 / 2 |" in told["Result"]
    assert "| untouched copies: no changed region | ≥ 98 % | 0.0 % | 0 / 1 |" in told["Result"]
    assert "| unrelated pictures: said to be ours | 0 | 100.0 % | 1 / 1 |" in told["Result"]
    assert "| face_blended | 2 | 50 % | 50 % |" in told["Edited copies"]
    assert "| page | 1 | 1 | 1 |" in told["Unrelated pictures"]


def test_it_leaves_out_sections_of_stages_that_were_not_run() -> None:
    assert list(sections([_answer("cropped")])) == ["Result", "Edited copies", "Time"]


def test_it_keeps_answers_and_goes_on_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(photograph(20, 30)).save(path)
    kept = Kept(tmp_path / "run", [path], seed=1)
    answer = _answer(
        "cropped", truth=((1, 2, 3, 4),), changes=(_change("cropped"),), layers=("watermark registered",)
    )
    kept.add_work("a.png", "CODE")
    kept.add(answer)
    with (tmp_path / "run" / "answers.jsonl").open("a") as file:
        file.write('{"case": "cut o')

    again = Kept(tmp_path / "run", [path], seed=1)

    assert again.codes == {"a.png": "CODE"}
    assert again.answers() == {answer.case: answer}
    with pytest.raises(ValueError, match="run on the same pictures, found another"):
        Kept(tmp_path / "run", [path], seed=2)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"jobs": 0}, "expected jobs from 1 to"),
        ({"limit": -1}, "expected limit of 0 or more, found -1"),
        ({"copies": 0}, "expected copies of 1 or more, found 0"),
        ({"unrelated": -3}, "expected unrelated of 0 or more, found -3"),
        (
            {"stages": ("edited", "sold")},
            "expected stages out of edited, recompressed, unrelated, found sold",
        ),
        ({"kinds": ("face_*", "zzz")}, "found none that fits zzz$"),
        ({"json": Path("nowhere/a.json")}, "expected a place that can be written to, found none at nowhere"),
        ({"markdown": Path("docs")}, "expected a file to write, found a folder at docs"),
        ({"keep": Path("manage.py")}, "expected a folder to keep the run in, found a file at manage.py"),
    ],
)
def test_it_refuses_what_it_cannot_carry_out(values: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check(replace(Request(Path("docs/images")), **values))  # type: ignore[arg-type]


def test_it_names_cases_alike_in_every_run() -> None:
    assert Case(Stage.EDITED, "cropped", 3, "ANY").name == "edited-cropped-3"
    assert json.dumps(Case(Stage.UNRELATED, "unrelated", 0).name) == '"unrelated-unrelated-0"'
