"""Boxes of ISO base media files …"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.bmff.boxes import MOST_BOXES, Box, boxes, children, first, is_bmff

FREE = b"\0\0\0\x09freeX"


def test_they_lie_one_behind_another() -> None:
    data = FREE + b"\0\0\0\x08skip"
    assert list(boxes(data)) == [Box(b"free", 0, 8, 9), Box(b"skip", 9, 17, 17)]
    assert [box.content(data) for box in boxes(data)] == [b"X", b""]


def test_they_may_have_a_long_length() -> None:
    data = b"\0\0\0\x01mdat" + (19).to_bytes(8, "big") + b"abc" + FREE
    assert list(boxes(data)) == [Box(b"mdat", 0, 16, 19), Box(b"free", 19, 27, 28)]


def test_the_last_may_reach_to_the_end() -> None:
    assert list(boxes(b"\0\0\0\0mdatabc")) == [Box(b"mdat", 0, 8, 11)]


def test_one_that_claims_more_is_cut_and_says_so() -> None:
    data = b"\0\0\0\xffmoov" + FREE
    (moov,) = boxes(data)
    assert moov == Box(b"moov", 0, 8, 17, is_whole=False)
    assert list(children(data, moov)) == [Box(b"free", 8, 16, 17)]


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0\x08fre", b"\0\0\0\x07free", b"\0\0\0\x01free" + bytes(8), b"\0\0\0\x01free"]
)
def test_there_is_none_in_less_than_a_header(data: bytes) -> None:
    assert list(boxes(data)) == []


def test_they_are_found_by_type_and_inside_others() -> None:
    data = b"\0\0\0\x15meta\0\0\0\0" + FREE
    meta = first(boxes(data), b"moov", b"meta")
    assert meta is not None
    assert first(children(data, meta, skip=4), b"free") == Box(b"free", 12, 20, 21)
    assert first(boxes(data), b"moov") is None
    assert meta.content(data, 2) == b"\0\0"


def test_only_so_many_are_looked_at() -> None:
    assert sum(1 for _ in boxes(FREE * (MOST_BOXES + 9))) == MOST_BOXES


def test_a_file_is_known_by_its_first_box() -> None:
    assert is_bmff(b"\0\0\0\x18ftypmp42")
    assert is_bmff(b"\0\0\0\x18moov")
    assert not is_bmff(b"\x89PNG\r\n\x1a\n")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([b"moov", b"free"])), max_size=6),
    st.binary(max_size=30),
)
def test_they_never_leave_the_file(headers: list[tuple[int, bytes]], rest: bytes) -> None:
    data = b"".join(size.to_bytes(4, "big") + type_ for size, type_ in headers) + rest
    last = 0
    for box in boxes(data):
        assert last <= box.start < box.body <= box.stop <= len(data)
        last = box.stop
