"""Reading a file's claim about itself: formats, limits, damage, without decoding."""

import copy
import io
import struct
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from marking.media import Limits, MediaType, Refused, read_header, sniff
from marking.media.structure import MAX_CHUNKS, MAX_PROFILE_BYTES
from tests.marking.media.picture_files import (
    PNG_SIGNATURE,
    chunk,
    colours,
    exif,
    header_chunk,
    png,
    refusal,
    riff,
    saved,
    segment,
    with_segments,
)

LIMITS = Limits()
FORMATS = {each: each.name for each in MediaType if each.is_written}
WORKING = {
    "png": saved(colours(), "PNG"),
    "jpeg": saved(colours(), "JPEG"),
    "progressive jpeg": saved(colours(), "JPEG", progressive=True),
    "lossy webp": saved(colours(), "WEBP"),
    "lossless webp": saved(colours(), "WEBP", lossless=True),
    "extended webp": saved(np.dstack([colours(), colours()[..., 0]]), "WEBP", xmp=b"<x/>"),
}


@pytest.fixture
def header_of(tmp_path: Path):
    def read(content: bytes, limits: Limits = LIMITS, *, minimum_side: bool = True):
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return read_header(path, limits, minimum_side=minimum_side)

    return read


@pytest.mark.parametrize("media_type", FORMATS)
def test_it_reads_format_and_size(header_of, media_type):
    header = header_of(saved(colours(72, 96), FORMATS[media_type]))
    assert (header.media_type, header.width, header.height, header.frames) == (media_type, 96, 72, 1)


@pytest.mark.parametrize("name", WORKING)
def test_it_agrees_with_pillow_on_the_size(header_of, name):
    header = header_of(WORKING[name])
    assert (header.width, header.height) == Image.open(io.BytesIO(WORKING[name])).size


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (PNG_SIGNATURE, MediaType.PNG),
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"RIFF\x10\0\0\0WEBPVP8 ", MediaType.WEBP),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"GIF89a", MediaType.GIF),
        (b"GIF87a", MediaType.GIF),
        (b"GIF88a", None),
        (b"II*\0", MediaType.TIFF),
        (b"MM\0*", MediaType.TIFF),
        (b"II+\0", None),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1miaf", MediaType.AVIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic", MediaType.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miafheic", None),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41avc1", None),
        (b"<svg xmlns=", None),
        (b"\x89PN", None),
        (b"", None),
    ],
)
def test_it_tells_formats_by_their_first_bytes(head, expected):
    assert sniff(head) is expected


def test_it_names_the_customary_extensions():
    assert [media_type.extension for media_type in MediaType] == [
        "png",
        "jpg",
        "webp",
        "gif",
        "tiff",
        "avif",
        "heic",
    ]


def test_it_refuses_an_empty_file(header_of):
    assert refusal(header_of, b"").code == "empty_file"


def test_it_refuses_another_format_in_words_that_people_read(header_of):
    refused = refusal(header_of, b"BM\x8a\0\0\0\0\0\0\0")
    assert refused.code == "unsupported_format"
    assert "not a picture of a known format: PNG, JPEG" in refused.message
    assert "42" not in refused.message
    assert refused.message_template % refused.details == refused.message == str(refused)


def test_it_refuses_too_many_bytes(header_of):
    refused = refusal(header_of, WORKING["png"], Limits(bytes=100))
    assert (refused.code, refused.details["limit"]) == ("too_large", 100)


@pytest.mark.parametrize(
    "bomb",
    [
        PNG_SIGNATURE + header_chunk(30_000, 30_000) + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        PNG_SIGNATURE + header_chunk(10_000, 6_000) + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        PNG_SIGNATURE + header_chunk(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        WORKING["jpeg"].replace(struct.pack(">HH", 72, 96), struct.pack(">HH", 65_000, 65_000)),
        riff((b"VP8X", bytes(4) + b"\xff" * 6)),
    ],
    ids=["900 MP png", "60 MP png", "largest png", "jpeg", "webp"],
)
def test_it_refuses_too_many_pixels_by_the_header_alone(header_of, bomb):
    assert refusal(header_of, bomb).code == "too_many_pixels"


def test_it_refuses_sides_too_short_to_mark_unless_told_otherwise(header_of):
    small = saved(colours(63, 500), "PNG")
    refused = refusal(header_of, small)
    assert (refused.code, refused.details) == ("too_small", {"width": 500, "height": 63, "limit": 64})
    assert header_of(small, minimum_side=False).height == 63
    assert header_of(saved(np.zeros((1, 1, 3), np.uint8), "PNG"), minimum_side=False).width == 1


def animated(pillow_format: str, count: int = 3, **settings) -> bytes:
    frames = [Image.fromarray(np.roll(colours(), 10 * number, axis=1)) for number in range(1, count)]
    return saved(colours(), pillow_format, save_all=True, append_images=frames, **settings)


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP", "GIF"])
def test_it_counts_the_frames_of_an_animation(header_of, pillow_format):
    assert header_of(animated(pillow_format)).frames == 3


@pytest.mark.parametrize("pillow_format", ["PNG", "WEBP", "GIF"])
def test_it_refuses_animations_too_long_to_mark(header_of, pillow_format):
    refused = refusal(header_of, animated(pillow_format), Limits(frames=2))
    assert (refused.code, refused.details) == ("too_many_frames", {"frames": 3, "limit": 2})
    refused = refusal(header_of, animated(pillow_format), Limits(pixels=20_000))
    assert (refused.code, refused.details["pixels"]) == ("too_many_frame_pixels", 3 * 96 * 72)
    assert header_of(animated(pillow_format), Limits(frames=2), minimum_side=False).frames == 3


def test_it_refuses_to_mark_other_animations(header_of):
    refused = refusal(header_of, animated("AVIF"))
    assert (refused.code, refused.details) == ("animated", {"frames": 3})
    assert header_of(animated("AVIF"), minimum_side=False).frames == 3


@pytest.mark.parametrize("name", WORKING)
def test_it_refuses_a_file_cut_short_anywhere(header_of, name):
    whole = WORKING[name]
    for length in [*range(1, 60), *range(60, len(whole), max(1, len(whole) // 40)), len(whole) - 1]:
        code = refusal(header_of, whole[:length]).code
        assert code in {"truncated", "unreadable", "unsupported_format"}
        assert code == "truncated" or length < 60


@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_it_reads_or_refuses_whatever_bytes_are_changed(data):
    name = data.draw(st.sampled_from(sorted(WORKING)))
    content = bytearray(WORKING[name])
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, min(len(content) - 1, 700)))
        content[position] = data.draw(st.integers(0, 255))
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        with suppress(Refused):
            header = read_header(Path(file.name), LIMITS)
            assert 0 < header.width * header.height <= LIMITS.pixels


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PNG_SIGNATURE + chunk(b"IDAT", b"x") + chunk(b"IEND"), "begins with its header"),
        (PNG_SIGNATURE + chunk(b"IHDR", bytes(5)) + chunk(b"IEND"), "begins with its header"),
        (PNG_SIGNATURE + header_chunk(80, 80) + chunk(b"IEND"), "no picture data"),
        (png(colours(), 0, 2, chunk(b"tRNS", bytes(6))), "0 found"),
        (PNG_SIGNATURE + header_chunk(0, 80) + chunk(b"IDAT") + chunk(b"IEND"), "0 × 80"),
        (WORKING["png"].replace(b"IDAT\x78", b"IDAT\x79"), "checksum of its part IDAT"),
        (b"\xff\xd8\xff\xd9", "no picture data"),
        (b"\xff\xd8\xff\xe0\0\x01", "shorter than its own length"),
        (b"\xff\xd8\xff\xe0\0\x02junk", "marker was expected at byte 6"),
        (b"\xff\xd8" + segment(0xDA, b"") + b"\xff\xd9", "one frame header"),
        (with_segments(WORKING["jpeg"], segment(0xC0, b"\x08")), "one frame header"),
        (b"\xff\xd8" + segment(0xC0, b"\x08") + segment(0xDA, b"") + b"\xff\xd9", "one frame header"),
        (riff(), "begins with VP8"),
        (riff((b"VP8 ", bytes(10))), "begins with VP8"),
        (riff((b"VP8L", bytes(5))), "begins with VP8"),
        (riff((b"VP8X", bytes(5))), "begins with VP8"),
        (riff((b"ALPH", bytes(10))), "begins with VP8"),
    ],
)
def test_it_names_what_is_wrong_with_the_structure(header_of, content, reason):
    refused = refusal(header_of, content)
    assert refused.code == "unreadable"
    assert reason in refused.message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xd8\xff", "scan"),
        (b"\xff\xd8\xff\xe0\0", "cut off"),
        (b"\xff\xd8\xff\xe0\0\x09abc", "cut off"),
        (PNG_SIGNATURE + struct.pack(">I4s", 2**31, b"tEXt") + bytes(20), "2147483648 bytes is cut off"),
        (riff((b"VP8 ", bytes(10)))[:12] + b"VP8 \xff\0\0\0" + bytes(10), "255 bytes is cut off"),
    ],
)
def test_it_names_what_is_missing(header_of, content, reason):
    refused = refusal(header_of, content)
    assert refused.code == "truncated"
    assert reason in refused.message


def test_it_refuses_a_file_of_endlessly_many_parts(header_of):
    empty = chunk(b"tEXt")
    file = PNG_SIGNATURE + header_chunk(80, 80) + empty * MAX_CHUNKS + chunk(b"IDAT") + chunk(b"IEND")
    refused = refusal(header_of, file)
    assert (refused.code, "more than 65536 parts" in refused.message) == ("unreadable", True)


def test_it_accepts_fill_bytes_and_markers_that_stand_alone(header_of):
    filled = with_segments(WORKING["jpeg"], b"\xff\xff\xff\x01", b"\xff\xff" + segment(0xFE, b"comment"))
    assert header_of(filled).width == 96


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_gives_the_size_as_displayed(header_of, orientation):
    expected = (96, 72) if orientation < 5 else (72, 96)
    files = [
        png(colours(), 8, 2, chunk(b"eXIf", exif(orientation))),
        with_segments(WORKING["jpeg"], segment(0xE1, b"Exif\0\0" + exif(orientation, ">"))),
        saved(colours(), "WEBP", exif=exif(orientation)),
    ]
    for file in files:
        header = header_of(file)
        assert (header.width, header.height) == expected


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"II*\0",
        b"not TIFF at all",
        exif(0),
        exif(9),
        exif(6, kind=4),
        exif(6)[:20],
        b"II*\0\xff\xff\xff\xff",
    ],
)
def test_it_takes_damaged_exif_as_upright(header_of, block):
    assert header_of(png(colours(), 8, 2, chunk(b"eXIf", block))).width == 96


@pytest.mark.parametrize(
    "bomb",
    [
        png(colours(), 8, 2, chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(MAX_PROFILE_BYTES + 1), 9))),
        with_segments(
            WORKING["jpeg"],
            *[segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 70)) + bytes(65_000)) for n in range(1, 71)],
        ),
        riff((b"VP8X", bytes(4) + b"\x5f\0\0\x47\0\0"), (b"ICCP", bytes(MAX_PROFILE_BYTES + 1))),
    ],
    ids=["png", "jpeg", "webp"],
)
def test_it_refuses_a_colour_profile_bomb(header_of, bomb):
    assert refusal(header_of, bomb).code == "metadata_too_large"


def test_it_rebuilds_a_refusal_from_its_parts():
    refused = copy.copy(Refused("too_large", found=7, limit=5))
    assert (refused.code, refused.details) == ("too_large", {"found": 7, "limit": 5})
    assert refused.message == "The file has 7 bytes. At most 5 bytes are accepted."


def test_it_says_what_limit_is_possible():
    with pytest.raises(ValueError, match="expected a limit of 1 to 89478485 pixels, found 100000000"):
        Limits(pixels=100_000_000)


def test_it_leaves_a_missing_file_to_the_caller(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_header(tmp_path / "nothing.png", LIMITS)
