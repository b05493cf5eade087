"""Which kinds of metadata of an upload a marked file goes without: their kinds, never what they say. Pure.

A marked file is encoded afresh and carries nothing of the upload's metadata but its colour profile and its density
(decision 8). Whoever uploaded it is told what was there. Nothing here raises, whatever the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label import Reading, jpeg, png, webp
from marking.marks.implicit_label.exif import read_texts, tags
from marking.marks.implicit_label.further_reading import read_carriers

MOST_BLOCKS = 64
"""Texts, blocks and packets of one kind that are looked at."""
LONGEST_TEXT = 1 << 16
"""Bytes of one of them that are looked at."""

POSITION = 0x8825
"""The pointer to a directory of the place (CIPA DC-008-2023, 4.6.3.2)."""
CAMERA = frozenset({0x010F, 0x0110, 0x829A, 0x829D, 0x8827, 0x9003, 0x920A, 0xA431, 0xA434})
"""Make, model, exposure, aperture, sensitivity, time of taking, focal length, serial number and lens."""
IN_WORDS = frozenset({0x010E, 0x0131, 0x013B, 0x8298, 0x9286, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F})
"""Description, software, artist, copyright, comment, and Microsoft's fields."""
IPTC = 0x83BB
"""The records of IPTC in a TIFF file."""

_PROMPT_KEYWORDS = frozenset(
    {
        "parameters", "parameters-json", "prompt", "workflow", "generation_data", "dream", "sd-metadata", "smproj",
        "fooocus_scheme", "invokeai_metadata", "invokeai_graph", "invokeai_workflow", "sui_image_params", "nmkdiffusion",
    }
)  # fmt: skip
"""PNG keywords, in lower case, under which generators keep what they were asked for."""
_PROMPT = re.compile(
    r"\bSteps: \d{1,5}, |\bNegative prompt: |\"class_type\"\s{0,8}:|\"negative_?prompt\"\s{0,8}:"
)
_PHOTOSHOP = b"Photoshop 3.0\0"
_IPTC_RECORD = b"8BIM\x04\x04"
_IPTC_IN_XMP = (b"iptc.org/std/", b"ns.useplus.org/", b"ns.adobe.com/photoshop/")


@dataclass(frozen=True)
class _Words:
    """What a file says beside its pixels. ``texts``: keyword, empty for a comment, and the beginning of each."""

    texts: tuple[tuple[str, str], ...] = ()
    packets: tuple[bytes, ...] = ()
    blocks: tuple[bytes, ...] = ()
    has_iptc: bool = False


def left_behind(data: bytes, found: Reading, *, keeps_label: bool) -> tuple[str, ...]:
    """Return which kinds a marked file of ``data`` goes without, as codes in a fixed order.

    "left_prompt" (what a generator was asked for), "left_position", "left_camera", "left_iptc", "left_words" (further texts
    of EXIF, comments and texts), "left_xmp" and "left_label". ``found``: the labels of ``data``; ``keeps_label``:
    whether one of them goes on.
    """
    words = _words(data)
    known = frozenset[int]().union(*(tags(block) for block in words.blocks))
    left = {
        "left_prompt": _holds_prompt(words),
        "left_position": POSITION in known,
        "left_camera": bool(CAMERA & known),
        "left_iptc": words.has_iptc or IPTC in known or any(map(_speaks_iptc, words.packets)),
        "left_words": bool(IN_WORDS & known) or any(not _is_prompt(*each) for each in words.texts),
        "left_xmp": bool(words.packets),
        "left_label": bool(found.labels) and not keeps_label,
    }
    return tuple(kind for kind, is_there in left.items() if is_there)


def _holds_prompt(words: _Words) -> bool:
    in_blocks = (field.text for block in words.blocks for field in read_texts(block).fields)
    return any(_is_prompt(*each) for each in words.texts) or any(
        _PROMPT.search(text[:LONGEST_TEXT]) for text in in_blocks
    )


def _is_prompt(keyword: str, text: str) -> bool:
    return keyword.casefold() in _PROMPT_KEYWORDS or _PROMPT.search(text) is not None


def _speaks_iptc(packet: bytes) -> bool:
    return any(name in packet for name in _IPTC_IN_XMP)


def _words(data: bytes) -> _Words:
    if data.startswith(png.SIGNATURE):
        return _of_png(data)
    if data.startswith(jpeg.START):
        return _of_jpeg(data)
    if webp.is_webp(data):
        return _of_webp(data)
    carriers = read_carriers(data)
    if carriers is None:
        return _Words()
    return _Words(
        texts=tuple(("", comment[:LONGEST_TEXT]) for comment in carriers.comments[:MOST_BLOCKS]),
        packets=tuple(packet for _, packet in carriers.packets[:MOST_BLOCKS]),
        blocks=carriers.exif[:MOST_BLOCKS],
    )


def _of_png(data: bytes) -> _Words:
    chunks = list(png.chunks(data))
    texts = list(islice(_png_texts(chunks), MOST_BLOCKS))
    profiles = [profile for each in texts if (profile := png.raw_profile(each)) is not None]
    named = [each for each in texts if each.keyword != png.XMP_KEYWORD]
    return _Words(
        texts=tuple(
            (each.keyword, each.text.decode(each.encoding, "replace"))
            for each in named
            if not each.keyword.startswith(png.RAW_PROFILE)
        ),
        packets=tuple(each.text for each in texts if each.keyword == png.XMP_KEYWORD),
        blocks=(
            *(chunk.data for chunk in chunks if chunk.type == b"eXIf"),
            *(_tiff(each) for each in profiles),
        ),
        has_iptc=any(_IPTC_RECORD in each for each in profiles),
    )


def _png_texts(chunks: list[png.Chunk]) -> Iterator[png.Text]:
    for chunk in chunks:
        text = png.text_of(chunk, LONGEST_TEXT) if chunk.type in png.TEXT_TYPES else None
        if text is not None:
            yield text


def _of_jpeg(data: bytes) -> _Words:
    head = jpeg.split(data).head
    comments = (each.payload for each in head if each.marker == jpeg.COMMENT)
    photoshop = (
        each.payload for each in head if each.marker == jpeg.APP13 and each.payload.startswith(_PHOTOSHOP)
    )
    return _Words(
        texts=tuple(
            ("", each[:LONGEST_TEXT].decode("utf-8", "replace")) for each in islice(comments, MOST_BLOCKS)
        ),
        packets=tuple(each.payload for each in head if each.is_xmp)[:MOST_BLOCKS],
        blocks=tuple(_tiff(each.payload) for each in head if each.is_exif)[:MOST_BLOCKS],
        has_iptc=any(_IPTC_RECORD in each for each in photoshop),
    )


def _of_webp(data: bytes) -> _Words:
    found = webp.split(data).found
    return _Words(
        packets=tuple(each.data for each in found if each.name == webp.XMP)[:MOST_BLOCKS],
        blocks=tuple(_tiff(each.data) for each in found if each.name == webp.EXIF)[:MOST_BLOCKS],
    )


def _tiff(block: bytes) -> bytes:
    return block.removeprefix(jpeg.EXIF_HEADER)
