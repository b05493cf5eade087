"""Readers of strangers' metadata, given files that are damaged at random or built to harm."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from types import FrameType

import numpy as np
import pytest

from marking.marks.implicit_label import Reading, jpeg, png, read
from marking.verification.generators.metadata import read_metadata
from marking.verification.generators.traces import Traces, find_traces
from tests.marking.marks.implicit_label import media_files as media
from tests.marking.marks.implicit_label.pictures import OLD_JSON, element, with_xmp, xmp_packet
from tests.marking.verification.containers import (
    comment,
    exif,
    with_chunks,
    with_exif,
    with_riff_chunks,
    with_segments,
    xmp,
)
from tests.marking.verification.generated_files import DECLARED, GENERATED, JPEG, OTHERS, PNG, WEBP

ROUNDS = 16
"""Damaged copies of every file: 150 files make 2,400."""
MOST_CALLS = 4_000_000
"""Calls of functions in one reading, own and built in: about two seconds of a core, without the counting."""

FILES: dict[str, bytes] = {
    **{f"labelled {name}": build(OLD_JSON) for name, (build, _) in media.LABELLED.items()},
    **{f"labelled {name}": with_xmp(name, xmp_packet(element(OLD_JSON))) for name in ("png", "jpeg", "webp")},
    **{
        f"commented {name}": with_exif(data, comment(OLD_JSON))
        for name, data in (("png", PNG), ("jpeg", JPEG))
    },
    **{f"generated: {name}": data for name, (data, _) in GENERATED.items()},
    **{f"declared: {name}": data for name, (data, _) in DECLARED.items()},
    **{f"other: {name}": data for name, data in OTHERS.items()},
}

Damage = Callable[[bytearray, np.random.Generator], None]


def flip_bytes(data: bytearray, random: np.random.Generator) -> None:
    for place in random.integers(0, len(data), int(random.integers(1, 12))).tolist():
        data[place] ^= int(random.integers(1, 256))


def cut(data: bytearray, random: np.random.Generator) -> None:
    del data[int(random.integers(0, len(data))) :]


def take_out(data: bytearray, random: np.random.Generator) -> None:
    start = int(random.integers(0, len(data)))
    del data[start : start + int(random.integers(1, 40))]


def repeat(data: bytearray, random: np.random.Generator) -> None:
    start, length = int(random.integers(0, len(data))), int(random.integers(1, 200))
    data[start:start] = data[start : start + length] * int(random.integers(1, 20))


def claim_much(data: bytearray, random: np.random.Generator) -> None:
    number = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\1", b"\xff\xff\xff\x7f")
    for place in random.integers(0, len(data), int(random.integers(1, 4))).tolist():
        data[place : place + 4] = number[int(random.integers(0, len(number)))]


def mix(data: bytearray, random: np.random.Generator) -> None:
    for damage in (flip_bytes, repeat, claim_much):
        damage(data, random)


DAMAGES: tuple[Damage, ...] = (flip_bytes, cut, take_out, repeat, claim_much, mix)


def read_all(data: bytes) -> None:
    """Read a file as verification does; whatever it is, there are answers, and their numbers are bounded."""
    reading = read(data)
    assert isinstance(reading, Reading)
    assert len(reading.labels) <= 32
    traces = find_traces(read_metadata(data))
    assert isinstance(traces, Traces)
    assert len(traces.places) <= 64


@pytest.mark.parametrize("name", FILES)
def test_they_answer_to_every_damaged_file(name: str) -> None:
    random = np.random.default_rng(zlib.crc32(name.encode()))
    for number in range(ROUNDS):
        data = bytearray(FILES[name])
        DAMAGES[number % len(DAMAGES)](data, random)
        read_all(bytes(data))


def test_they_are_given_two_thousand_of_them() -> None:
    assert len(FILES) * ROUNDS >= 2000


def nested(wrap: Callable[[bytes], bytes], depth: int, core: bytes = b"") -> bytes:
    for _ in range(depth):
        core = wrap(core)
    return core


def nested_boxes(depth: int) -> bytes:
    """Boxes that each hold the next, all of a kind whose content is looked into."""
    sizes = (8 * (depth - level) for level in range(depth))
    return b"".join(struct.pack(">I", size) + b"moov" for size in sizes)


def nested_elements(depth: int) -> bytes:
    """Simple tags of EBML that each hold the next; their sizes are unknown."""
    return b"\x67\xc8\xff" * depth


MEGABYTES = 10 << 20
DEEP_XML = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 300_000
ENTITIES = (
    b"<!DOCTYPE x ["
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]>"
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><AIGC>&e11;</AIGC></x:xmpmeta>"
)

HOSTILE: dict[str, Callable[[], bytes]] = {
    "boxes in boxes": lambda: media.box(b"ftyp", b"isom") + nested_boxes(100_000),
    "tiny boxes": lambda: media.box(b"ftyp", b"isom") + media.box(b"moov", media.box(b"udta", b"\0\0\0\x08meta" * 200_000)),
    "boxes of no size": lambda: media.box(b"ftyp", b"isom") + b"\0\0\0\0moov" * 50_000,
    "many lists": lambda: media.box(b"ftyp", b"isom") + media.box(b"moov", media.udta(media.keyed_meta(b"{", b"x") * 50) * 200),
    "fill bytes": lambda: b"\xff\xd8" + (b"\xff" * 100 + b"\x01") * 20_000,
    "many items": lambda: media.mp4(media.keyless_meta(*[media.box(b"----", media.data_box(b"{\"AIGC\":"))] * 20_000)),
    "many keys": lambda: media.mp4(media.keyed_meta(b"x", b"AIGC" * 1_000_000)),
    "tags in tags": lambda: media.ebml(0x1A45DFA3) + b"\x18\x53\x80\x67\xff\x12\x54\xc3\x67\xff\x73\x73\xff" + nested_elements(100_000),
    "tiny elements": lambda: media.ebml(0x1A45DFA3) + b"\x18\x53\x80\x67\xff" + b"\xec\x80" * 500_000,
    "tiny chunks": lambda: media.riff(b"WAVE", b"LIST\x04\0\0\0INFO" * 100_000),
    "many labels": lambda: media.wav(*[media.chunk(b"AIGC", b"{")] * 20_000),
    "tiny frames": lambda: media.id3(4, b"TXXX\0\0\0\2\0\0\3A" * 100_000),
    "a long frame": lambda: media.id3(4, media.id3_frame(4, b"TXXX", b"\1" + b"x\0" * (4 << 20))),
    "an inflating frame": lambda: media.id3(3, media.id3_frame(3, b"TXXX", bytes(4) + zlib.compress(bytes(MEGABYTES)), 0x80)),
    "tiny comments": lambda: media.flac(media.flac_block(4, media.comments() [:8] + b"\xff\xff\xff\xff" + bytes(1 << 20))),
    "tiny blocks": lambda: b"fLaC" + b"\4\0\0\0" * 300_000,
    "tiny pages": lambda: media.ogg_page(b"", 0) * 50_000,
    "a packet without end": lambda: b"".join(media.ogg_page(b"\xff" * 255 * 254, number)[:-1] for number in range(60)),
    "tiny scripts": lambda: b"FLV\1\5\0\0\0\x09" + bytes(4) + (b"\x12" + bytes(14)) * 100_000,
    "lists in lists": lambda: media.flv(b"\2" + media.amf_text("onMetaData"), b"\3", (media.amf_text("a") + b"\3") * 200_000),
    "a list that claims much": lambda: media.flv(b"\2" + media.amf_text("onMetaData"), b"\x0a\xff\xff\xff\xff" + b"\5" * (1 << 20)),
    "many object streams": lambda: media.pdf(b"", media.object_stream(b"") * 20_000),
    "types without streams": lambda: media.pdf(b"/ObjStm " * 500_000),
    "inflating streams": lambda: media.pdf(b"", media.object_stream(bytes(MEGABYTES)) * 80),
    "many references": lambda: media.pdf(b"/AIGC 7 0 R " * 200_000),
    "a string without end": lambda: media.pdf(b"/AIGC (" * 200_000),
    "spaces": lambda: media.pdf((b"/AIGC" + b" " * 63) * 20_000),
    "an inflating part": lambda: media.ooxml(bytes(MEGABYTES)),
    "entities in a part": lambda: media.ooxml(ENTITIES),
    "a long front matter": lambda: media.markdown("AIGC:\n" + "  Label: '1'\n" * 300_000),
    "a front matter without end": lambda: b"---\n" + b"AIGC: {\n" * 300_000,
    "inflating texts": lambda: with_chunks(PNG, *[(b"zTXt", b"parameters\0\0" + zlib.compress(bytes(MEGABYTES)))] * 200),
    "inflating labels": lambda: with_chunks(PNG, *[(b"zTXt", b"AIGC\0\0" + zlib.compress(b"{" * MEGABYTES))] * 200),
    "tiny parts": lambda: with_chunks(PNG, *[(b"tEXt", b"")] * 100_000),
    "tiny parts of RIFF": lambda: with_riff_chunks(WEBP, *[(b"XMP ", b"")] * 100_000),
    "tiny texts": lambda: with_chunks(PNG, *[(b"tEXt", b"prompt\0{")] * 20_000),
    "a long text": lambda: with_chunks(PNG, (b"tEXt", b"parameters\0" + b"Steps: 1, " * (1 << 20))),
    "an object without end": lambda: with_chunks(PNG, (b"tEXt", b"prompt\0" + b'{"prompt":' * (1 << 20))),
    "a raw profile": lambda: with_chunks(PNG, (b"tEXt", b"Raw profile type exif\0\nexif\n1\n" + b"4d4d002a" * (1 << 20))),
    "deep XML": lambda: with_chunks(PNG, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + DEEP_XML)),
    "entities": lambda: with_chunks(PNG, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + ENTITIES)),
    "a long packet": lambda: with_chunks(PNG, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(elements="<a/>" * (2 << 20)))),
    "many properties": lambda: with_chunks(PNG, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp(elements="<xmp:Credit>a</xmp:Credit>" * 30_000))),
    "broken properties": lambda: with_chunks(PNG, (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta " + b':AIGC="' * 100_000 + b":Credit=" * 50_000)),
    "packets in parts": lambda: with_segments(JPEG, *[(0xE1, jpeg.EXTENDED_XMP_HEADER + struct.pack(">I", n) * 8 + b"\0\x10\0\0" + bytes(4)) for n in range(900)]),
    "many comments": lambda: with_segments(JPEG, *[(0xFE, b'{"AIGC":' * 8000)] * 160),
    "many resources": lambda: with_segments(JPEG, *[(0xED, b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\0" * 5000)] * 20),
    "a directory of its own": lambda: with_exif(PNG, b"MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08"),
    "a long directory": lambda: with_exif(PNG, b"MM\0*\0\0\0\x08\xff\xff" + struct.pack(">HHII", 0x9286, 7, 1 << 20, 8) * 90_000),
    "a long field": lambda: with_exif(PNG, exif({0x010E: b'{"AIGC":' * (1 << 20)})),
    "blocks behind a picture": lambda: JPEG + b"SEFH" + bytes(4) + b"\xff\xff\xff\xff" + bytes(12) * 100_000 + struct.pack("<I", 12 + 12 * 100_000) + b"SEFT",
    "no filter": lambda: png.join([png.Chunk(b"IHDR", struct.pack(">IIBBBBB", 65_535, 65_535, 8, 6, 0, 0, 0)), png.Chunk(b"IDAT", zlib.compress(bytes(40 << 20))), png.Chunk(b"IEND", b"")]),
}  # fmt: skip
"""Files whose structure is meant to cost much: deep, broad, inflating, or without an end."""


@pytest.mark.parametrize("name", HOSTILE)
def test_they_do_bounded_work_for_a_hostile_file(name: str) -> None:
    data, calls = HOSTILE[name](), 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        read_all(data)
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS
