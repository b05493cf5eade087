"""Looking for faces: what is found where, and the labelled picture in which it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from marking.faces import find_faces
from marking.marks import explicit_label, implicit_label, watermark
from marking.marks.explicit_label import Wording
from marking.media import Limits, Refused
from marking.media.bounded import run_bounded
from marking.pipeline.faces import Looked, look_for_faces
from marking.pipeline.picture import Order
from tests.conftest import photograph
from tests.drawn_faces import face, scene
from tests.marking.pipeline.provenances import PROVENANCE
from tests.marking.pipeline.test_picture import KEY, LABEL, PAYLOAD

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]


def _order(source: Path) -> Order:
    return Order(source, source.parent, PAYLOAD, KEY, LABEL, Wording.BOTH, Limits(), PROVENANCE)


def _looked(tmp_path: Path, rgb: Pixels, name: str = "a.png", **options: object) -> Looked:
    path = tmp_path / name
    Image.fromarray(rgb).save(path, **options)
    return look_for_faces(_order(path))


def _moving(tmp_path: Path, frames: Sequence[Pixels]) -> Looked:
    path = tmp_path / "moving.png"
    first, *more = [Image.fromarray(frame) for frame in frames]
    first.save(path, save_all=True, append_images=more, duration=100)
    return look_for_faces(_order(path))


def _other_person(place: tuple[int, int]) -> Pixels:
    """A scene with a rounder face."""
    picture, (x, y) = scene(), place
    picture[y : y + 200, x : x + 200] = cv2.resize(face(200)[10:190, 30:170], (200, 200))
    return picture


def _preview(looked: Looked) -> Pixels:
    assert looked.preview is not None
    return np.asarray(Image.open(looked.preview).convert("RGB"))


def _same_place(one: Box, two: Box) -> bool:
    return max(abs(a - b) for a, b in zip(one, two, strict=True)) <= 0.25 * one[2]


def test_it_finds_nothing_and_writes_nothing_where_no_face_is(tmp_path: Path) -> None:
    assert _looked(tmp_path, photograph()) == Looked()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_it_shows_faces_on_a_picture_that_carries_every_label(tmp_path: Path) -> None:
    looked = _looked(tmp_path, scene((40, 90), (380, 90)))
    assert len(looked.faces) == 2
    preview = _preview(looked)
    assert explicit_label.find(preview) is not None
    found = watermark.detect(preview, key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD
    assert looked.preview is not None
    assert [each.value for each in implicit_label.read(looked.preview.read_bytes()).labels] == [LABEL]


@pytest.mark.parametrize(
    ("height", "width", "side"), [(384, 640, 200), (1500, 1400, 900), (900, 110, 100), (110, 2400, 100)]
)
def test_it_says_where_a_face_is_in_the_file_and_in_the_preview(
    tmp_path: Path, height: int, width: int, side: int
) -> None:
    looked = _looked(tmp_path, scene((5, 5), height=height, width=width, side=side))
    (there,) = looked.faces
    x, y, w, h = there.box
    assert x <= side / 2 <= x + w
    assert y <= side / 2 <= y + h
    shown_x, shown_y, shown_w, shown_h = there.shown
    preview = _preview(looked)
    assert 0 <= shown_x < shown_x + shown_w <= preview.shape[1]
    cut = preview[shown_y : shown_y + shown_h, shown_x : shown_x + shown_w]
    small = np.asarray(Image.open(tmp_path / "a.png").crop((x, y, x + w, y + h)).resize(cut.shape[1::-1]))
    assert np.abs(cut.astype(int) - small).mean() < 25


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK"])
def test_it_looks_at_pictures_of_every_kind(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.fromarray(scene((40, 90))).convert(mode).save(path)
    assert len(look_for_faces(_order(path)).faces) == 1


def test_it_finds_a_face_before_a_transparent_background_and_none_that_is_transparent(tmp_path: Path) -> None:
    rgb = scene((40, 90))
    alpha = np.zeros(rgb.shape[:2], np.uint8)
    assert not _looked(tmp_path, np.dstack([rgb, alpha])).faces
    alpha[90:290, 40:240] = 255
    assert len(_looked(tmp_path, np.dstack([rgb, alpha])).faces) == 1


def test_it_looks_at_the_picture_as_it_is_displayed(tmp_path: Path) -> None:
    """EXIF orientation 6 (CIPA DC-008-2023, 4.6.5.1.10): the stored picture lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    looked = _looked(
        tmp_path, np.ascontiguousarray(np.rot90(scene((40, 90)))), "a.jpg", exif=exif, quality=95
    )
    (there,) = looked.faces
    assert _same_place(find_faces(scene((40, 90)))[0].box, there.box)


@pytest.mark.parametrize("step", [0, 3, 50])
def test_it_tells_a_face_that_goes_through_an_animation_once(tmp_path: Path, step: int) -> None:
    looked = _moving(tmp_path, [scene((40 + step * number, 90)) for number in range(5)])
    assert [each.frame for each in looked.faces] == [0]


def test_it_asks_about_a_face_that_appears_late(tmp_path: Path) -> None:
    nobody = photograph(384, 640)
    looked = _moving(tmp_path, [nobody, scene((40, 90)), nobody, _other_person((380, 90))])
    assert [each.frame for each in looked.faces] == [1, 3]
    preview = _preview(looked)
    assert explicit_label.find(preview) is not None
    first, second = (each.shown for each in looked.faces)
    assert first[0] + first[2] < 512 <= second[0]
    assert max(second[0] + second[2], second[1] + second[3]) <= max(preview.shape[:2])


def test_it_asks_about_each_person_of_a_slide_show(tmp_path: Path) -> None:
    """They stand in the same place, one after the other."""
    looked = _moving(tmp_path, [scene((40, 90)), _other_person((40, 90))])
    assert [each.frame for each in looked.faces] == [0, 1]


def test_it_is_done_in_a_child_process(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(scene((40, 90))).save(path)
    looked = run_bounded(look_for_faces, _order(path), seconds=60, memory_bytes=1 << 30)
    assert len(looked.faces) == 1


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_it_refuses_what_cannot_be_decoded(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(Refused):
        look_for_faces(_order(path))


def test_it_refuses_a_picture_that_is_cut_short(tmp_path: Path) -> None:
    whole = BytesIO()
    Image.fromarray(scene((40, 90))).save(whole, "JPEG")
    path = tmp_path / "a.jpg"
    path.write_bytes(whole.getvalue()[:4000])
    with pytest.raises(Refused):
        look_for_faces(_order(path))
