"""Examining a copy in which something was changed, while the released picture is kept …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.utils.translation import override
from numpy.typing import NDArray

from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.report import Finding, Layer, MarkedHere, Report, State, Verdict
from marking.verification.wording import evidence_sentence
from marking.works import files
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, MarkedFile, as_jpeg, png_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(registered: Registration, marked: MarkedFile, tmp_path: Path) -> Iterator[Registration]:
    """The registered work with its released file and its reference in the storage, for as long as the test lasts."""
    (tmp_path / "released").write_bytes(marked.data)
    (tmp_path / "reference").write_bytes(png_of(photograph()))
    files.put(registered.work.marked_path, tmp_path / "released")
    files.put(files.reference_name(CODE), tmp_path / "reference")
    yield registered
    files.remove(registered.work.marked_path, files.reference_name(CODE))


@pytest.fixture
def report_of(kept: Registration, saved: Callable[[bytes], Path]) -> Callable[[bytes], Report]:
    return lambda data: examine(saved(data), "picture.jpg")


def with_disc(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    middle = rgb.shape[1] // 2, rgb.shape[0] // 2
    return np.asarray(cv2.circle(rgb.copy(), middle, rgb.shape[0] // 6, (220, 30, 30), -1), np.uint8)


def origin(report: Report) -> MarkedHere:
    assert report.marked_here is not None
    return report.marked_here


def test_it_says_where_a_copy_was_changed_and_draws_it(
    marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(as_jpeg(with_disc(marked.rgb)))
    here = origin(report)
    assert (report.verdict, here.work, here.state) == (Verdict.CONFIRMED, CODE, State.ALTERED)
    height, width = marked.rgb.shape[:2]
    radius = height // 6
    (change,) = here.changes
    expected = (width // 2 - radius, height // 2 - radius, 2 * radius, 2 * radius)
    assert change.box == pytest.approx(expected, abs=height // 12)
    assert report.as_dict()["marked_here"]["changes"] == [change.as_dict()]  # type: ignore[index, call-overload]
    assert report.views is not None
    assert report.views.map.startswith(b"\xff\xd8")


def test_it_finds_nothing_changed_in_a_copy(marked: MarkedFile, report_of: Callable[[bytes], Report]) -> None:
    report = report_of(as_jpeg(marked.rgb, quality=70))
    assert origin(report).changes == ()
    assert origin(report).state is State.MARKS_REMOVED
    assert report.views is None


def test_it_names_a_label_that_was_painted_over(
    marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    x, y, width, height = marked.label_box
    painted = marked.rgb.copy()
    painted[y : y + height, x : x + width] = painted[y - 1, x : x + width].mean(axis=0)
    here = origin(report_of(as_jpeg(painted)))
    assert here.state is State.MARKS_REMOVED
    assert [change.kind for change in here.changes] == ["label_erased"]
    assert Layer.EXPLICIT_LABEL in here.removed


def test_it_names_what_was_cropped_or_mirrored(
    marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    rows, columns = marked.rgb.shape[0] // 8, marked.rgb.shape[1] // 8
    cropped = origin(report_of(as_jpeg(marked.rgb[rows:, columns:])))
    assert (cropped.state, [each.kind for each in cropped.changes]) == (State.ALTERED, ["cropped"])
    mirrored = origin(report_of(as_jpeg(np.ascontiguousarray(marked.rgb[:, ::-1]))))
    assert (mirrored.state, [each.kind for each in mirrored.changes]) == (State.ALTERED, ["mirrored"])


def test_it_accuses_nobody_of_an_unmarked_copy_and_shows_it_to_nobody(
    report_of: Callable[[bytes], Report],
) -> None:
    report = report_of(as_jpeg(photograph()))
    assert (report.verdict, report.marked_here, report.views) == (Verdict.SUSPECTED, None, None)
    looks = next(each for each in report.evidence if each.layer is Layer.FINGERPRINT)
    assert (looks.finding, looks.facts["work"], looks.facts["same"]) == (Finding.NEAR_COPY, CODE, True)
    with override("en"):
        assert "from before the picture was marked" in evidence_sentence(looks)


def test_it_does_not_take_a_changed_picture_without_marks_for_the_same(
    report_of: Callable[[bytes], Report],
) -> None:
    report = report_of(as_jpeg(with_disc(photograph())))
    looks = next(each for each in report.evidence if each.layer is Layer.FINGERPRINT)
    assert (report.marked_here, report.views, looks.facts.get("same")) == (None, None, None)


def test_it_compares_nothing_with_a_released_file_that_is_broken(
    kept: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report], tmp_path: Path
) -> None:
    (tmp_path / "broken").write_bytes(b"no picture")
    files.put(kept.work.marked_path, tmp_path / "broken")
    here = origin(report_of(as_jpeg(with_disc(marked.rgb))))
    assert here.changes == ()
