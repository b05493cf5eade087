"""The IPTC records of a JPEG …"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.photoshop import APP13_HEADER, MOST_DATASETS, iptc_blocks, iptc_fields
from tests.marking.verification.containers import dataset, resource

BLOCK = (
    dataset(0, b"\0\4")
    + dataset(110, "Agence é".encode())
    + dataset(120, b"A caption")
    + dataset(65, b"Program")
)


def test_they_lie_among_other_resources() -> None:
    resources = resource(0x03ED, b"odd", b"name") + resource(0x0404, BLOCK) + resource(0x040C, b"\0")

    assert list(iptc_blocks([b"other", APP13_HEADER + resources])) == [BLOCK]
    assert list(iptc_blocks([APP13_HEADER + resources[:70], APP13_HEADER + resources[70:]])) == [BLOCK]


def test_they_tell_the_fields_that_name_programs() -> None:
    assert iptc_fields(BLOCK) == (("Credit", "Agence é"), ("OriginatingProgram", "Program"))


def test_they_may_have_a_long_length() -> None:
    assert iptc_fields(b"\x1c\x02\x6e\x80\x04\0\0\0\x03abc" + dataset(115, b"x")) == (
        ("Credit", "abc"),
        ("Source", "x"),
    )


def test_broken_ones_end_early() -> None:
    assert iptc_fields(b"") == iptc_fields(b"\x1c\x02") == iptc_fields(b"\0" + BLOCK) == ()
    assert list(iptc_blocks([APP13_HEADER + b"8BIM\4\4\0\0"])) == []
    assert len(iptc_fields(dataset(110, b"x") * (MOST_DATASETS + 5))) == MOST_DATASETS


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_they_are_read_from_any_bytes_without_raising(noise: bytes) -> None:
    assert all(isinstance(block, bytes) for block in iptc_blocks([APP13_HEADER + b"8BIM" + noise]))
    assert isinstance(iptc_fields(b"\x1c\x02\x6e" + noise), tuple)
