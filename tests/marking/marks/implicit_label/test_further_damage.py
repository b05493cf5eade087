"""write and read: GIF, TIFF, AVIF and HEIC files that are cut, changed or cannot be moved."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import Reading, read, write
from tests.marking.marks.implicit_label.further_files import PLACES, TITLE, encoded
from tests.marking.marks.implicit_label.pictures import LABEL, xmp_packet


@pytest.mark.parametrize("name", PLACES)
def test_it_refuses_a_file_that_breaks_off(name: str) -> None:
    whole = encoded(name)
    for length in (6, 13, 40) if "tiff" not in name else (6, 8, 9):
        with suppress(ValueError):
            written = write(whole[:length], LABEL)
            pytest.fail(f"expected a refusal of the first {length} bytes, found {written[:40]!r}")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((b"pitm", b"free"), "one pitm"),
        ((b"meta", b"free"), "no meta box"),
        ((b"mdat", b"moof"), "in one piece"),
        ((b"iloc\0\0\0\0D\0\0\1\0\1\0\0\0\1\0", b"iloc\0\0\0\0D\0\0\1\0\1\0\0\0\1\x7f"), "behind its end"),
    ],
)
def test_it_refuses_boxes_that_it_cannot_move(change: tuple[bytes, bytes], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write(encoded("avif").replace(*change, 1), LABEL)


def test_it_refuses_a_gif_or_tiff_without_a_picture() -> None:
    with pytest.raises(ValueError, match="without a frame"):
        write(b"GIF89a\1\0\1\0\0\0\0;", LABEL)
    with pytest.raises(ValueError, match="without a directory of a picture"):
        write(b"II*\0\x08\0\0\0\0\0\0\0\0\0", LABEL)


@pytest.mark.parametrize("name", PLACES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_it_reads_anything_and_writes_or_refuses(name: str, data: st.DataObject) -> None:
    content = bytearray(encoded(name, xmp_packet(TITLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(content[: data.draw(st.integers(0, len(content)))])
    assert isinstance(read(changed), Reading)
    with suppress(ValueError):
        written = read(write(changed, LABEL))
        assert [found.value for found in written.labels] == [LABEL]


@pytest.mark.parametrize("name", PLACES)
def test_it_never_passes_a_damaged_label_as_another(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    value_at = labelled.index(b"{&quot;Label")
    value = range(value_at, value_at + len(LABEL.to_json().replace('"', "&quot;")))
    random = np.random.default_rng(45438)
    for _ in range(100):
        position, change = int(random.integers(0, len(labelled))), int(random.integers(1, 256))
        damaged = bytearray(labelled)
        damaged[position] ^= change
        for found in read(bytes(damaged)).labels:
            assert found.value == LABEL or not found.is_valid or position in value


@pytest.mark.parametrize("name", ["gif", "avif", "heic"])
def test_it_says_so_when_a_file_was_cut(name: str) -> None:
    labelled = write(encoded(name), LABEL)
    for length in np.random.default_rng(6).integers(32, len(labelled) - 2, 50).tolist():
        reading = read(labelled[:length])
        assert "truncated_container" in reading.faults
        assert all(found.value == LABEL for found in reading.labels if found.is_valid)
