"""Recognition of a released file …"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks import watermark
from marking.media import Limits
from marking.verification.collecting.specimen import Specimen
from marking.verification.recognition import (
    MOST_COMPARED,
    NotCompared,
    Released,
    recognise,
    recognise_bounded,
)
from tests.conftest import photograph
from tests.marking.verification.marked_files import png_of

KEYS = (b"newest key", b"older key")
ORIGINAL = photograph(192, 256)
MARKED = watermark.embed(ORIGINAL, 7, key=KEYS[1])


@pytest.fixture
def released(tmp_path: Path) -> Released:
    (tmp_path / "reference").write_bytes(png_of(ORIGINAL))
    return Released("0000000007", 7, tmp_path / "reference")


def specimen_of(rgb: NDArray[np.uint8], folder: Path) -> Specimen:
    (folder / "upload").write_bytes(png_of(rgb))
    return Specimen(folder / "upload", Limits(), KEYS)


def another(released: Released, work: str) -> Released:
    """A work with the same files and another payload."""
    return Released(work, 1000 + int(work), released.reference)


def test_it_finds_the_work_that_cannot_be_read(released: Released, tmp_path: Path) -> None:
    upload = np.rint(0.7 * ORIGINAL + 0.3 * MARKED).astype(np.uint8)
    found = recognise(specimen_of(upload, tmp_path), [another(released, "1"), released])
    assert found is not None
    assert found.work == released.work
    assert found.z > 5.26
    assert found.coverage == pytest.approx(1, abs=0.05)


def test_it_finds_nothing_in_the_original(released: Released, tmp_path: Path) -> None:
    assert recognise(specimen_of(ORIGINAL, tmp_path), [released]) is None


def test_it_compares_no_more_than_it_may(released: Released, tmp_path: Path) -> None:
    others = [another(released, str(number)) for number in range(1, MOST_COMPARED + 1)]
    assert recognise(specimen_of(MARKED, tmp_path), [*others, released]) is None


def test_it_goes_on_where_a_file_is_gone_or_broken(released: Released, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no picture")
    gone = Released("1", 7, tmp_path / "gone")
    broken = Released("2", 7, tmp_path / "broken")
    found = recognise(specimen_of(MARKED, tmp_path), [gone, broken, released])
    assert found is not None
    assert found.work == released.work


def test_it_says_so_where_the_child_dies(released: Released, tmp_path: Path) -> None:
    specimen = specimen_of(MARKED, tmp_path)
    found = recognise_bounded(specimen, [released])
    assert found is not None
    assert found.work == released.work
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)  # nobody writes into it, so that reading never ends
    with pytest.raises(NotCompared, match="found broke"):
        recognise_bounded(specimen, [Released("1", 7, fifo)], seconds=1)
