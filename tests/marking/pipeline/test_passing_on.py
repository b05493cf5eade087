"""Passing on a file: the label alone is written, into a copy."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks import credential, implicit_label
from marking.marks.credential import Credential, Integrity, Signer
from marking.marks.implicit_label import (
    AigcLabel,
    Origin,
    Propagator,
    SigningKey,
    SourceType,
    doubted,
    png,
    propagated,
)
from marking.media import MediaType, Refused, encode_picture
from marking.pipeline.passing_on import NotPassedOn, pass_on
from tests.conftest import photograph
from tests.marking.marks.credential.signed import issuer, own, signed, stranger, with_other_pixels
from tests.marking.marks.implicit_label.pictures import element, with_xmp, xmp_packet

US = Propagator("001191110102MACQD9K64020000", "R07ZQ0H4KP", SigningKey(5))
THEIRS = AigcLabel.first(producer="MiniMax", produce_id="7-9")
PLAIN = {
    each: encode_picture(photograph(40, 48), media_type=each) for each in (MediaType.PNG, MediaType.JPEG)
}


def files(tmp_path: Path, data: bytes) -> tuple[Path, Path]:
    source = tmp_path / "source"
    source.write_bytes(data)
    return source, tmp_path / "target"


@pytest.mark.parametrize("media_type", PLAIN)
def test_it_keeps_a_label_and_says_what_it_did(tmp_path: Path, media_type: MediaType) -> None:
    source, target = files(tmp_path, implicit_label.write(PLAIN[media_type], THEIRS))
    passed_on = pass_on(source, target, US, "3", issuer(), own())
    assert (passed_on.label, passed_on.is_kept) == (propagated(THEIRS, US), True)
    assert passed_on.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert passed_on.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    (found,) = implicit_label.read(target.read_bytes()).labels
    assert (found.is_valid, found.value) == (True, passed_on.label)


def test_it_writes_the_doubt_where_there_is_no_label(tmp_path: Path) -> None:
    source, target = files(tmp_path, PLAIN[MediaType.PNG])
    passed_on = pass_on(source, target, US, "3", issuer(), own())
    assert (passed_on.label, passed_on.is_kept) == (doubted("3", US), False)


def test_it_copies_the_picture_s_own_bytes(tmp_path: Path) -> None:
    data = PLAIN[MediaType.JPEG]
    source, target = files(tmp_path, data)
    pass_on(source, target, US, "2", issuer(), own())
    assert target.read_bytes().endswith(data[data.index(b"\xff\xda") :])
    assert source.read_bytes() == data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (PLAIN[MediaType.PNG], "no_label"),
        (implicit_label.write(PLAIN[MediaType.PNG], THEIRS).replace(b"7-9", b"7 9"), "label_unusable"),
        (
            implicit_label.write(
                PLAIN[MediaType.PNG], replace(propagated(THEIRS, US), reserved_code1="")
            ).replace(b'"http://www.tc260', b"'http://www.tc260"),
            "label_unusable",
        ),
    ],
    ids=["nothing known", "breaks Annex E", "damaged packet"],
)
def test_it_writes_nothing_over_what_it_cannot_keep(tmp_path: Path, data: bytes, code: str) -> None:
    source, target = files(tmp_path, data)
    with pytest.raises(NotPassedOn) as caught:
        pass_on(source, target, US, None, issuer(), own())
    assert caught.value.code == code
    assert not target.exists()


def test_it_says_which_file_cannot_take_a_label(tmp_path: Path) -> None:
    data = PLAIN[MediaType.PNG]
    behind_header = len(implicit_label.png.SIGNATURE) + 25
    comment = implicit_label.png.Chunk(b"tEXt", b"Comment\0hello").to_bytes()[:-4] + b"crc?"
    source, target = files(tmp_path, data[:behind_header] + comment + data[behind_header:])
    with pytest.raises(NotPassedOn, match="not_writable") as caught:
        pass_on(source, target, US, "2", issuer(), own())
    assert "checksum" in caught.value.sentence


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(list(PLAIN.values())), st.data())
def test_it_refuses_or_writes_whatever_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, draw: st.DataObject
) -> None:
    changed = bytearray(data)
    for _ in range(3):
        changed[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    source, target = files(tmp_path_factory.mktemp("any"), bytes(changed))
    try:
        pass_on(source, target, US, "2", issuer(), own())
    except (NotPassedOn, Refused):
        assert not target.exists()
    else:
        assert len(implicit_label.read(target.read_bytes()).labels) == 1


def test_its_refusal_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(NotPassedOn("no_label", "why")))
    assert (again.code, again.sentence) == ("no_label", "why")


def test_it_signs_anew_over_a_credential_that_the_file_came_with(tmp_path: Path) -> None:
    source, target = files(tmp_path, signed("JPEG", by=stranger()))
    pass_on(source, target, US, "2", issuer(), own())
    found = credential.read(target.read_bytes(), own())
    assert isinstance(found, Credential)
    assert (found.integrity, found.signer, found.manifests) == (Integrity.INTACT, Signer.LISTED, 2)
    assert found.source_type == "trainedAlgorithmicMedia"  # which the one before said
    assert not found.has_broken_history


def test_a_file_that_was_marked_here_still_names_its_work(tmp_path: Path) -> None:
    source, target = files(tmp_path, signed("PNG"))
    pass_on(source, target, US, "2", issuer(), own())
    found = credential.read(target.read_bytes(), own())
    assert isinstance(found, Credential)
    assert found.work == "R07ZQ0H4KP"


def test_it_does_not_hide_that_the_credential_did_not_match(tmp_path: Path) -> None:
    source, target = files(tmp_path, with_other_pixels(signed("PNG")))
    pass_on(source, target, US, "2", issuer(), own())
    found = credential.read(target.read_bytes(), own())
    assert isinstance(found, Credential)
    assert found.has_broken_history


@pytest.mark.parametrize("damage", ["manifest", "signer"])
def test_it_passes_nothing_on_whose_credential_would_be_lost(tmp_path: Path, damage: str) -> None:
    data, by = signed("PNG"), issuer()
    if damage == "manifest":
        chunks = [
            png.Chunk(chunk.type, b"\0" * 64) if chunk.type == b"caBX" else chunk
            for chunk in png.chunks(data)
        ]
        data = png.join(chunks)
    else:
        by = replace(by, timestamp_url="http://127.0.0.1:9/")
    source, target = files(tmp_path, data)
    with pytest.raises(NotPassedOn) as caught:
        pass_on(source, target, US, "2", by, own())
    assert caught.value.code == {"manifest": "credential_unreadable", "signer": "not_signed"}[damage]
    assert not target.exists()


def test_it_leaves_what_others_say_of_the_origin(tmp_path: Path) -> None:
    origin = Origin(SourceType.COMPOSITE, "Firefly", "3")
    source, target = files(tmp_path, implicit_label.write(PLAIN[MediaType.JPEG], THEIRS, origin=origin))
    pass_on(source, target, US, None, issuer(), own())
    assert all(text.encode() in target.read_bytes() for text in origin.properties().values())


def test_it_keeps_a_label_without_fields_of_propagation(tmp_path: Path) -> None:
    packet = xmp_packet(element('{"Label":"1","ContentProducer":"MiniMax","ProduceID":"7-9"}'))
    source, target = files(tmp_path, with_xmp("png", packet))
    passed_on = pass_on(source, target, US, None, issuer(), own())
    assert (passed_on.label.produce_id, passed_on.label.propagate_id) == ("7-9", US.number)
