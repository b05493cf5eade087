"""What GIF, TIFF, AVIF and HEIC files say in words beside their pixels: packets, blocks and comments."""

from __future__ import annotations

from dataclasses import dataclass

from marking.marks.implicit_label import bmff, gif, tiff


@dataclass(frozen=True)
class Carriers:
    """The words of one file.

    ``packets`` are XMP, each after its place, such as ``gif:XMP``, ``tiff:700``, ``bmff:item`` or ``bmff:uuid``;
    ``exif`` are TIFF structures; ``comments`` texts; ``manifest_place`` is where a C2PA manifest stands, or empty;
    ``is_whole`` says whether the file was read to its end.
    """

    packets: tuple[tuple[str, bytes], ...] = ()
    exif: tuple[bytes, ...] = ()
    comments: tuple[str, ...] = ()
    manifest_place: str = ""
    is_whole: bool = False


def read_carriers(data: bytes) -> Carriers | None:
    """Return the words of a GIF, TIFF, AVIF or HEIC file; ``None`` for other files. Never raises."""
    if gif.is_gif(data):
        return _of_gif(data)
    if tiff.is_tiff(data):
        return _of_tiff(data)
    if bmff.is_bmff_picture(data):
        return _of_bmff(data)
    return None


def _of_gif(data: bytes) -> Carriers:
    blocks = gif.split(data)
    found = blocks.found
    return Carriers(
        packets=tuple(("gif:XMP", each.packet) for each in found if each.application == gif.XMP_NAME),
        comments=tuple(
            each.content.decode("utf-8", "replace") for each in found if each.label == gif.COMMENT
        ),
        manifest_place="gif:C2PA" if any(each.application == gif.C2PA_NAME for each in found) else "",
        is_whole=blocks.is_whole,
    )


def _of_tiff(data: bytes) -> Carriers:
    directory = tiff.read_directory(data)
    if directory is None:
        return Carriers()
    packet = tiff.packet(data, directory)
    is_cut = packet is None and directory.span(tiff.XMP) is not None
    return Carriers(
        packets=() if packet is None else (("tiff:700", packet),),
        exif=(data,),
        manifest_place="tiff:52545" if directory.find(tiff.C2PA) else "",
        is_whole=not is_cut,
    )


def _of_bmff(data: bytes) -> Carriers:
    parts = bmff.take_apart(data)
    return Carriers(
        packets=tuple((f"bmff:{place}", packet) for place, packet in parts.packets()),
        exif=tuple(parts.exif_blocks()),
        manifest_place="bmff:uuid" if any(parts.extensions(bmff.C2PA_UUID)) else "",
        is_whole=parts.is_whole,
    )
