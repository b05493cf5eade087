"""write and read: one label in a GIF, TIFF, AVIF or HEIC file, and what other programs make of it."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
import pi_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from marking.marks.implicit_label import Origin, Reading, SourceType, gif, read, tiff, write
from marking.marks.implicit_label.bmff import XMP_UUID, take_apart
from tests.marking.marks.implicit_label.exiftool import read_tags
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    WRAPPED_OLD_JSON,
    element,
    exif_block,
    pixels,
    xmp_packet,
)
from tests.marking.media.boxed_files import box, heic

PLACES = {
    "gif": "gif:XMP",
    "gif-moving": "gif:XMP",
    "tiff": "tiff:700",
    "tiff-motorola": "tiff:700",
    "avif": "bmff:item",
    "avif-moving": "bmff:item",
    "heic": "bmff:item",
}
ENDINGS = {name: name.partition("-")[0] for name in PLACES}
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:title>'
USER_COMMENT = b"ASCII\0\0\0" + WRAPPED_OLD_JSON.encode()


@cache
def encoded(name: str, xmp: bytes | None = None) -> bytes:
    """The picture in one of the formats, with a packet as other programs write it."""
    if name == "heic":
        return heic("plain") if xmp is None else write_item(heic("plain"), xmp)
    frames = [Image.fromarray(np.roll(pixels(), step, axis=1)) for step in range(3)]
    moving = {"save_all": True, "append_images": frames[1:]} if name.endswith("moving") else {}
    file = io.BytesIO()
    if name.startswith("tiff"):
        prefix = b"MM" if name.endswith("motorola") else b"II"
        frames[0].save(file, "TIFF", tiffinfo={} if xmp is None else {700: xmp})
        return file.getvalue() if prefix == b"II" else motorola(xmp)
    if name.startswith("avif"):
        frames[0].save(file, "AVIF", **({} if xmp is None else {"xmp": xmp}), **moving)
        return file.getvalue()
    frames[0].save(file, "GIF", **moving)
    return file.getvalue() if xmp is None else with_gif_block(file.getvalue(), gif.xmp_block(xmp))


def motorola(xmp: bytes | None) -> bytes:
    """A grey TIFF with its greatest digits first."""
    rows = pixels()[..., 0].tobytes()
    packet = xmp or b""
    entries = [(256, 3, 1, 17 << 16), (257, 3, 1, 11 << 16), (258, 3, 1, 8 << 16), (259, 3, 1, 1 << 16)]
    entries += [(262, 3, 1, 1 << 16), (273, 4, 1, 8), (278, 3, 1, 11 << 16), (279, 4, 1, len(rows))]
    entries += [(700, 1, len(packet), 8 + len(rows))] if packet else []
    body = b"".join(struct.pack(">HHII", *entry) for entry in entries)
    start = 8 + len(rows) + len(packet)
    return (
        b"MM\0*"
        + struct.pack(">I", start)
        + rows
        + packet
        + struct.pack(">H", len(entries))
        + body
        + bytes(4)
    )


def write_item(data: bytes, packet: bytes) -> bytes:
    """A HEIC with a packet in a ``uuid`` box, as this room does not write it."""
    return data + box(b"uuid", XMP_UUID + packet)


def with_gif_block(data: bytes, block: gif.Block) -> bytes:
    """A GIF with a block before all others."""
    blocks = gif.split(data)
    return gif.join(blocks.header, [block, *blocks.found])


def decoded(name: str, data: bytes) -> NDArray[np.uint8]:
    """Every frame, as the libraries decode it."""
    if name == "heic":
        return np.asarray(pi_heif.open_heif(io.BytesIO(data)).to_pillow())
    with Image.open(io.BytesIO(data)) as image:
        return np.stack([np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)])


def assert_only_label(data: bytes, place: str) -> None:
    reading = read(data)
    assert [(found.value, found.place, found.is_valid) for found in reading.labels] == [(LABEL, place, True)]
    assert reading.faults == ()


@pytest.mark.parametrize("name", PLACES)
def test_it_keeps_every_pixel_of_every_frame(name: str) -> None:
    original = encoded(name)

    written = write(original, LABEL)

    assert np.array_equal(decoded(name, written), decoded(name, original))
    assert_only_label(written, PLACES[name])


@pytest.mark.parametrize("name", PLACES)
def test_it_is_read_by_exiftool(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{ENDINGS[name]}"
    path.write_bytes(write(encoded(name, xmp_packet(TITLE)), LABEL, origin=Origin()))

    tags = read_tags(path)

    assert tags["XMP:Aigc"] == LABEL.to_json()
    assert tags["XMP:DigitalSourceType"] == SourceType.TRAINED
    assert tags["XMP:Title"] == "A & B"
    assert "ExifTool:Warning" not in tags
    assert "ExifTool:Error" not in tags


@pytest.mark.parametrize("name", ["tiff", "avif"])
def test_it_is_read_by_pillow(name: str) -> None:
    with Image.open(io.BytesIO(write(encoded(name), LABEL))) as image:
        assert image.getxmp()["xmpmeta"]["RDF"]["Description"]["AIGC"] == LABEL.to_json()


def test_it_is_read_by_libheif() -> None:
    opened = pi_heif.open_heif(io.BytesIO(write(encoded("heic"), LABEL)))

    assert LABEL.to_json() in opened.info["xmp"].decode().replace("&quot;", '"')


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    "packet",
    [
        xmp_packet(element(OLD_JSON)),
        xmp_packet("", f" TC260:AIGC='{OLD_JSON}'"),
        xmp_packet(element(OLD_JSON) + element(WRAPPED_OLD_JSON) + TITLE),
    ],
    ids=["element", "attribute", "two"],
)
def test_it_replaces_the_label_in_xmp(name: str, packet: bytes) -> None:
    before = encoded(name, packet)
    assert OLD_LABEL in [found.value for found in read(before).labels]

    written = write(before, LABEL)

    assert_only_label(written, PLACES[name])
    assert OLD_LABEL.produce_id.encode() not in written
    assert np.array_equal(decoded(name, written), decoded(name, before))


@pytest.mark.parametrize("name", PLACES)
def test_it_writes_the_same_twice(name: str) -> None:
    once = write(encoded(name, xmp_packet(TITLE)), LABEL)

    assert write(once, LABEL) == once


@pytest.mark.parametrize("name", PLACES)
def test_a_longer_packet_and_a_shorter_one_leave_nothing_behind(name: str) -> None:
    once = write(encoded(name), LABEL)
    longer = write(once, LABEL, xmp=xmp_packet(f"<dc:source>{'x' * 5000}</dc:source>"))

    assert write(longer, LABEL, xmp=b"") == once
    assert np.array_equal(decoded(name, longer), decoded(name, once))


@pytest.mark.parametrize("name", PLACES)
def test_it_takes_the_packet_it_is_given(name: str) -> None:
    given_packet = xmp_packet("<dc:source>given</dc:source>")

    written = write(encoded(name, xmp_packet(TITLE)), LABEL, xmp=given_packet)

    assert b"<dc:source>given</dc:source>" in written
    assert b"dc:title" not in written


def comment(text: bytes) -> gif.Block:
    """A comment in pieces of 100 bytes."""
    parts = [text[at : at + 100] for at in range(0, len(text), 100)]
    content = b"".join(bytes((len(part),)) + part for part in parts)
    return gif.Block(gif.EXTENSION, gif.COMMENT, b"!\xfe" + content + b"\0")


def test_it_replaces_the_label_in_a_gif_comment_and_keeps_other_comments() -> None:
    before = with_gif_block(encoded("gif"), comment(WRAPPED_OLD_JSON.encode()))
    before = with_gif_block(before, comment(b"a day at the sea"))
    assert [(found.value, found.place) for found in read(before).labels] == [(OLD_LABEL, "gif:comment")]

    written = write(before, LABEL)

    assert_only_label(written, "gif:XMP")
    assert b"a day at the sea" in written


def test_it_replaces_the_label_in_the_exif_comment_of_a_tiff() -> None:
    block = exif_block(USER_COMMENT)
    plain = encoded("tiff")
    pointer = struct.pack("<HHII", 0x8769, 4, 1, len(plain) + 26)  # exif_block's second directory
    before = with_tiff_entry(plain + block, pointer)
    at = len(plain) + 26 + 2 + 8  # where the comment lies, counted from the start of the file
    (value,) = struct.unpack_from("<I", before, at)
    before = before[:at] + struct.pack("<I", value + len(plain)) + before[at + 4 :]
    assert [found.place for found in read(before).labels] == ["exif:UserComment"]

    written = write(before, LABEL)

    assert_only_label(written, "tiff:700")
    assert len(plain + block) < len(written)


def with_tiff_entry(data: bytes, entry: bytes) -> bytes:
    """A TIFF with one more entry in its first directory, which moves to the end."""
    directory = tiff.read_directory(data)
    assert directory is not None
    tag, kind, count, field = struct.unpack("<HHI4s", entry)
    entries = sorted([*directory.entries, tiff.Entry(tag, kind, count, field)], key=lambda each: each.tag)
    body = b"".join(struct.pack("<HHI", e.tag, e.kind, e.count) + e.field for e in entries)
    data += bytes(len(data) % 2)
    moved = data + struct.pack("<H", len(entries)) + body + bytes(4)
    return moved[:4] + struct.pack("<I", len(data)) + moved[8:]


def test_it_replaces_the_label_in_the_exif_comment_of_an_avif() -> None:
    file = io.BytesIO()
    Image.fromarray(pixels()).save(file, "AVIF", exif=exif_block(USER_COMMENT))
    before = file.getvalue()
    assert [found.value for found in read(before).labels] == [OLD_LABEL]

    written = write(before, LABEL)

    assert_only_label(written, "bmff:item")
    assert np.array_equal(decoded("avif", written), decoded("avif", before))


def test_it_makes_an_old_gif_one_that_knows_extensions() -> None:
    old = b"GIF87a" + encoded("gif")[6:]

    assert write(old, LABEL).startswith(b"GIF89a")


# --- Bytes -----------------------------------------------------------------------------------------------------


def test_it_writes_the_application_extension_of_adobe() -> None:
    written = write(encoded("gif"), LABEL)

    start = written.index(b"!\xff\x0bXMP DataXMP<?xpacket begin")
    stop = written.index(b'<?xpacket end="w"?>') + 19
    assert written[stop : stop + 4] == b"\x01\xff\xfe\xfd"
    assert written[stop + 254 : stop + 258] == b"\x02\x01\x00\x00"
    assert start < written.index(b",")
    assert written.endswith(b";")


def test_it_hangs_a_new_directory_onto_a_tiff() -> None:
    original = encoded("tiff")

    written = write(original, LABEL)

    assert written[8 : len(original)] == original[8:]
    (start,) = struct.unpack_from("<I", written, 4)
    (count,) = struct.unpack_from("<H", written, start)
    tags = [struct.unpack_from("<HHII", written, start + 2 + 12 * number) for number in range(count)]
    assert [tag[0] for tag in tags] == sorted(tag[0] for tag in tags)
    (_, kind, length, offset) = next(tag for tag in tags if tag[0] == 700)
    assert kind == 1
    assert written[offset : offset + 8] == b"<?xpacke"
    assert written[offset : offset + length].endswith(b'end="w"?>')
    assert start == offset + length + length % 2


@pytest.mark.parametrize("name", ["avif", "heic"])
def test_it_makes_the_packet_an_item_that_describes_the_picture(name: str) -> None:
    written = write(encoded(name), LABEL)

    entry = written.index(b"mime\0application/rdf+xml\0")
    number = written[entry - 4 : entry - 2]
    assert written[entry - 12 : entry - 4] == b"infe\2\0\0\0"
    primary = written[written.index(b"pitm") + 8 :][:2]
    assert b"cdsc" + number + b"\0\1" + primary in written
    assert written.endswith(b'<?xpacket end="w"?>')
    assert b"mdat<?xpacket begin" in written


def test_it_moves_every_place_that_a_sequence_names() -> None:
    original = encoded("avif-moving")

    written = write(original, LABEL)

    (old,), (new,) = (
        struct.unpack_from(">I", data, data.index(b"stco") + 12) for data in (original, written)
    )
    assert new > old
    assert written[new : new + 40] == original[old : old + 40]


def test_it_reads_a_uuid_box_and_leaves_none() -> None:
    before = encoded("heic", xmp_packet(element(OLD_JSON) + TITLE))
    assert [found.place for found in read(before).labels] == ["bmff:uuid"]

    written = write(before, LABEL)

    assert XMP_UUID not in written
    assert TITLE.encode() in written
    assert len(take_apart(written).top) == len(take_apart(before).top) + 1


def test_it_spells_out_a_size_that_means_up_to_the_end() -> None:
    original = encoded("avif")
    start = original.index(b"mdat") - 4
    endless = original[:start] + bytes(4) + original[start + 4 :]

    written = write(endless, LABEL)

    assert written == write(original, LABEL)


def test_it_closes_what_reached_up_to_the_end_before_it_puts_something_behind() -> None:
    original = encoded("avif")
    start = original.index(b"infe") - 4
    open_ended = original[:start] + bytes(4) + original[start + 4 :]

    assert_only_label(write(open_ended, LABEL), "bmff:item")


def test_it_takes_no_number_that_a_place_without_an_item_has() -> None:
    original = heic("alpha")  # two pictures
    second = original.rindex(b"infe") - 4
    (size,) = struct.unpack_from(">I", original, second)
    hidden = original[:second] + struct.pack(">I4s", size, b"free") + original[second + 8 :]

    assert_only_label(write(hidden, LABEL), "bmff:item")


def test_it_keeps_a_packet_that_describes_another_picture() -> None:
    """Gain maps have packets of their own."""
    once = write(heic("alpha"), LABEL, xmp=xmp_packet(TITLE))
    other = once.replace(b"cdsc\0\3\0\1\0\1", b"cdsc\0\3\0\1\0\2").replace(b"AIGC>", b"AIGX>")
    assert read(other).labels == ()

    written = write(other, LABEL)

    assert_only_label(written, "bmff:item")
    assert [item.number for item in take_apart(written).items if item.is_xmp] == [3, 4]
    assert TITLE.encode() in written


# --- Refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACES)
def test_it_refuses_a_file_that_breaks_off(name: str) -> None:
    whole = encoded(name)
    for length in (6, 13, 40) if "tiff" not in name else (6, 8, 9):
        with suppress(ValueError):
            written = write(whole[:length], LABEL)
            pytest.fail(f"expected a refusal of the first {length} bytes, found {written[:40]!r}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((b"pitm", b"free"), "one pitm"),
        ((b"meta", b"free"), "no meta box"),
        ((b"mdat", b"moof"), "in one piece"),
        ((b"iloc\0\0\0\0D\0\0\1\0\1\0\0\0\1\0", b"iloc\0\0\0\0D\0\0\1\0\1\0\0\0\1\x7f"), "behind its end"),
    ],
)
def test_it_refuses_boxes_that_it_cannot_move(change: tuple[bytes, bytes], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write(encoded("avif").replace(*change, 1), LABEL)


def test_it_refuses_a_gif_or_tiff_without_a_picture() -> None:
    with pytest.raises(ValueError, match="without a frame"):
        write(b"GIF89a\1\0\1\0\0\0\0;", LABEL)
    with pytest.raises(ValueError, match="without a directory of a picture"):
        write(b"II*\0\x08\0\0\0\0\0\0\0\0\0", LABEL)


@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_it_reads_anything_and_writes_or_refuses(name: str, data: st.DataObject) -> None:
    content = bytearray(encoded(name, xmp_packet(TITLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(content[: data.draw(st.integers(0, len(content)))])
    assert isinstance(read(changed), Reading)
    with suppress(ValueError):
        written = read(write(changed, LABEL))
        assert [found.value for found in written.labels] == [LABEL]


@pytest.mark.parametrize("name", PLACES)
def test_it_never_passes_a_damaged_label_as_another(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    value_at = labelled.index(b"{&quot;Label")
    value = range(value_at, value_at + len(LABEL.to_json().replace('"', "&quot;")))
    random = np.random.default_rng(45438)
    for _ in range(100):
        position, change = int(random.integers(0, len(labelled))), int(random.integers(1, 256))
        damaged = bytearray(labelled)
        damaged[position] ^= change
        for found in read(bytes(damaged)).labels:
            assert found.value == LABEL or not found.is_valid or position in value


@pytest.mark.parametrize("name", ["gif", "avif", "heic"])
def test_it_says_so_when_a_file_was_cut(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    for length in np.random.default_rng(6).integers(32, len(labelled) - 2, 50).tolist():
        reading = read(labelled[:length])
        assert "truncated_container" in reading.faults
        assert all(found.value == LABEL for found in reading.labels if found.is_valid)
