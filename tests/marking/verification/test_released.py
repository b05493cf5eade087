"""Examining a file beside the released ones that look like it …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_django import Settings

from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.report import Evidence, Finding, Layer, Report, State, Verdict
from marking.works import files
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, MarkedFile, png_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(registered: Registration, saved: Callable[[bytes], Path]) -> Iterator[Registration]:
    """The registered work with what it is compared by in the storage, for as long as the test lasts."""
    files.put(files.reference_name(registered.work.code), saved(png_of(photograph())))
    yield registered
    files.remove(files.reference_name(CODE))


@pytest.fixture
def report_of(saved: Callable[[bytes], Path]) -> Callable[[NDArray[np.uint8]], Report]:
    return lambda rgb: examine(saved(png_of(rgb)), "picture.png")


def faint(marked: MarkedFile, share: float = 0.12) -> NDArray[np.uint8]:
    """A copy with so little of the mark that it cannot be read, with all of the rest."""
    return np.rint((1 - share) * photograph() + share * marked.rgb).astype(np.uint8)


def watermark_of(report: Report) -> Evidence:
    return next(each for each in report.evidence if each.layer is Layer.WATERMARK)


def test_a_mark_too_weak_to_be_read_is_recognised(
    kept: Registration, marked: MarkedFile, report_of: Callable[[NDArray[np.uint8]], Report]
) -> None:
    report = report_of(faint(marked))
    assert report.verdict is Verdict.CONFIRMED
    assert watermark_of(report).as_dict() == {
        "layer": "watermark",
        "finding": "recognised",
        "work": CODE,
        "coverage": 1.0,
    }
    assert report.marked_here is not None
    assert (report.marked_here.work, report.marked_here.state) == (CODE, State.MARKS_REMOVED)
    assert Layer.WATERMARK not in report.marked_here.removed
    assert [each.layer for each in report.evidence] == list(Layer)


def test_the_same_picture_unmarked_is_not(
    kept: Registration, report_of: Callable[[NDArray[np.uint8]], Report]
) -> None:
    report = report_of(photograph())
    assert watermark_of(report).finding is Finding.NOT_FOUND
    assert report.verdict is Verdict.SUSPECTED
    assert report.marked_here is None


def test_nothing_is_recognised_where_the_files_are_gone(
    registered: Registration,
    marked: MarkedFile,
    report_of: Callable[[NDArray[np.uint8]], Report],
    settings: Settings,
    tmp_path: Path,
) -> None:
    files.remove(files.reference_name(registered.work.code))
    assert watermark_of(report_of(faint(marked))).finding is Finding.NOT_FOUND
    store = "tests.marking.works.test_files.ObjectStore"
    backend = {"BACKEND": store, "OPTIONS": {"location": tmp_path / "objects"}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    assert watermark_of(report_of(faint(marked))).finding is Finding.NOT_FOUND


def test_a_deleted_work_is_not_compared(
    kept: Registration, marked: MarkedFile, report_of: Callable[[NDArray[np.uint8]], Report]
) -> None:
    work = kept.work
    work.state, work.deleted_at = "deleted", work.released_at
    with unrecorded():
        work.save()
    assert watermark_of(report_of(faint(marked))).finding is Finding.NOT_FOUND


def test_a_comparison_that_cannot_be_made_is_said(
    kept: Registration,
    marked: MarkedFile,
    report_of: Callable[[NDArray[np.uint8]], Report],
    settings: Settings,
    tmp_path: Path,
) -> None:
    """The storage refuses: a file lies where its folder should be."""
    store = "tests.marking.works.test_files.ObjectStore"
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "references").write_bytes(b"")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": store, "OPTIONS": {"location": tmp_path / "objects"}},
    }
    found = watermark_of(report_of(faint(marked)))
    assert (found.finding, found.facts) == (Finding.INCONCLUSIVE, {"reason": "broke"})
