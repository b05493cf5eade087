"""The primary picture of an AVIF or HEIC file (AVIF 1.1; ISO/IEC 23008-12:2022, "HEIF")."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import chain

from marking.bmff.boxes import Box
from marking.bmff.strict_boxes import BrokenOff, Fields
from marking.media.boxes import boxes, find, item_spans
from marking.media.exif import Density, read_density
from marking.media.refusal import Refused
from marking.media.structure import (
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileBytes,
    Span,
    Structure,
    count_chunk,
)

_Spans = dict[int, list[Span]]

_XMP_TYPE = b"application/rdf+xml"
_MAX_EXIF_BYTES = 2**20
# Primaries and transfer of ITU-T H.273 that a picture without a profile is shown with anyway: BT.709 and sRGB, the
# two of BT.601 (whose primaries differ little), and "unspecified".
_PLAIN_PRIMARIES, _PLAIN_TRANSFERS = frozenset({1, 2, 5, 6}), frozenset({1, 2, 6, 13, 14, 15})

# Orientation (EXIF) by quarter turns anti-clockwise (irot, 6.5.10) and then no mirroring, rows swapped (imir of axis
# 0, 6.5.12), or columns swapped (axis 1).
_ORIENTATIONS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip


def read_avif(data: FileBytes) -> Structure:
    """Take an AVIF apart. Raises Refused for a file cut short or damaged in its structure."""
    return _whole(data, decoder_shapes=False)


def read_heic(data: FileBytes) -> Structure:
    """Take a HEIC apart, whose decoder itself crops and turns. Raises Refused as `read_avif` does."""
    return _whole(data, decoder_shapes=True)


def _whole(data: FileBytes, *, decoder_shapes: bool) -> Structure:
    try:
        return _read(data, decoder_shapes=decoder_shapes)
    except BrokenOff as error:
        raise Refused("unreadable", reason="one of its parts is shorter than what it should hold") from error


def _read(data: FileBytes, *, decoder_shapes: bool) -> Structure:
    """The size is that of the primary picture; EXIF has no say in how it is turned (HEIF, annex A.2.4)."""
    top = list(boxes(data, 0, len(data)))
    meta = _meta(top)
    properties = _properties_of_primary(data, meta)
    stored, cropped = _stored_size(data, properties), _cropped_size(data, properties)
    width, height = cropped if decoder_shapes and cropped else stored
    icc_profile, notes = _colours(data, properties)
    spans = item_spans(data, meta)
    return Structure(
        width=width,
        height=height,
        frames=_frames(data, top),
        pixel_spans=((0, len(data)),),
        orientation=_orientation(data, properties),
        bit_depth=_bit_depth(data, properties),
        icc_profile=icc_profile,
        xmp=_xmp(data, meta, spans),
        density=_density(data, meta, spans),
        decoder_turns=decoder_shapes,
        notes=(*notes, "crop_ignored") if cropped and cropped != stored and not decoder_shapes else notes,
    )


def _meta(top: list[Box]) -> tuple[int, int]:
    """Where the boxes within the meta box lie."""
    meta = next((box for box in top if box.type == b"meta"), None)
    if meta is None:
        raise Refused("unreadable", reason="there is no picture in it")
    return meta.body + 4, meta.stop


def _primary(data: FileBytes, meta: tuple[int, int]) -> int:
    box = find(data, *meta, b"pitm")
    if box is None:
        raise Refused("unreadable", reason="there is no picture in it")
    fields = Fields(data, box.body, box.stop)
    version = fields.number(4) >> 24
    return fields.number(4 if version else 2)


def _properties_of_primary(data: FileBytes, meta: tuple[int, int]) -> list[Box]:
    """The properties of the primary picture (ipco and ipma, HEIF 9.3), in their order."""
    container, association = find(data, *meta, b"iprp", b"ipco"), find(data, *meta, b"iprp", b"ipma")
    if container is None or association is None:
        raise Refused("unreadable", reason="it does not say how large it is")
    every = list(boxes(data, container.body, container.stop))
    indices = _associated(Fields(data, association.body, association.stop), _primary(data, meta))
    return [every[index - 1] for index in indices if 1 <= index <= len(every)]


def _associated(fields: Fields, item: int) -> list[int]:
    head = fields.number(4)
    version, flags = head >> 24, head & 1
    for entry in range(fields.number(4)):
        count_chunk(entry)
        identity = fields.number(4 if version else 2)
        size = 2 if flags else 1
        indices = [fields.number(size) & (0x7FFF if flags else 0x7F) for _ in range(fields.number(1))]
        if identity == item:
            return indices
    return []


def _stored_size(data: FileBytes, properties: list[Box]) -> tuple[int, int]:
    """Width and height before any cropping and turning (ispe, HEIF 6.5.3)."""
    box = next((box for box in properties if box.type == b"ispe"), None)
    if box is None:
        raise Refused("unreadable", reason="it does not say how large it is")
    fields = Fields(data, box.body + 4, box.stop)
    return fields.number(4), fields.number(4)


def _cropped_size(data: FileBytes, properties: list[Box]) -> tuple[int, int] | None:
    """Width and height of what is to be shown (clap, 14496-12, 12.1.4), whole pixels; None without cropping."""
    box = next((box for box in properties if box.type == b"clap"), None)
    if box is None:
        return None
    fields = Fields(data, box.body, box.stop)
    width, width_unit, height, height_unit = (fields.number(4) for _ in range(4))
    return (width // width_unit, height // height_unit) if width_unit and height_unit else None


def _orientation(data: FileBytes, properties: list[Box]) -> int:
    first = {box.type: box for box in reversed(properties) if box.type in (b"irot", b"imir")}
    angle = _fields(data, first[b"irot"]).number(1) & 3 if b"irot" in first else 0
    axis = _fields(data, first[b"imir"]).number(1) & 1 if b"imir" in first else None
    return _ORIENTATIONS[angle, axis]


def _fields(data: FileBytes, box: Box) -> Fields:
    return Fields(data, box.body, box.stop)


def _bit_depth(data: FileBytes, properties: list[Box]) -> int:
    """The most bits of a channel (pixi, HEIF 6.5.6); 8 where nothing says it."""
    box = next((box for box in properties if box.type == b"pixi"), None)
    if box is None:
        return 8
    fields = Fields(data, box.body + 4, box.stop)
    return max((fields.number(1) for _ in range(fields.number(1))), default=8)


def _colours(data: FileBytes, properties: list[Box]) -> tuple[bytes | None, tuple[str, ...]]:
    """The profile, or a note where numbers describe colours that RGB values alone do not (colr, 14496-12, 12.1.5)."""
    notes: tuple[str, ...] = ()
    for box in (box for box in properties if box.type == b"colr"):
        fields = Fields(data, box.body, box.stop)
        kind = fields.take(4)
        if kind in (b"prof", b"rICC"):
            if box.stop - fields.position > MAX_PROFILE_BYTES:
                raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
            return data[fields.position : box.stop], ()
        if kind == b"nclx":
            primaries, transfer = fields.number(2), fields.number(2)
            if primaries not in _PLAIN_PRIMARIES or transfer not in _PLAIN_TRANSFERS:
                notes = ("colours_as_srgb",)
    return None, notes


def _frames(data: FileBytes, top: list[Box]) -> int:
    """Pictures of the longest track (stsz, 14496-12, 8.7.3); 1 for a file without tracks."""
    movie = next((box for box in top if box.type == b"moov"), None)
    tracks = (
        [] if movie is None else [box for box in boxes(data, movie.body, movie.stop) if box.type == b"trak"]
    )
    counts = (_samples(data, track) for track in tracks)
    return max(chain(counts, [1]))


def _samples(data: FileBytes, track: Box) -> int:
    sizes = find(data, track.body, track.stop, b"mdia", b"minf", b"stbl", b"stsz")
    return struct.unpack(">I", Fields(data, sizes.body + 8, sizes.stop).take(4))[0] if sizes else 1


def _xmp(data: FileBytes, meta: Span, spans: _Spans) -> bytes | None:
    """The packet of the first item of XMP (HEIF, annex A.3); None where there is none."""
    return _content(data, meta, spans, lambda entry: _XMP_TYPE + b"\0" in entry + b"\0", MAX_XMP_BYTES)


def _density(data: FileBytes, meta: Span, spans: _Spans) -> Density | None:
    """That of the first item of EXIF, which begins with the offset of its TIFF header (HEIF, annex A.2.1)."""
    block = _content(data, meta, spans, lambda entry: b"Exif\0" in entry, _MAX_EXIF_BYTES) or b""
    return read_density(block[4 + int.from_bytes(block[:4]) :])


def _content(
    data: FileBytes, meta: Span, spans: _Spans, is_wanted: Callable[[bytes], bool], limit: int
) -> bytes | None:
    """The content of the first item whose entry (infe, 14496-12, 8.11.6) is wanted, up to ``limit`` bytes long."""
    information = find(data, *meta, b"iinf")
    if information is None:
        return None
    fields = Fields(data, information.body, information.stop)
    fields.take(4 if fields.number(4) >> 24 else 2)
    for box in boxes(data, fields.position, information.stop):
        entry = data[box.body : min(box.stop, box.body + 256)]
        if box.type == b"infe" and entry[:1] in b"\2\3" and is_wanted(entry):
            number = int.from_bytes(entry[4 : 6 if entry[0] == 2 else 8])
            content = b"".join(data[slice(*span)] for span in spans.get(number, ()))
            return content if len(content) <= limit else None
    return None
