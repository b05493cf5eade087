"""Which search goes with a file that is no picture: films, sounds and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from marking.marks.implicit_label import flv, front_matter, id3, matroska, mp4, ooxml, pdf, riff, vorbis
from marking.marks.implicit_label.carrier import Found


def search(data: bytes) -> Iterator[Found] | None:
    """Return what ``data`` holds, found step by step as it is asked for; ``None`` for an unknown container."""
    for is_container, carriers in _CONTAINERS:
        if is_container(data):
            return carriers(data)
    return None


def _id3_carriers(data: bytes) -> Iterator[Found]:
    """Yield what the tag holds, and the FLAC file that some writers put behind it."""
    yield from id3.carriers(data)
    audio = data[id3.end(data) :]
    if vorbis.is_flac(audio):
        yield from vorbis.flac_carriers(audio)


_CONTAINERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Iterator[Found]]], ...] = (
    (mp4.is_mp4, mp4.carriers),
    (matroska.is_matroska, matroska.carriers),
    (riff.is_riff, riff.carriers),
    (id3.is_id3, _id3_carriers),
    (vorbis.is_flac, vorbis.flac_carriers),
    (vorbis.is_ogg, vorbis.ogg_carriers),
    (flv.is_flv, flv.carriers),
    (pdf.is_pdf, pdf.carriers),
    (ooxml.is_zip, ooxml.carriers),
    (front_matter.is_front_matter, front_matter.carriers),
    (id3.is_mpeg_audio, id3.no_carriers),
)
