"""The blocks that Samsung's editor appends …"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.samsung import EDITS, blocks, was_generated
from tests.marking.verification.containers import with_samsung_blocks

FILE = with_samsung_blocks(b"\xff\xd8picture\xff\xd9", ("Image_UTC_Data", b"17"), (EDITS, b'{"genAIType":2}'))


def test_they_are_read_by_their_names() -> None:
    assert list(blocks(FILE)) == [("Image_UTC_Data", b"17"), (EDITS, b'{"genAIType":2}')]


@pytest.mark.parametrize(
    ("name", "block", "expected"),
    [
        (EDITS, b'{"genAIType":2}', True),
        (EDITS, b'{"genAIType" : 17, "x":0}', True),
        (EDITS, b'{\\"genAIType\\":-1}', True),
        (EDITS, b'{"genAIType":0}', False),
        (EDITS, b"{}", False),
        ("Image_UTC_Data", b'{"genAIType":2}', False),
    ],
)
def test_they_say_whether_galaxy_ai_had_a_hand_in_it(name: str, block: bytes, expected: bool) -> None:
    assert was_generated(name, block) is expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SEFT",
        b"\xff\xff\xff\xffSEFT",
        FILE[:-1],
        FILE.replace(b"SEFH", b"XXXX"),
        FILE[:-8] + (len(FILE) - 8).to_bytes(4, "little") + b"SEFT",
    ],
)
def test_there_are_none_in_other_or_broken_files(data: bytes) -> None:
    assert list(blocks(data)) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=6))
def test_they_are_read_from_damaged_files_without_raising(place: int, noise: bytes) -> None:
    assert len(list(blocks(FILE[:place] + noise + FILE[place + len(noise) :]))) <= 256
