"""Films, sounds and documents with metadata, built byte by byte: structure only, nothing that could be played."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from html import escape

from tests.marking.marks.implicit_label.pictures import OLD_LABEL


def box(type_: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return struct.pack(">I", 8 + len(content)) + type_ + content


def handler(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8), kind, bytes(13))


def data_box(value: bytes, type_: int = 1) -> bytes:
    return box(b"data", struct.pack(">II", type_, 0), value)


def keyed_meta(value: bytes, key: bytes = b"AIGC", *, is_quicktime: bool = False, type_: int = 1) -> bytes:
    """A ``meta`` box with keys and a list, as a full box or as QuickTime writes it."""
    keys = box(b"keys", bytes(4), struct.pack(">I", 2), box(b"mdta", b"com.x.title"), box(b"mdta", key))
    items = box(
        b"ilst",
        box(struct.pack(">I", 1), data_box(b"A title")),
        box(struct.pack(">I", 2), data_box(value, type_)),
    )
    return box(b"meta", b"" if is_quicktime else bytes(4), handler(b"mdta"), keys, items)


def keyless_meta(*items: bytes) -> bytes:
    return box(b"meta", bytes(4), handler(b"mdir"), box(b"ilst", *items))


def free_form(name: bytes, value: bytes) -> bytes:
    return box(b"----", box(b"mean", bytes(4), b"com.example"), box(b"name", bytes(4), name), data_box(value))


def mp4(*in_movie: bytes, tail: bytes = b"") -> bytes:
    """A film without tracks: type, media data, and the movie box behind them."""
    movie_header = box(b"mvhd", bytes(4), struct.pack(">IIII", 0, 0, 600, 600), bytes(80))
    return (
        box(b"ftyp", b"isom\0\0\2\0isommp42")
        + box(b"mdat", bytes(40))
        + box(b"moov", movie_header, *in_movie)
        + tail
    )


def udta(*inner: bytes) -> bytes:
    return box(b"udta", *inner)


def mp4_labelled(value: str) -> bytes:
    return mp4(udta(keyed_meta(value.encode())))


def vint(number: int) -> bytes:
    """A size as EBML writes it, in two bytes."""
    return (0x4000 | number).to_bytes(2, "big")


def ebml(id_: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return id_.to_bytes((id_.bit_length() + 7) // 8, "big") + vint(len(content)) + content


def simple_tag(name: str, value: str, *inner: bytes) -> bytes:
    return ebml(0x67C8, ebml(0x45A3, name.encode()), ebml(0x4487, value.encode()), *inner)


def mkv(*tags: bytes) -> bytes:
    header = ebml(0x1A45DFA3, ebml(0x4282, b"webm"))
    return header + ebml(0x18538067, ebml(0x1F43B675, bytes(30)), ebml(0x1254C367, ebml(0x7373, *tags)))


def mkv_labelled(value: str) -> bytes:
    return mkv(simple_tag("TITLE", "A title"), simple_tag("AIGC", value))


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def riff(form: bytes, *chunks: bytes) -> bytes:
    content = form + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def wav(*chunks: bytes) -> bytes:
    sound = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)) + chunk(b"data", bytes(32))
    return riff(b"WAVE", sound, *chunks)


def wav_labelled(value: str) -> bytes:
    return wav(chunk(b"AIGC", value.encode()))


def info_list(name: bytes, value: str) -> bytes:
    return chunk(b"LIST", b"INFO" + chunk(b"INAM", b"A title") + chunk(name, value.encode()))


def avi(*chunks: bytes) -> bytes:
    return riff(
        b"AVI ", chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56))), *chunks, chunk(b"LIST", b"movi")
    )


def avi_labelled(value: str) -> bytes:
    return avi(info_list(b"AIGC", value))


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


def txxx(name: str, value: str, encoding: int = 3) -> bytes:
    """The content of a ``TXXX`` frame."""
    code = ENCODINGS[encoding]
    return bytes((encoding,)) + (name + "\0").encode(code) + value.encode(code)


def id3_frame(version: int, id_: bytes, content: bytes, flags: int = 0) -> bytes:
    if version == 2:
        return id_[:3] + len(content).to_bytes(3, "big") + content
    size = synchsafe(len(content)) if version == 4 else len(content).to_bytes(4, "big")
    return id_ + size + bytes((0, flags)) + content


def id3(version: int, *frames: bytes, flags: int = 0, padding: int = 10) -> bytes:
    body = b"".join(frames) + bytes(padding)
    return b"ID3" + bytes((version, 0, flags)) + synchsafe(len(body)) + body


def mp3_labelled(value: str) -> bytes:
    frames = id3_frame(4, b"TIT2", b"\3A title"), id3_frame(4, b"TXXX", txxx("AIGC", value))
    return id3(4, *frames) + b"\xff\xfb\x90\x00" + bytes(413)


def comments(*pairs: str) -> bytes:
    """A Vorbis comment header without what begins its packet."""
    fields = (struct.pack("<I", len(pair.encode())) + pair.encode() for pair in pairs)
    return struct.pack("<I", 4) + b"test" + struct.pack("<I", len(pairs)) + b"".join(fields)


def flac_block(kind: int, content: bytes, *, is_last: bool = False) -> bytes:
    return bytes((kind | (0x80 if is_last else 0),)) + len(content).to_bytes(3, "big") + content


def flac(*blocks: bytes) -> bytes:
    return (
        b"fLaC"
        + flac_block(0, bytes(34))
        + b"".join(blocks)
        + flac_block(1, bytes(4), is_last=True)
        + b"\xff\xf8"
    )


def flac_labelled(value: str) -> bytes:
    return flac(flac_block(4, comments("TITLE=A title", f"AIGC={value}")))


def ogg_page(packet: bytes, number: int, *, stream: int = 7) -> bytes:
    lengths = [255] * (len(packet) // 255) + [len(packet) % 255]
    header = struct.pack(
        "<4sBBqIIIB", b"OggS", 0, 2 if number == 0 else 0, 0, stream, number, 0, len(lengths)
    )
    return header + bytes(lengths) + packet


def ogg(*packets: bytes) -> bytes:
    return b"".join(ogg_page(packet, number) for number, packet in enumerate(packets))


def ogg_labelled(value: str) -> bytes:
    tags = b"\x03vorbis" + comments(f"AIGC={value}") + b"\1"
    return ogg(b"\x01vorbis" + bytes(23), tags, b"\x05vorbis" + bytes(9))


def opus_labelled(value: str) -> bytes:
    return ogg(b"OpusHead" + bytes(11), b"OpusTags" + comments(f"aigc={value}"))


def amf_text(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


def amf_property(name: str, value: bytes) -> bytes:
    return amf_text(name) + value


def flv(*script: bytes) -> bytes:
    """A film whose first tag is a script of AMF0 values."""
    body = b"".join(script)
    tag = b"\x12" + len(body).to_bytes(3, "big") + bytes(7) + body
    video = b"\x09" + (5).to_bytes(3, "big") + bytes(7) + bytes(5)
    return (
        b"FLV\1\5"
        + struct.pack(">I", 9)
        + bytes(4)
        + tag
        + struct.pack(">I", len(tag))
        + video
        + struct.pack(">I", 16)
    )


def flv_labelled(value: str) -> bytes:
    number = amf_property("duration", b"\0" + struct.pack(">d", 2.5))
    label = amf_property("AIGC", b"\2" + amf_text(value))
    return flv(b"\2" + amf_text("onMetaData"), b"\x08" + struct.pack(">I", 2), number, label, b"\0\0\x09")


def pdf(info: bytes, *more: bytes, trailer: bytes = b"") -> bytes:
    """A document of one empty page; ``info`` is what stands in its information dictionary, object 4."""
    objects = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n",
        b"4 0 obj\n<<" + info + b">>\nendobj\n",
        *more,
    )
    data, places = b"%PDF-1.7\n", []
    for each in objects:
        places.append(len(data))
        data += each
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + end % (len(places) + 1, trailer, len(data))


def pdf_labelled(value: str) -> bytes:
    literal = value.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return pdf(b"/Title (A title) /AIGC (" + literal.encode() + b")")


def object_stream(objects: bytes) -> bytes:
    packed = zlib.compress(objects)
    head = b"5 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n" % len(packed)
    return head + packed + b"\nendstream\nendobj\n"


def custom_xml(value: str, name: str = "AIGC") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property></Properties>"
    ).encode()


def ooxml(part: bytes, *, method: int = zipfile.ZIP_DEFLATED, path: str = "docProps/custom.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(path, part)
        archive.writestr("word/document.xml", "<document/>")
    return buffer.getvalue()


def ooxml_labelled(value: str) -> bytes:
    return ooxml(custom_xml(value))


def markdown(front: str) -> bytes:
    return f"---\ntitle: A title\n{front}\ndate: 2026-01-01\n---\n# A title\n".encode()


def markdown_labelled(value: str) -> bytes:
    return markdown(f"AIGC: {value}")


def markdown_mapping() -> bytes:
    """The old label as the lines of a mapping."""
    lines = "\n".join(f"    {name}: '{value}'" for name, value in OLD_LABEL.fields().items())
    return markdown(f"AIGC:\n{lines}")


LABELLED: dict[str, tuple[Callable[[str], bytes], str]] = {
    "mp4": (mp4_labelled, "mp4:ilst:AIGC"),
    "mkv": (mkv_labelled, "mkv:SimpleTag:AIGC"),
    "wav": (wav_labelled, "wav:AIGC"),
    "avi": (avi_labelled, "avi:INFO:AIGC"),
    "mp3": (mp3_labelled, "id3:TXXX:AIGC"),
    "flac": (flac_labelled, "flac:comment:AIGC"),
    "ogg": (ogg_labelled, "ogg:comment:AIGC"),
    "opus": (opus_labelled, "ogg:comment:AIGC"),
    "flv": (flv_labelled, "flv:onMetaData:AIGC"),
    "pdf": (pdf_labelled, "pdf:Info:AIGC"),
    "docx": (ooxml_labelled, "ooxml:custom:AIGC"),
    "md": (markdown_labelled, "markdown:AIGC"),
}
"""By file name ending: how a file with a label's text is built, and the place where it is found."""
