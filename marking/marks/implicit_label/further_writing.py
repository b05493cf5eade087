"""Write the one label of a GIF, TIFF, AVIF or HEIC file without touching its pixels."""

from __future__ import annotations

from marking.marks.implicit_label import bmff, bmff_writing, exif, gif, tiff
from marking.marks.implicit_label.iptc import Origin
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.parsing import claims_label
from marking.marks.implicit_label.xmp import build_packet, read_packet


def write_further(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes | None:
    """Return ``data`` with ``label`` as its only one; ``None`` for a file of another kind. See ``writing.write``."""
    if gif.is_gif(data):
        return _write_gif(data, label, xmp, origin)
    if tiff.is_tiff(data):
        return _write_tiff(data, label, xmp, origin)
    if bmff.is_bmff_picture(data):
        return _write_bmff(data, label, xmp, origin)
    return None


def _write_gif(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    """The packet goes before the first frame, behind the extensions that concern all frames."""
    blocks = gif.split(data)
    if not blocks.is_whole or not blocks.has_image:
        raise ValueError("expected a whole GIF file, found one without a frame or end")
    in_file = next((each.packet for each in blocks.found if each.application == gif.XMP_NAME), None)
    kept = [each for each in blocks.found if not _may_hold_gif_label(each)]
    place = next(at for at, each in enumerate(kept) if _begins_frames(each))
    packet = build_packet(label, xmp if xmp is not None else in_file, origin)
    return gif.join(blocks.header, [*kept[:place], gif.xmp_block(packet), *kept[place:]])


def _begins_frames(block: gif.Block) -> bool:
    return block.kind == gif.IMAGE or block.label not in (gif.APPLICATION, gif.COMMENT)


def _may_hold_gif_label(block: gif.Block) -> bool:
    if block.label == gif.COMMENT:
        return claims_label(block.content.decode("utf-8", "replace"))
    return block.application == gif.XMP_NAME


def _write_tiff(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    directory = tiff.read_directory(data)
    if directory is None or not tiff.is_picture(directory):
        raise ValueError("expected a whole TIFF file, found one without a directory of a picture")
    in_file = tiff.packet(data, directory)
    packet = build_packet(label, xmp if xmp is not None else in_file, origin)
    return tiff.with_packet(exif.with_label_texts_blanked(data), directory, packet)


def _write_bmff(data: bytes, label: AigcLabel, xmp: bytes | None, origin: Origin | None) -> bytes:
    parts = bmff.take_apart(_without_bmff_exif_labels(bmff.take_apart(data)))
    bmff_writing.require_rewritable(parts)
    dropped = [item.number for item in parts.items if item.is_xmp and _is_replaced(parts, item.number)]
    in_file = next((parts.content(number) for number in dropped), None)
    if in_file is None:
        in_file = next((packet for place, packet in parts.packets() if place == "uuid"), None)
    packet = build_packet(label, xmp if xmp is not None else in_file, origin)
    return bmff_writing.with_packet(parts, packet, dropped)


def _is_replaced(parts: bmff.Parts, number: int) -> bool:
    """Whether a packet describes the primary picture, or nothing in particular, or holds a label."""
    described = bmff_writing.described(parts, number)
    if not described or bmff_writing.primary(parts) in described:
        return True
    return bool(read_packet(parts.content(number)).texts)


def _without_bmff_exif_labels(parts: bmff.Parts) -> bytes:
    """Blank the labels of EXIF items that lie in one piece; no byte moves."""
    data = parts.data
    for item in parts.items:
        spans = list(parts.spans(item.number)) if item.kind == b"Exif" else []
        if len(spans) == 1:
            start, stop = spans[0]
            block = start + 4 + int.from_bytes(data[start : start + 4], "big")
            if block <= stop:
                data = data[:block] + exif.with_labels_blanked(data[block:stop]) + data[stop:]
    return data
