"""How large a picture is printed: read from every format that says it, written where there is room for it."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.media import (
    Animation,
    Frame,
    Limits,
    MediaType,
    Refused,
    encode_picture,
    open_picture,
    read_header,
)
from marking.media.encoding import KEEPS_DENSITY, encode_animation
from marking.media.exif import Density, read_density
from tests.marking.media.boxed_files import heic
from tests.marking.media.picture_files import colours, saved, segment, with_segments
from tests.marking.media.tiff_files import LONG, tiff


def exif(across: int, down: int, unit: int = 2, orientation: int = 1) -> bytes:
    """An EXIF block with a density and an orientation."""
    block = Image.Exif()
    block[0x0112], block[0x0128] = orientation, unit
    block[0x011A], block[0x011B] = (float(across), float(down))
    return block.tobytes()


def density_of(folder: Path, content: bytes) -> Density | None:
    path = folder / "picture"
    path.write_bytes(content)
    return open_picture(path, Limits()).density


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF"])
def test_it_reads_the_density_of_a_file(tmp_path: Path, name: str) -> None:
    found = density_of(tmp_path, saved(colours(), name, dpi=(300, 150)))
    assert found == pytest.approx((300, 150), abs=0.02)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_it_reads_the_density_of_the_exif_block(tmp_path: Path, name: str) -> None:
    content = saved(colours(), name, exif=exif(120, 60, unit=3))
    if name == "JPEG":  # in which Pillow writes JFIF without a unit
        assert content[13] == 0
    assert density_of(tmp_path, content) == pytest.approx((304.8, 152.4))


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_it_reads_none_where_none_is_given(tmp_path: Path, name: str) -> None:
    assert density_of(tmp_path, saved(colours(), name)) is None


def test_it_reads_pixels_per_centimetre_in_jfif(tmp_path: Path) -> None:
    plain = saved(colours(), "JPEG")
    jfif = b"JFIF\0\1\1" + struct.pack(">BHHBB", 2, 100, 50, 0, 0)
    assert density_of(tmp_path, with_segments(plain, segment(0xE0, jfif))) == pytest.approx((254, 127))


def test_it_turns_the_density_with_the_picture(tmp_path: Path) -> None:
    content = saved(colours(), "WEBP", exif=exif(300, 150, orientation=6))
    assert density_of(tmp_path, content) == (150, 300)


@pytest.mark.parametrize("unit", [1, 9])
def test_it_reads_none_without_a_unit_of_length(unit: int) -> None:
    assert read_density(exif(300, 300, unit)) is None


@pytest.mark.parametrize("given", [(0, 300), (300, 0), (70_000, 300)])
def test_it_reads_none_that_no_picture_has(given: tuple[int, int]) -> None:
    assert read_density(exif(*given)) is None


def test_it_reads_none_in_fractions_of_nothing(tmp_path: Path) -> None:
    block = exif(300, 300)
    assert read_density(block.replace(struct.pack(">II", 300, 1), bytes(8))) is None
    content = saved(colours(), "TIFF", dpi=(300, 300))
    assert struct.pack("<II", 300, 1) in content
    assert density_of(tmp_path, content.replace(struct.pack("<II", 300, 1), bytes(8))) is None


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_it_never_raises_over_a_damaged_block(rest: bytes) -> None:
    read_density(rest)
    read_density(b"II*\0" + rest)
    read_density(b"Exif\0\0MM\0*\0\0\0\x08" + rest)


@pytest.mark.parametrize("media_type", sorted(KEEPS_DENSITY))
def test_it_writes_the_density_where_there_is_room(tmp_path: Path, media_type: MediaType) -> None:
    content = encode_picture(colours(), media_type=media_type, density=(240, 120))
    assert density_of(tmp_path, content) == pytest.approx((240, 120), abs=0.02)
    with Image.open(io.BytesIO(content)) as image:  # as a reader that is not ours sees it
        assert image.info["dpi"] == pytest.approx((240, 120), abs=0.02)
    assert density_of(tmp_path, encode_picture(colours(), media_type=media_type)) is None


def test_it_writes_the_density_of_an_animation(tmp_path: Path) -> None:
    frames = (Frame(colours(), None, 100), Frame(255 - colours(), None, 100))
    content = encode_animation(Animation(frames, 0), media_type=MediaType.PNG, density=(96, 96))
    assert density_of(tmp_path, content) == pytest.approx((96, 96), abs=0.02)
    encode_animation(Animation(frames, 0), media_type=MediaType.GIF, density=(96, 96))  # no room: no harm


def test_it_notes_the_further_pictures_of_a_jpeg(tmp_path: Path) -> None:
    first, second = (Image.fromarray(each) for each in (colours(), 255 - colours()))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second])
    (tmp_path / "two.jpg").write_bytes(file.getvalue())
    assert open_picture(tmp_path / "two.jpg", Limits()).notes == ("further_pictures",)


def test_it_reads_the_density_of_a_heic_without_harm(tmp_path: Path) -> None:
    density_of(tmp_path, heic("photo"))


@pytest.mark.parametrize("tiled", [False, True])
def test_it_refuses_a_tiff_cut_short_before_it_is_decoded(tmp_path: Path, tiled: bool) -> None:
    pixels = colours()[..., 0]
    tags = {324: (LONG, 8), 325: (LONG, 1 << 24)} if tiled else {279: (LONG, 1 << 24)}
    (tmp_path / "cut.tiff").write_bytes(tiff(pixels, tags))
    with pytest.raises(Refused) as refused:
        read_header(tmp_path / "cut.tiff", Limits())
    assert refused.value.code == "truncated"
