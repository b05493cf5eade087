"""Which kinds of metadata are left behind, by files made for it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from marking.marks.implicit_label import AigcLabel, jpeg, png, read, write
from marking.pipeline.left_behind import left_behind
from tests.marking.media.picture_files import colours, saved, segment, with_segments

PARAMETERS = "a cat in a secret place\nNegative prompt: dogs\nSteps: 20, Sampler: Euler a, Seed: 1"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%s</rdf:RDF></x:xmpmeta>'
TITLE = b'<rdf:Description xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:Headline="secret"/>'
LABEL = AigcLabel.first(producer="001191110102MACQD9K64010000", produce_id="R07ZQ0H4KP")
IPTC_SEGMENT = segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x05\0\x06secret\0")


def kinds(data: bytes, *, keeps_label: bool = False) -> tuple[str, ...]:
    return left_behind(data, read(data), keeps_label=keeps_label)


def exif(**values: Any) -> bytes:
    """An EXIF block with a camera, a place or words."""
    block = Image.Exif()
    if "camera" in values:
        block[0x010F] = values["camera"]
    if "place" in values:
        block.get_ifd(0x8825)[1] = values["place"]
    if "words" in values:
        block[0x013B] = values["words"]
    if "comment" in values:
        block.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + values["comment"].encode()
    return block.tobytes()


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_it_finds_nothing_in_a_plain_picture(name: str) -> None:
    assert kinds(saved(colours(), name)) == ()


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_it_tells_place_camera_and_words_of_exif_apart(name: str) -> None:
    block = {"camera": "Secret", "place": "N", "words": "Secret"}
    for value, kind in (("camera", "left_camera"), ("place", "left_position"), ("words", "left_words")):
        assert kinds(saved(colours(), name, exif=exif(**{value: block[value]}))) == (kind,)
    assert kinds(saved(colours(), name, exif=exif(**block))) == ("left_position", "left_camera", "left_words")


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_it_finds_a_prompt_in_a_comment_of_exif(name: str) -> None:
    assert "left_prompt" in kinds(saved(colours(), name, exif=exif(comment=PARAMETERS)))


@pytest.mark.parametrize(
    ("keyword", "text", "kind"),
    [
        ("parameters", PARAMETERS, "left_prompt"),
        ("Workflow", "{}", "left_prompt"),
        ("Comment", '{"1": {"class_type": "KSampler"}}', "left_prompt"),
        ("Author", "Secret", "left_words"),
    ],
)
def test_it_knows_what_generators_write_into_png(keyword: str, text: str, kind: str) -> None:
    for packed in (False, True):
        info = PngInfo()
        info.add_text(keyword, text, zip=packed)
        assert kinds(saved(colours(), "PNG", pnginfo=info)) == (kind,)


def test_it_reads_the_raw_profiles_of_png() -> None:
    def profile(name: str, body: bytes) -> bytes:
        info = PngInfo()
        info.add_text(f"Raw profile type {name}", f"\n{name}\n{len(body):8}\n{body.hex()}\n")
        return saved(colours(), "PNG", pnginfo=info)

    assert kinds(profile("exif", exif(camera="Secret"))) == ("left_camera",)
    assert kinds(profile("iptc", b"8BIM\x04\x04\0\0\0\0\0\0")) == ("left_iptc",)


def test_it_finds_the_records_and_the_properties_of_iptc() -> None:
    assert kinds(with_segments(saved(colours(), "JPEG"), IPTC_SEGMENT)) == ("left_iptc",)
    assert kinds(saved(colours(), "TIFF", tiffinfo={0x83BB: b"\x1c\x02\x05\0\x06secret"})) == ("left_iptc",)
    packet = XMP % TITLE
    in_xmp = with_segments(saved(colours(), "JPEG"), segment(0xE1, jpeg.XMP_HEADER + packet))
    assert kinds(in_xmp) == ("left_iptc", "left_xmp")


def test_it_finds_xmp_in_every_container() -> None:
    packet = XMP % b""
    plain = saved(colours(), "PNG")
    chunks = list(png.chunks(plain))
    files = [
        png.join([chunks[0], png.xmp_chunk(packet), *chunks[1:]]),
        saved(colours(), "WEBP", xmp=packet),
        saved(colours(), "TIFF", tiffinfo={700: packet}),
        saved(colours(), "GIF", comment=b"hello"),
    ]
    assert [kinds(data) for data in files] == [("left_xmp",)] * 3 + [("left_words",)]


def test_it_finds_comments_of_jpeg() -> None:
    comment = with_segments(saved(colours(), "JPEG"), segment(0xFE, b"by somebody"))
    assert kinds(comment) == ("left_words",)


def test_it_says_that_a_label_is_not_kept() -> None:
    labelled = write(saved(colours(), "PNG"), LABEL)
    assert "left_label" in kinds(labelled)
    assert "left_label" not in kinds(labelled, keeps_label=True)


def test_it_never_says_what_was_there() -> None:
    data = saved(
        colours(), "JPEG", exif=exif(camera="Secret", words="Secret", comment=PARAMETERS), comment=b"secret"
    )
    assert all(kind.startswith("left_") and "secret" not in kind for kind in kinds(data))


@given(
    st.binary(max_size=300),
    st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF"]),
    st.integers(0, 400),
)
@settings(max_examples=60, deadline=None)
def test_it_never_raises_over_damage(noise: bytes, name: str, place: int) -> None:
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, name)
    data = file.getvalue()
    kinds(noise)
    kinds(data[:place] + noise + data[place:])
