"""AVIF and HEIC files: sizes, turning, depth, colours, damage."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from marking.media import Limits, MediaType, Picture, Refused, open_picture, read_header
from marking.media.bmff import read_avif, read_heic
from tests.marking.media.boxed_files import box, heic, with_properties
from tests.marking.media.picture_files import SRGB, colours, exif, saved

AVIF = saved(colours(), "AVIF", quality=90)
HEIC = heic("plain")
READERS = {"avif": (AVIF, read_avif), "heic": (HEIC, read_heic)}
Open = Callable[[bytes], Picture]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    def read(content: bytes) -> Picture:
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        header = read_header(path, Limits())
        picture = open_picture(path, Limits(), every_frame=True)
        assert picture.rgb.shape == (header.height, header.width, 3)
        return picture

    return read


def refusal(content: bytes, reader: Callable[[bytes], object] = read_avif) -> Refused:
    with pytest.raises(Refused) as caught:
        reader(content)
    return caught.value


def difference(picture: Picture, expected: np.ndarray) -> float:
    return float(np.abs(picture.rgb.astype(int) - expected).mean())


@pytest.mark.parametrize(("content", "media_type"), [(AVIF, MediaType.AVIF), (HEIC, MediaType.HEIC)])
def test_it_opens_the_picture(opened: Open, content: bytes, media_type: MediaType) -> None:
    picture = opened(content)
    assert (picture.media_type, picture.alpha, picture.notes, picture.xmp) == (media_type, None, (), None)
    assert difference(picture, colours()) < 2


def test_it_keeps_the_alpha_of_both(opened: Open) -> None:
    red = colours()[..., 0]
    for content in (saved(np.dstack([colours(), red]), "AVIF", quality=90), heic("alpha")):
        alpha = opened(content).alpha
        assert alpha is not None
        assert np.abs(alpha.astype(int) - red).mean() < 2


def test_it_reduces_10_bits_and_says_so(opened: Open) -> None:
    picture = opened(heic("ten"))
    assert picture.notes == ("10_bit",)
    assert difference(picture, colours()) < 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_avif_is_turned_once(opened: Open, orientation: int) -> None:
    content = saved(colours(), "AVIF", exif=exif(orientation))
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    picture = opened(content)
    np.testing.assert_array_equal(picture.rgb, expected)
    assert picture.notes == (() if orientation == 1 else ("orientation",))


@pytest.mark.parametrize("angle", range(4))
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_a_heic_is_turned_once_as_an_avif_is(opened: Open, angle: int, axis: int | None) -> None:
    mirroring = [] if axis is None else [box(b"imir", bytes((axis,)))]
    turning = [box(b"irot", bytes((angle,))), *mirroring]
    expected = np.rot90(colours(), angle)
    if axis is not None:
        expected = expected[::-1] if axis == 0 else expected[:, ::-1]
    for content in (HEIC, AVIF):
        picture = opened(with_properties(content, *turning))
        assert difference(picture, expected) < 2
        assert picture.notes == (() if angle == 0 and axis is None else ("orientation",))


def test_the_first_picture_of_a_sequence_is_opened_and_the_rest_not_marked(tmp_path: Path) -> None:
    path = tmp_path / "file.avif"
    frames = [Image.fromarray(np.roll(colours(), step, axis=1)) for step in (20, 40)]
    path.write_bytes(saved(colours(), "AVIF", save_all=True, append_images=frames, quality=90))
    assert difference(open_picture(path, Limits()), colours()) < 2
    with pytest.raises(Refused) as caught:
        open_picture(path, Limits(), every_frame=True)
    assert caught.value.code == "animated"


def test_exif_has_no_say_in_turning(opened: Open) -> None:
    turned = saved(colours(), "AVIF", exif=exif(6))
    angle = turned.index(b"irot") + 4
    upright = turned[:angle] + b"\0" + turned[angle + 1 :]
    assert opened(upright).rgb.shape == (72, 96, 3)


def crop(width: int, height: int) -> bytes:
    """A clean aperture around the middle."""
    return box(b"clap", struct.pack(">8I", width, 1, height, 1, 0, 1, 0, 1))


def test_a_heic_is_cropped_and_an_avif_says_that_it_is_not(opened: Open) -> None:
    cropped = opened(with_properties(HEIC, crop(80, 70)))
    assert (cropped.rgb.shape, cropped.notes) == ((70, 80, 3), ())
    whole = opened(with_properties(AVIF, crop(80, 70)))
    assert (whole.rgb.shape, whole.notes) == ((72, 96, 3), ("crop_ignored",))
    assert opened(with_properties(AVIF, box(b"clap", bytes(32)))).notes == ()


def test_it_keeps_the_profile(opened: Open) -> None:
    assert opened(saved(colours(), "AVIF", icc_profile=SRGB)).icc_profile == SRGB


@pytest.mark.parametrize(("primaries", "transfer"), [(12, 13), (9, 16), (1, 18)], ids=["P3", "PQ", "HLG"])
def test_it_says_when_colours_are_not_those_of_srgb(opened: Open, primaries: int, transfer: int) -> None:
    place = HEIC.index(b"nclx") + 4
    content = HEIC[:place] + struct.pack(">HH", primaries, transfer) + HEIC[place + 4 :]
    assert opened(content).notes == ("colours_as_srgb",)


def test_it_refuses_a_colour_profile_that_is_too_large() -> None:
    profile = box(b"colr", b"prof" + bytes(5 * 2**20))
    assert refusal(with_properties(AVIF, profile)).code == "metadata_too_large"


def test_it_hands_on_the_packet(opened: Open) -> None:
    assert opened(saved(colours(), "AVIF", xmp=b"<x:xmpmeta/>")).xmp == b"<x:xmpmeta/>"


@pytest.mark.parametrize("name", READERS)
def test_it_refuses_a_file_cut_short_anywhere(name: str) -> None:
    content, reader = READERS[name]
    for length in [*range(40, 400, 7), *range(400, len(content), 101), len(content) - 1]:
        assert refusal(content[:length], reader).code in {"truncated", "unreadable"}


@pytest.mark.parametrize(
    ("change", "code", "reason"),
    [
        ((b"ispe", b"free"), "unreadable", "how large"),
        ((b"ipma", b"free"), "unreadable", "how large"),
        ((b"pitm", b"free"), "unreadable", "no picture"),
        ((b"meta", b"free"), "unreadable", "no picture"),
        ((b"\0\0\0\x14ispe", b"\0\0\0\x03ispe"), "unreadable", "shorter than its own length"),
        ((b"\0\0\0\x14ispe", b"\xff\0\0\x14ispe"), "truncated", "cut off"),
        ((b"\0\0\0\x14ispe", b"\0\0\0\x01ispe"), "truncated", "cut off"),
    ],
)
def test_it_names_what_is_wrong_with_the_boxes(change: tuple[bytes, bytes], code: str, reason: str) -> None:
    refused = refusal(AVIF.replace(*change, 1))
    assert (refused.code, reason in refused.message) == (code, True)


def claiming(content: bytes, width: int, height: int) -> bytes:
    """The file with another size of its picture."""
    place = content.index(b"ispe") + 8
    return content[:place] + struct.pack(">II", width, height) + content[place + 8 :]


def test_it_never_gives_a_picture_of_another_size_than_it_says(opened: Open) -> None:
    with pytest.raises(Refused):
        opened(claiming(HEIC, 90, 70))
    # libavif scales what it decoded to the size that the file claims
    assert opened(claiming(AVIF, 90, 70)).rgb.shape == (70, 90, 3)


@pytest.mark.parametrize("content", [AVIF, HEIC], ids=["avif", "heic"])
def test_it_refuses_too_many_pixels_by_the_header_alone(opened: Open, content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        opened(claiming(content, 2**31, 2**31))
    assert caught.value.code == "too_many_pixels"


@pytest.mark.parametrize("brand", [b"avif", b"heic"])
@pytest.mark.parametrize("rest", [b"", bytes(400), b"\xff" * 400, box(b"meta", bytes(90))])
def test_it_refuses_a_brand_with_rubbish_behind_it(opened: Open, brand: bytes, rest: bytes) -> None:
    with pytest.raises(Refused) as caught:
        opened(box(b"ftyp", brand + bytes(4) + b"mif1" + brand) + rest)
    assert caught.value.code in {"truncated", "unreadable"}


@pytest.mark.parametrize("content", [AVIF, HEIC], ids=["avif", "heic"])
def test_it_refuses_pixels_that_do_not_decode(opened: Open, content: bytes) -> None:
    start = content.index(b"mdat") + 4
    with pytest.raises(Refused) as caught:
        opened(content[:start] + b"\xaa" * (len(content) - start))
    assert caught.value.code in {"truncated", "unreadable"}


def with_large_data_box(content: bytes, more: int = 0) -> bytes:
    """The file with the size of its last box in eight bytes, and ``more`` than it has."""
    start = content.index(b"mdat") - 4
    data = content[start + 8 :]
    return content[:start] + struct.pack(">I4sQ", 1, b"mdat", len(data) + 16 + more) + data


def test_it_reads_sizes_of_8_bytes() -> None:
    assert read_avif(with_large_data_box(AVIF)).width == 96
    assert refusal(with_large_data_box(AVIF, 1)).code == "truncated"
    assert refusal(AVIF[: AVIF.index(b"mdat") - 4] + b"\0\0\0\1mdat\0").code == "truncated"


def test_it_reads_a_packet_within_the_meta_box() -> None:
    entry = box(b"infe", b"\2\0\0\0\0\1\0\0mime\0application/rdf+xml\0")
    items = box(b"iinf", bytes(4) + b"\0\1" + entry)
    places = box(b"iloc", b"\1\0\0\0\x44\0\0\1" + struct.pack(">HHHHII", 1, 1, 0, 1, 0, 12))
    size = box(
        b"iprp",
        box(b"ipco", box(b"ispe", bytes(4) + struct.pack(">II", 80, 70)))
        + box(b"ipma", bytes(4) + b"\0\0\0\1\0\1\1\1"),
    )
    primary = box(b"pitm", bytes(4) + b"\0\1")
    inner = primary + items + places + size + box(b"idat", b"<x:xmpmeta/>")
    structure = read_avif(box(b"ftyp", b"avif" + bytes(4)) + box(b"meta", bytes(4) + inner))
    assert (structure.xmp, structure.width, structure.bit_depth) == (b"<x:xmpmeta/>", 80, 8)
    beyond = inner.replace(struct.pack(">II", 0, 12), struct.pack(">II", 0, 13))
    assert refusal(box(b"ftyp", b"avif" + bytes(4)) + box(b"meta", bytes(4) + beyond)).code == "truncated"


def test_it_refuses_locations_that_are_work_in_themselves() -> None:
    endless = struct.pack(">IHH", 0, 0, 65_535) + struct.pack(">HHH", 1, 0, 65_535) * 65_535
    meta = box(b"meta", bytes(4) + _meta_of(AVIF) + box(b"iloc", endless))
    refused = refusal(box(b"ftyp", b"avif" + bytes(4)) + meta)
    assert "more than 65536 parts" in refused.message


def _meta_of(content: bytes) -> bytes:
    """The boxes of the meta box without the one of places."""
    start = content.index(b"meta") - 4
    (size,) = struct.unpack_from(">I", content, start)
    inner = content[start + 12 : start + size]
    place = inner.index(b"iloc") - 4
    (length,) = struct.unpack_from(">I", inner, place)
    return inner[:place] + inner[place + length :]


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_it_is_read_or_refused_whatever_bytes_are_changed(name: str, data: st.DataObject) -> None:
    content, reader = READERS[name]
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, 420))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        reader(bytes(changed))
