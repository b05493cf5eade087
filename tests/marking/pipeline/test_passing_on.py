"""Passing on a file: the label alone is written, into a copy."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks import implicit_label
from marking.marks.implicit_label import AigcLabel, Propagator, SigningKey, doubted, propagated
from marking.media import MediaType, Refused, encode_picture
from marking.pipeline.passing_on import NotPassedOn, pass_on
from tests.conftest import photograph

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
    passed_on = pass_on(source, target, US, "3")
    assert (passed_on.label, passed_on.is_kept) == (propagated(THEIRS, US), True)
    assert passed_on.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert passed_on.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
    (found,) = implicit_label.read(target.read_bytes()).labels
    assert (found.is_valid, found.value) == (True, passed_on.label)


def test_it_writes_the_doubt_where_there_is_no_label(tmp_path: Path) -> None:
    source, target = files(tmp_path, PLAIN[MediaType.PNG])
    passed_on = pass_on(source, target, US, "3")
    assert (passed_on.label, passed_on.is_kept) == (doubted("3", US), False)


def test_it_copies_the_picture_s_own_bytes(tmp_path: Path) -> None:
    data = PLAIN[MediaType.JPEG]
    source, target = files(tmp_path, data)
    pass_on(source, target, US, "2")
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
        pass_on(source, target, US, None)
    assert caught.value.code == code
    assert not target.exists()


def test_it_says_which_file_cannot_take_a_label(tmp_path: Path) -> None:
    data = PLAIN[MediaType.PNG]
    behind_header = len(implicit_label.png.SIGNATURE) + 25
    comment = implicit_label.png.Chunk(b"tEXt", b"Comment\0hello").to_bytes()[:-4] + b"crc?"
    source, target = files(tmp_path, data[:behind_header] + comment + data[behind_header:])
    with pytest.raises(NotPassedOn, match="not_writable") as caught:
        pass_on(source, target, US, "2")
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
        pass_on(source, target, US, "2")
    except (NotPassedOn, Refused):
        assert not target.exists()
    else:
        assert len(implicit_label.read(target.read_bytes()).labels) == 1


def test_its_refusal_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(NotPassedOn("no_label", "why")))
    assert (again.code, again.sentence) == ("no_label", "why")
