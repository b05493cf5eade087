"""For each of the seven formats: density, colour profile and orientation survive the marking, or it is said."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from marking.marks import explicit_label, watermark
from marking.marks.explicit_label import Wording
from marking.media import Limits, MediaType, encode_picture, open_picture
from marking.pipeline import previews
from marking.pipeline.picture import Marked
from tests.conftest import photograph
from tests.marking.media.boxed_files import box, heic, with_properties
from tests.marking.pipeline.test_formats import KEY, PAYLOAD, marked

UPRIGHT = photograph(240, 320)
STORED = np.ascontiguousarray(np.rot90(UPRIGHT))  # a quarter turn anti-clockwise: orientation 6 turns it back
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SIZES = {"width": 320, "height": 240}
TURNED_CLOCKWISE = box(b"irot", b"\x03")


def source(name: str, **settings: Any) -> bytes:
    """The picture lying on its side, 150 dots per inch across as seen and 300 down, with a colour profile."""
    block = Image.Exif()
    block[0x0112], block[0x0128] = 6, 2
    block[0x011A], block[0x011B] = 300.0, 150.0
    file = io.BytesIO()
    Image.fromarray(STORED).save(file, name, icc_profile=PROFILE, exif=block, **settings)
    return file.getvalue()


def reopened(outcome: Marked) -> Image.Image:
    image = Image.open(outcome.path)
    image.load()
    return image


def require_marks(outcome: Marked) -> None:
    found = watermark.detect(open_picture(outcome.path, Limits()).rgb, key=KEY)
    assert found is not None
    assert found.payload == PAYLOAD


@pytest.mark.parametrize(
    ("name", "settings"),
    [("PNG", {}), ("JPEG", {"dpi": (300, 150), "quality": 95}), ("TIFF", {"dpi": (300, 150)})],
)
def test_it_keeps_all_three_where_there_is_room(tmp_path: Path, name: str, settings: dict[str, Any]) -> None:
    outcome = marked(tmp_path, source(name, **settings))
    require_marks(outcome)
    image = reopened(outcome)
    assert image.size == (320, 240)
    assert image.info["dpi"] == pytest.approx((150, 300), abs=0.02)
    assert image.info["icc_profile"] == PROFILE
    assert outcome.notes == ("orientation",)
    assert image.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("name", ["WEBP", "AVIF"])
def test_it_keeps_two_and_notes_the_third_where_only_exif_has_room(tmp_path: Path, name: str) -> None:
    outcome = marked(tmp_path, source(name, quality=95))
    require_marks(outcome)
    image = reopened(outcome)
    assert image.size == (320, 240)
    assert image.info["icc_profile"] == PROFILE
    assert set(outcome.notes) == {"orientation", "left_density"}


def test_it_keeps_the_profile_of_a_gif_which_has_room_for_nothing_else(tmp_path: Path) -> None:
    data = encode_picture(UPRIGHT, media_type=MediaType.GIF, icc_profile=PROFILE)
    outcome = marked(tmp_path, data)
    require_marks(outcome)
    assert open_picture(outcome.path, Limits()).icc_profile == PROFILE
    assert outcome.notes == ("gif_colours",)


def test_it_turns_a_heic_and_keeps_its_profile(tmp_path: Path) -> None:
    before = heic("photo")
    turned = with_properties(before, box(b"colr", b"prof" + PROFILE), TURNED_CLOCKWISE)
    (tmp_path / "plain.heic").write_bytes(before)
    plain = open_picture(tmp_path / "plain.heic", Limits())
    outcome = marked(tmp_path, turned)
    image = reopened(outcome)
    assert image.size == plain.rgb.shape[:2]
    assert image.info["icc_profile"] == PROFILE
    assert {"orientation", "as_jpeg"} <= set(outcome.notes)


def test_it_leaves_the_default_density_unsaid(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x0128], block[0x011A], block[0x011B] = 2, 72.0, 72.0
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "WEBP", exif=block, quality=95)
    assert marked(tmp_path, file.getvalue()).notes == ()


def test_it_notes_the_second_picture_of_an_mpo(tmp_path: Path) -> None:
    first, second = Image.fromarray(UPRIGHT), Image.fromarray(UPRIGHT[:, ::-1])
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second], quality=95)
    assert marked(tmp_path, file.getvalue()).notes == ("further_pictures",)


def test_its_previews_carry_the_watermark_and_a_label(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(photograph(600, 800)).save(file, "PNG")
    outcome = marked(tmp_path, file.getvalue())
    for path in (outcome.before, outcome.after):
        rgb = np.asarray(Image.open(path))
        found = watermark.detect(rgb, key=KEY)
        assert found is not None
        assert found.payload == PAYLOAD
        assert explicit_label.find(rgb) is not None


@pytest.mark.parametrize("shape", [(64, 64), (64, 3000), (3000, 64)])
def test_its_preview_of_a_small_upload_is_marked_as_far_as_there_is_room(shape: tuple[int, int]) -> None:
    grey = np.full((*shape, 3), 120, np.uint8)
    rgb = np.asarray(Image.open(io.BytesIO(previews.before(grey, Wording.BOTH, PAYLOAD, KEY))))
    assert explicit_label.find(rgb) is not None
