"""A file beside released ones …"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from marking.comparison import Lie
from marking.marks import implicit_label, watermark
from marking.marks.implicit_label import AigcLabel
from marking.media import Limits
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.side_by_side import (
    MOST_COMPARED,
    NotCompared,
    Released,
    SideBySide,
    lay_bounded,
    lay_side_by_side,
    prepare,
)
from tests.conftest import photograph
from tests.marking.verification.marked_files import png_of

KEYS = (b"newest key", b"older key")
ORIGINAL = photograph(240, 320)
MARKED = watermark.embed(ORIGINAL, 7, key=KEYS[1])
LABEL = AigcLabel.first(producer="provider", produce_id="0000000007")


@pytest.fixture
def released(tmp_path: Path) -> Released:
    (tmp_path / "reference").write_bytes(png_of(ORIGINAL))
    (tmp_path / "picture").write_bytes(png_of(MARKED))
    return Released("0000000007", 7, tmp_path / "reference", tmp_path / "picture", label=LABEL)


def specimen_of(rgb: NDArray[np.uint8], folder: Path) -> Specimen:
    (folder / "upload").write_bytes(png_of(rgb))
    return Specimen(folder / "upload", Limits(), KEYS)


def another(released: Released, work: str) -> Released:
    """A work with the same files and another payload, whose released picture is gone."""
    return Released(work, 1000 + int(work), released.reference)


def pasted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A disc of another colour over the middle."""
    changed = np.ascontiguousarray(rgb)
    return np.asarray(cv2.circle(changed.copy(), (160, 120), 40, (220, 30, 30), -1), np.uint8)


def laid(found: SideBySide | None) -> list[str]:
    """The kinds of changes."""
    assert found is not None
    assert found.laid is not None
    return [change.kind for change in found.laid.changes]


def test_it_finds_the_work_whose_mark_cannot_be_read_and_what_was_changed(
    released: Released, tmp_path: Path
) -> None:
    upload = pasted(np.rint(0.7 * ORIGINAL + 0.3 * MARKED).astype(np.uint8))
    found = lay_side_by_side(specimen_of(upload, tmp_path), [another(released, "1"), released], False)
    assert found is not None
    assert found.work == released.work
    assert found.recognition is not None
    assert len(laid(found)) == 1


def test_it_draws_what_was_changed_and_vouches_for_the_released_picture_alone(
    released: Released, tmp_path: Path
) -> None:
    found = lay_side_by_side(specimen_of(pasted(MARKED), tmp_path), [released], True)
    assert found is not None
    assert found.recognition is None
    assert found.laid is not None
    views = found.laid.views
    assert views is not None
    labels = [implicit_label.read(each).labels for each in (views.upload, views.registered, views.map)]
    assert [[each.value for each in found] for found in labels] == [[], [LABEL], []]


def test_it_draws_nothing_where_nothing_was_changed(released: Released, tmp_path: Path) -> None:
    found = lay_side_by_side(specimen_of(MARKED, tmp_path), [released], True)
    assert laid(found) == []
    assert found is not None
    assert found.laid is not None
    assert found.laid.views is None
    assert found.laid.coverage == pytest.approx(1, abs=0.01)
    assert found.laid.is_same_picture


def test_it_takes_the_likest_of_several_for_the_same_picture_and_tells_no_more(
    released: Released, tmp_path: Path
) -> None:
    (tmp_path / "sibling").write_bytes(png_of(pasted(MARKED)))
    sibling = Released("0000000008", 8, None, tmp_path / "sibling", label=LABEL)
    found = lay_side_by_side(specimen_of(ORIGINAL, tmp_path), [sibling, released], False)
    assert found == SideBySide(released.work)
    found = lay_side_by_side(specimen_of(pasted(ORIGINAL), tmp_path), [released, sibling], False)
    assert found == SideBySide(sibling.work)


def test_it_takes_no_changed_picture_for_the_same(released: Released, tmp_path: Path) -> None:
    assert lay_side_by_side(specimen_of(pasted(ORIGINAL), tmp_path), [released], False) is None


def test_it_finds_nothing_in_another_picture(released: Released, tmp_path: Path) -> None:
    other = np.random.default_rng(5).integers(0, 256, (240, 320, 3), np.uint8)
    assert lay_side_by_side(specimen_of(other, tmp_path), [released], False) is None
    assert lay_side_by_side(specimen_of(other, tmp_path), [released], True) is None
    assert lay_side_by_side(specimen_of(other, tmp_path), [], True) is None


def test_it_compares_no_more_than_it_may(released: Released, tmp_path: Path) -> None:
    others = [another(released, str(number)) for number in range(1, MOST_COMPARED + 1)]
    assert lay_side_by_side(specimen_of(MARKED, tmp_path), [*others, released], False) is None


def test_it_goes_on_where_a_file_is_gone_or_broken(released: Released, tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no picture")
    gone = Released("1", 7, tmp_path / "gone", tmp_path / "gone")
    broken = Released("2", 7, tmp_path / "broken", tmp_path / "broken")
    found = lay_side_by_side(specimen_of(MARKED, tmp_path), [gone, broken, released], False)
    assert found is not None
    assert found.work == released.work
    without = replace(released, picture=None)
    found = lay_side_by_side(specimen_of(MARKED, tmp_path), [without], False)
    assert found is not None
    assert found.laid is None
    assert lay_side_by_side(specimen_of(MARKED, tmp_path), [replace(released, reference=None)], False)


def test_it_says_so_where_the_child_dies(released: Released, tmp_path: Path) -> None:
    specimen = specimen_of(MARKED, tmp_path)
    with Quarantine(specimen) as quarantine:
        found = lay_bounded(quarantine, [released], is_named=False)
    assert found is not None
    assert found.work == released.work
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)  # nobody writes into it, so that reading never ends
    with Quarantine(specimen) as quarantine, pytest.raises(NotCompared, match="found broke"):
        lay_bounded(quarantine, [Released("1", 7, fifo)], is_named=False, seconds=1)


@pytest.mark.parametrize("side", [8, 120])
def test_is_laid_beside_the_small_picture_where_that_is_fine_enough(
    side: int, released: Released, tmp_path: Path
) -> None:
    (tmp_path / "likeness").write_bytes(
        png_of(np.asarray(cv2.resize(ORIGINAL, (side * 4 // 3, side)), np.uint8))
    )
    beside = replace(
        released,
        likeness=tmp_path / "likeness",
        size=(320, 240),
        label_box=(240, 200, 70, 30),
        picture=tmp_path / "picture",
    )
    upload = specimen_of(cv2.resize(pasted(MARKED), (160, 120), interpolation=cv2.INTER_AREA), tmp_path)
    found = lay_side_by_side(upload, [beside], True, Lie(0.5))
    assert laid(found)[0] in ("replaced", "recoloured", "added")
    assert found is not None
    assert found.laid is not None
    x, y, width, height = found.laid.changes[0].box
    assert max(abs(x - 60), abs(y - 40), abs(x + width - 100), abs(y + height - 80)) < 12


def test_it_is_laid_beside_the_released_file_where_the_small_picture_is_damaged(
    released: Released, tmp_path: Path
) -> None:
    (tmp_path / "likeness").write_bytes(png_of(ORIGINAL)[:200])
    beside = replace(released, likeness=tmp_path / "likeness", size=(320, 240))
    found = lay_side_by_side(specimen_of(pasted(MARKED), tmp_path), [beside], True, Lie(1))
    assert found == lay_side_by_side(specimen_of(pasted(MARKED), tmp_path), [released], True, Lie(1))
    assert len(laid(found)) == 1


def test_it_is_prepared_by_drawing_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    put = cv2.putText
    monkeypatch.setattr(
        cv2, "putText", lambda view, text, *rest: drawn.append(text) or put(view, text, *rest)
    )
    prepare()
    assert drawn == ["1"]
