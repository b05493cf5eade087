"""Recognition of a released file …"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from marking.marks import watermark
from marking.media import Limits, Refused
from marking.verification.collecting.specimen import Specimen
from marking.verification.recognition import recognised
from tests.conftest import photograph
from tests.marking.verification.marked_files import png_of

KEYS = (b"newest key", b"older key")
ORIGINAL = photograph(192, 256)
MARKED = watermark.embed(ORIGINAL, 7, key=KEYS[1])


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    (tmp_path / "reference").write_bytes(png_of(ORIGINAL))
    return tmp_path / "reference"


def specimen_of(rgb: NDArray[np.uint8], folder: Path) -> Specimen:
    (folder / "upload").write_bytes(png_of(rgb))
    return Specimen(folder / "upload", Limits(), KEYS)


def test_it_finds_the_mark_that_cannot_be_read(reference: Path, tmp_path: Path) -> None:
    upload = np.rint(0.7 * ORIGINAL + 0.3 * MARKED).astype(np.uint8)
    found = recognised(specimen_of(upload, tmp_path), "0000000007", 7, reference)
    assert found is not None
    assert found.work == "0000000007"
    assert found.z > 5.26
    assert found.coverage == pytest.approx(1, abs=0.05)


def test_it_finds_nothing_in_the_original_nor_another_work_s_mark(reference: Path, tmp_path: Path) -> None:
    assert recognised(specimen_of(ORIGINAL, tmp_path), "1", 7, reference) is None
    assert recognised(specimen_of(MARKED, tmp_path), "1", 1001, reference) is None


def test_it_refuses_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no picture")
    with pytest.raises(Refused):
        recognised(specimen_of(MARKED, tmp_path), "1", 7, tmp_path / "broken")
