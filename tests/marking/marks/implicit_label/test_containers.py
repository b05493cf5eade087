"""read, of films, sounds and documents: every label of a file that is no picture."""

from __future__ import annotations

import json
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import FoundLabel, Reading, read
from tests import programs
from tests.marking.marks.implicit_label import media_files as media
from tests.marking.marks.implicit_label.pictures import (
    LABEL,
    OLD_JSON,
    OLD_LABEL,
    WRAPPED_OLD_JSON,
    element,
    xmp_packet,
)

VALUE = OLD_JSON.encode()
XMP = xmp_packet(element(OLD_JSON))
UUID_XMP = media.box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP)


@pytest.fixture
def exiftool() -> str:
    """The program that reads these files independently of us."""
    return programs.require("exiftool", "libimage-exiftool-perl")


def found(place: str) -> Reading:
    """The reading of a file with just the old label, faultless, in one place."""
    return Reading((FoundLabel(OLD_LABEL, place, "bare", ()),), ())


@pytest.mark.parametrize("ending", media.LABELLED)
def test_it_reads_the_place_of_the_guides(ending: str) -> None:
    build, place = media.LABELLED[ending]

    assert read(build(OLD_JSON)) == found(place)


@pytest.mark.parametrize("ending", media.LABELLED)
def test_it_reads_a_wrapped_value_and_a_broken_one(ending: str) -> None:
    build, place = media.LABELLED[ending]

    assert read(build(WRAPPED_OLD_JSON)).labels == (FoundLabel(OLD_LABEL, place, "wrapped", ()),)
    assert read(build("no label")).labels == (FoundLabel(None, place, "unreadable", ("not_json",)),)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (media.mp4(media.keyed_meta(VALUE)), "mp4:ilst:AIGC"),
        (media.mp4(media.udta(media.keyed_meta(VALUE, is_quicktime=True))), "mp4:ilst:AIGC"),
        (media.mp4(media.keyed_meta(OLD_JSON.encode("utf-16-be"), type_=2)), "mp4:ilst:AIGC"),
        (media.mp4(media.keyed_meta(VALUE, b"com.example.aigc")), "mp4:ilst:AIGC"),
        (media.mp4(tail=media.keyed_meta(VALUE)), "mp4:ilst:AIGC"),
        (media.mp4(media.keyless_meta(media.free_form(b"AIGC", VALUE))), "mp4:ilst:AIGC"),
        (media.mp4(media.keyless_meta(media.box(b"\xa9cmt", media.data_box(VALUE)))), "mp4:ilst"),
        (media.mp4(media.udta(media.keyless_meta(media.box(b"AIGC", media.data_box(VALUE))))), "mp4:ilst:AIGC"),
        (media.mp4(tail=UUID_XMP), "mp4:uuid:xmp"),
        (media.mp4(media.udta(media.box(b"XMP_", XMP))), "mp4:udta:xmp"),
        (media.mkv(media.simple_tag("A", "b", media.simple_tag("Aigc", OLD_JSON))), "mkv:SimpleTag:AIGC"),
        (media.wav(media.info_list(b"AIGC", OLD_JSON)), "wav:INFO:AIGC"),
        (media.wav(media.chunk(b"_PMX", XMP)), "wav:_PMX:xmp"),
        (media.avi(media.chunk(b"aigc", VALUE)), "avi:AIGC"),
        (media.wav(media.chunk(b"id3 ", media.id3(3, media.id3_frame(3, b"TXXX", media.txxx("AIGC", OLD_JSON))))), "id3:TXXX:AIGC"),
        (media.id3(4, media.id3_frame(4, b"PRIV", b"XMP\0" + XMP)), "id3:PRIV:xmp"),
        (media.id3(3, padding=0) + media.flac_labelled(OLD_JSON), "flac:comment:AIGC"),
        (media.ogg(b"\x7fFLAC\1\0", media.flac_block(4, media.comments(f"AIGC={OLD_JSON}"))), "ogg:comment:AIGC"),
        (media.pdf(b"/AIGC 5 0 R", b"5 0 obj\n(" + VALUE + b")\nendobj\n"), "pdf:Info:AIGC"),
        (media.pdf(b"/AIGC <" + VALUE.hex().encode() + b">"), "pdf:Info:AIGC"),
        (media.pdf(b"/AIGC (\xfe\xff" + OLD_JSON.encode("utf-16-be").replace(b"(", b"\\(") + b")"), "pdf:Info:AIGC"),
        (media.pdf(b"", media.object_stream(b"6 0 <</AIGC (" + VALUE + b")>>")), "pdf:Info:AIGC"),
        (media.pdf(b"", b"5 0 obj\n<</Subtype/XML>>\nstream\n" + XMP + b"\nendstream\nendobj\n"), "pdf:xmp"),
        (media.ooxml(media.custom_xml(OLD_JSON), method=zipfile.ZIP_STORED), "ooxml:custom:AIGC"),
        (media.markdown_mapping(), "markdown:AIGC"),
        (media.markdown(f"AIGC: |-\n  {OLD_JSON}"), "markdown:AIGC"),
        (media.markdown(f"aigc:\n  {OLD_JSON}"), "markdown:AIGC"),
        (media.markdown(f"AIGC: '{OLD_JSON}'"), "markdown:AIGC"),
        (media.markdown(f"\"AIGC\": {json.dumps(OLD_JSON)}"), "markdown:AIGC"),
        (b"\xef\xbb\xbf" + media.markdown(f"AIGC: {OLD_JSON}").replace(b"\n", b"\r\n"), "markdown:AIGC"),
    ],
)  # fmt: skip
def test_it_reads_the_places_of_the_wild(data: bytes, place: str) -> None:
    assert read(data) == found(place)


def test_it_passes_over_an_object_stream_that_is_packed_otherwise() -> None:
    stream = b"5 0 obj\n<</Type /ObjStm>>\nstream\nnot deflated\nendstream\nendobj\n"

    assert read(media.pdf(b"/AIGC (" + VALUE + b")", stream)) == found("pdf:Info:AIGC")


def test_it_reads_quotes_that_are_no_json() -> None:
    (label,) = read(
        media.markdown('AIGC:\n  Label: "1"\n  ProduceID: "a\\x"\n  # said by nobody\n  Other')
    ).labels

    assert label.value is not None
    assert (label.value.label, label.value.produce_id) == ("1", "a\\x")


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize("encoding", range(4))
def test_it_reads_every_text_of_id3(version: int, encoding: int) -> None:
    frame = media.id3_frame(
        version, b"TXXX"[: 3 if version == 2 else 4], media.txxx("AIGC", OLD_JSON, encoding)
    )

    assert read(media.id3(version, frame)) == found("id3:TXXX:AIGC")


def test_it_reads_packed_and_escaped_frames_of_id3() -> None:
    content = media.txxx("AIGC", OLD_JSON, 1)
    escaped = content.replace(b"\xff", b"\xff\0")
    size = struct.pack(">I", len(content))
    for tag in (
        media.id3(3, media.id3_frame(3, b"TXXX", content).replace(b"\xff", b"\xff\0"), flags=0x80),
        media.id3(4, media.id3_frame(4, b"TXXX", escaped, 0x02), flags=0x80),
        media.id3(3, media.id3_frame(3, b"TXXX", size + zlib.compress(content), 0x80)),
        media.id3(4, media.id3_frame(4, b"TXXX", size + zlib.compress(content), 0x09)),
        media.id3(4, media.id3_frame(4, b"TXXX", b"G" + content, 0x40)),
        media.id3(3, bytes(3) + b"\6" + bytes(6), media.id3_frame(3, b"TXXX", content), flags=0x40),
        media.id3(4, bytes(3) + b"\6" + bytes(2), media.id3_frame(4, b"TXXX", content), flags=0x40),
    ):
        assert read(tag) == found("id3:TXXX:AIGC")


def test_it_reads_a_frame_whose_size_is_not_synchsafe() -> None:
    content = media.txxx("AIGC", OLD_JSON)
    assert len(content) > 127
    frame = b"TXXX" + len(content).to_bytes(4, "big") + bytes(2) + content

    assert read(media.id3(4, frame, media.id3_frame(4, b"TIT2", b"\3A"))) == found("id3:TXXX:AIGC")


def test_it_reads_a_live_stream_of_unknown_sizes() -> None:
    tags = media.ebml(0x1254C367, media.ebml(0x7373, media.simple_tag("AIGC", OLD_JSON)))
    stream = (
        media.ebml(0x1A45DFA3)
        + b"\x18\x53\x80\x67\xff"
        + b"\x1f\x43\xb6\x75\xff"
        + media.ebml(0xE7, b"\1")
        + tags
    )

    assert read(stream) == found("mkv:SimpleTag:AIGC")


def test_it_reads_every_value_that_amf0_knows() -> None:
    values = {
        "flag": b"\1\1", "none": b"\5", "undefined": b"\6", "reference": b"\7\0\0", "date": b"\x0b" + bytes(10),
        "object": b"\3" + media.amf_property("a", b"\0" + bytes(8)) + b"\0\0\x09",
        "list": b"\x0a" + struct.pack(">I", 2) + b"\5\5",
        "AIGC": b"\x0c" + struct.pack(">I", len(VALUE)) + VALUE,
    }  # fmt: skip
    properties = b"".join(media.amf_property(name, value) for name, value in values.items())

    assert read(media.flv(b"\2" + media.amf_text("onMetaData"), b"\3", properties, b"\0\0\x09")) == found(
        "flv:onMetaData:AIGC"
    )


def test_it_reads_the_escapes_of_a_pdf_string() -> None:
    value = b'/AIGC ({"Label":"2",\\\n"ContentProducer":"\\101\\(b\\)","ProduceID":"(x)"})'
    label = read(media.pdf(value)).labels[0].value

    assert label is not None
    assert (label.label, label.content_producer) == ("2", "A(b)")


@pytest.mark.parametrize(
    "data",
    [
        media.mp4(),
        media.mp4(media.udta(media.keyed_meta(VALUE, b"comment"))),
        media.mp4(media.keyless_meta(media.box(b"\xa9nam", media.data_box(b"{about} AIGC")))),
        media.mp4(media.keyless_meta(media.box(b"----", media.data_box(b"no name")))),
        media.mp4(tail=media.box(b"uuid", bytes(16), XMP)),
        media.mkv(media.simple_tag("COMMENT", OLD_JSON)),
        media.wav(media.chunk(b"LIST", b"adtl" + media.chunk(b"AIGC", VALUE))),
        media.wav(media.chunk(b"id3 ", b"no tag")),
        media.wav(media.info_list(b"ICMT", OLD_JSON)),
        media.id3(4, media.id3_frame(4, b"TXXX", media.txxx("comment", OLD_JSON))),
        media.id3(4, media.id3_frame(4, b"TXXX", b"\x09AIGC\0" + VALUE)),
        media.id3(4, media.id3_frame(4, b"TXXX", b"")),
        b"\xff\xfb\x90\x00" + bytes(413),
        media.flac(media.flac_block(4, media.comments(f"COMMENT={OLD_JSON}"))),
        media.ogg(b"\x01vorbis" + bytes(23), b"\x03vorbis" + media.comments(), b"\x05vorbis"),
        media.flv(b"\2" + media.amf_text("onCuePoint"), b"\3", media.amf_property("AIGC", b"\2" + media.amf_text(OLD_JSON)), b"\0\0\x09"),
        media.pdf(b"/Title (AIGC) /AIGCs (x) /AIGC /Name"),
        media.ooxml(media.custom_xml(OLD_JSON, "Comment")),
        media.ooxml(media.custom_xml(OLD_JSON), path="other/custom.xml"),
        media.markdown("about: AIGC\n  AIGC: inner"),
    ],
)  # fmt: skip
def test_it_takes_nothing_else_for_a_label(data: bytes) -> None:
    assert read(data) == Reading((), ())


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (media.mp4()[:-9], "truncated_container"),
        (media.box(b"ftyp", b"isom"), "truncated_container"),
        (media.mp4(b"\0\0\xff\xffudta" + bytes(9)), "damaged_container"),
        (media.mp4(media.keyless_meta(b"\0\0\xff\xff----")), "damaged_container"),
        (media.mp4(media.udta(media.box(b"meta") * 4000) * 20), "too_many_carriers"),
        (media.mkv_labelled("")[:30], "truncated_container"),
        (media.ebml(0x1A45DFA3), "truncated_container"),
        (media.mkv_labelled("")[:-40] + b"\x67\xc8\xff" + bytes(20), "truncated_container"),
        (media.ebml(0x1A45DFA3) + media.ebml(0x18538067, b"\x12\x54\xc3\x67\x44\x44"), "truncated_container"),
        (media.wav()[:-5], "truncated_container"),
        (b"RIFF\x0c\0\0\0WAVEdata\xff\0\0\0", "truncated_container"),
        (media.mp3_labelled("")[:30], "truncated_container"),
        (media.id3(4, media.id3_frame(4, b"TXXX", b"?", 0x04)), "encrypted"),
        (media.id3(3, media.id3_frame(3, b"TXXX", b"\0\0\0\1not deflated", 0x80)), "damaged_text"),
        (media.flac_labelled("")[:40], "truncated_container"),
        (b"fLaC", "truncated_container"),
        (media.flac(media.flac_block(4, media.comments("a=b")[:-2])), "damaged_container"),
        (media.ogg(b"\x01vorbis"), "truncated_container"),
        (b"OggS", "truncated_container"),
        (media.flv(b"\2" + media.amf_text("onMetaData"), b"\3"), "damaged_container"),
        (media.flv(b"\2" + media.amf_text("onMetaData"), b"\x08\0\0\0\1", media.amf_property("a", b"\x11")), "damaged_container"),
        (media.flv(b"\x0a\0\0\0\1" * 40), "damaged_container"),
        (media.flv(b"\x0a\0\1\0\0" + b"\5" * 20_000), "damaged_container"),
        (media.flv_labelled("")[:-12], "truncated_container"),
        (media.pdf(b"", trailer=b"/Encrypt 9 0 R"), "encrypted"),
        (media.pdf(b"")[:-9], "truncated_container"),
        (media.ooxml_labelled("")[:-22], "truncated_container"),
        (media.ooxml(b"<not closed"), "damaged_text"),
        (media.ooxml(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "damaged_text"),
        (media.ooxml(media.custom_xml(""), method=zipfile.ZIP_BZIP2), "damaged_text"),
        (media.ooxml_labelled("").replace(b"PK\3\4", b"PK\3\5").replace(b"PK\3\5", b"PK\3\4", 1), "damaged_text"),
        (b"---\nAIGC: x\n", "truncated_container"),
    ],
)  # fmt: skip
def test_it_says_what_may_hide_a_label(data: bytes, fault: str) -> None:
    assert fault in read(data).faults


def test_it_says_so_when_a_part_cannot_be_unpacked() -> None:
    data = bytearray(media.ooxml_labelled(OLD_JSON))
    data[data.index(b"docProps/custom.xml") + len("docProps/custom.xml")] = 0xFF

    assert read(bytes(data)) == Reading((), ("damaged_text",))


def test_it_never_reads_who_asked_for_the_content() -> None:
    older = '{"AIGC":{"ServiceProvider":"Cloud","ServiceUser":"Jane","Time":"2025","ContentId":"42"}}'
    (label,) = read(media.mp4_labelled(older)).labels

    assert (label.form, label.faults[0]) == ("older", "older_schema")
    assert label.value is not None
    assert (label.value.content_producer, label.value.produce_id) == ("Cloud", "42")
    assert "Jane" not in repr(label)


@pytest.mark.parametrize(
    "ending", [ending for ending in media.LABELLED if ending not in ("wav", "avi", "md", "docx", "opus")]
)
def test_its_files_are_read_by_exiftool(ending: str, tmp_path: Path, exiftool: str) -> None:
    path = tmp_path / f"labelled.{ending}"
    path.write_bytes(media.LABELLED[ending][0](LABEL.to_json()))
    command = [exiftool, "-json", "-ee", "-unknown", str(path)]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)[0]

    assert any(LABEL.produce_id in str(value) for value in said.values())


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([*media.LABELLED]), st.integers(0, 400), st.binary(max_size=12))
def test_it_reads_any_damaged_file_without_raising(ending: str, place: int, noise: bytes) -> None:
    data = media.LABELLED[ending][0](OLD_JSON)

    assert isinstance(read(data[:place] + noise + data[place + len(noise) :]), Reading)
    assert isinstance(read(data[:place] + noise), Reading)
