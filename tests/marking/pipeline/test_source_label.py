"""Which label a finished file gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from marking.marks import implicit_label
from marking.marks.explicit_label import Wording
from marking.marks.implicit_label import AigcLabel, Propagator, SigningKey, propagated, signed_by_producer
from marking.media import Limits, MediaType, encode_picture
from marking.pipeline.picture import Order, mark_picture
from marking.pipeline.source_label import label_for
from tests.conftest import photograph
from tests.marking.pipeline.provenances import PROVENANCE

OURS = Propagator("001191110102MACQD9K64000000", "R07ZQ0H4KP", SigningKey(5))
OWN = AigcLabel.first(producer=OURS.name, produce_id=OURS.number)
THEIRS = signed_by_producer(AigcLabel.first(producer="MiniMax", produce_id="7-9"), SigningKey(7))


def picture_with(label: AigcLabel | None, side: int = 16) -> bytes:
    data = encode_picture(photograph(side, side), media_type=MediaType.PNG)
    return implicit_label.write(data, label) if label else data


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (None, OWN),
        (THEIRS, propagated(THEIRS, OURS)),
        (replace(THEIRS, label="2"), OWN),  # its signature was of Label 1
        (
            replace(THEIRS, label="2", reserved_code1=""),
            propagated(replace(THEIRS, label="2", reserved_code1=""), OURS),
        ),
        (AigcLabel("3", "", "", "", "Somebody", "9"), OWN),
        (AigcLabel.first(producer=OURS.name, produce_id="0123456789"), OWN),
    ],
    ids=["none", "theirs", "broken", "may be", "names no producer", "names us"],
)
def test_it_keeps_the_label_of_another_producer(source: AigcLabel | None, expected: AigcLabel) -> None:
    assert label_for(picture_with(source), OWN, OURS) == expected


def test_it_keeps_none_without_a_distributor() -> None:
    assert label_for(picture_with(THEIRS), OWN, None) == OWN


@pytest.mark.parametrize("source", [THEIRS, None], ids=["theirs", "none"])
def test_every_file_of_a_marking_carries_the_label_that_was_kept(
    tmp_path: Path, source: AigcLabel | None
) -> None:
    path, folder = tmp_path / "a.png", tmp_path / "out"
    path.write_bytes(picture_with(source, 256))
    folder.mkdir()
    order = Order(path, folder, 7, b"a key of the test", OWN, Wording.BOTH, Limits(), PROVENANCE, OURS)
    marked = mark_picture(lambda _: None, order)

    expected = propagated(source, OURS) if source else OWN
    for file in (marked.path, marked.before, marked.after):
        (found,) = implicit_label.read(file.read_bytes()).labels
        assert (found.is_valid, found.value) == (True, expected)
    (mark,) = [mark for mark in marked.marks if mark["name"] == "implicit_label"]
    assert mark["is_kept"] is (source is not None)
    assert (mark["content_producer"], mark["propagate_id"]) == (expected.content_producer, OURS.number)
