"""Examining a copy that this site gave out without the visible label …"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from numpy.typing import NDArray

from marking.marks import fingerprint, watermark
from marking.marks.explicit_label.placing import cut
from marking.registry import lookup
from marking.registry.models import Registration
from marking.registry.services import register_variant
from marking.verification.examine import examine
from marking.verification.presentation import shown
from marking.verification.report import Finding, Layer, Report, State, Verdict
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, NUMBER, MarkedFile, as_jpeg, png_of, with_label

pytestmark = pytest.mark.django_db

Examine = Callable[[bytes], Report]


@cache
def unlabelled() -> NDArray[np.uint8]:
    """The photograph of the marked file with the watermark and without the visible label."""
    return watermark.embed(photograph(), NUMBER, key=bytes.fromhex(settings.KEYS.watermark_keys[0]))


@cache
def given_out() -> bytes:
    return with_label(png_of(unlabelled()))


@pytest.fixture
def report_of(saved: Callable[[bytes], Path]) -> Examine:
    return lambda data: examine(saved(data), "picture.png")


@pytest.fixture
def variant(registered: Registration) -> Registration:
    """The registered work, of which a copy was given out without the visible label."""
    sha256 = hashlib.sha256(given_out()).hexdigest()
    for _ in range(2):
        register_variant(
            number=NUMBER,
            sha256=sha256,
            fingerprint=fingerprint.fingerprint(unlabelled()),
            is_distinctive=True,
            layout=fingerprint.layout(unlabelled()),
        )
    assert registered.variants.count() == 1
    return registered


def finding(report: Report, layer: Layer) -> Finding:
    return next(each.finding for each in report.evidence if each.layer is layer)


def test_it_is_known_and_nobody_is_accused(variant: Registration, report_of: Examine) -> None:
    report = report_of(given_out())
    assert report.verdict is Verdict.CONFIRMED
    assert finding(report, Layer.HASH) is Finding.REGISTERED
    assert finding(report, Layer.EXPLICIT_LABEL) is Finding.NOT_FOUND
    assert report.marked_here is not None
    assert (report.marked_here.work, report.marked_here.state) == (CODE, State.INTACT)
    assert report.marked_here.removed == ()


def test_its_copies_are_not_accused_either(variant: Registration, report_of: Examine) -> None:
    report = report_of(with_label(as_jpeg(unlabelled())))
    assert finding(report, Layer.HASH) is Finding.UNREGISTERED
    assert report.marked_here is not None
    assert (report.marked_here.state, report.marked_here.removed) == (State.INTACT, ())
    assert "looks like a copy of a file that this site gave out without a visible label" in _sentence(report)


def test_another_mark_that_is_gone_is_still_named(variant: Registration, report_of: Examine) -> None:
    report = report_of(as_jpeg(unlabelled()))
    assert report.marked_here is not None
    assert (report.marked_here.state, report.marked_here.removed) == (
        State.MARKS_REMOVED,
        (Layer.IMPLICIT_LABEL,),
    )


def test_a_label_that_was_painted_over_is_still_a_mark_removed(
    variant: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    painted = marked.rgb.copy()
    cut(painted, marked.label_box)[:] = 230
    report = report_of(with_label(as_jpeg(painted)))
    assert report.marked_here is not None
    assert Layer.EXPLICIT_LABEL in report.marked_here.removed


def test_without_such_a_copy_the_missing_label_is_a_mark_removed(
    registered: Registration, report_of: Examine
) -> None:
    report = report_of(with_label(as_jpeg(unlabelled())))
    assert report.marked_here is not None
    assert report.marked_here.removed == (Layer.EXPLICIT_LABEL,)


def test_the_labelled_file_is_what_it_was(
    variant: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    report = report_of(marked.data)
    assert report.marked_here is not None
    assert not report.marked_here.is_unlabelled
    assert "every mark is in place" in _sentence(report)


def test_the_public_learns_no_more_than_that_it_was_given_out(
    variant: Registration, report_of: Examine
) -> None:
    report = report_of(given_out())
    assert "This site gave it out without a visible label" in _sentence(report)
    assert report.marked_here is not None
    assert set(report.marked_here.as_dict()) == {
        "work",
        "state",
        "removed",
        "removed_marks",
        "changes",
        "consent_since",
        "refutation",
    }


def test_a_file_that_nobody_knows_is_no_variant(variant: Registration) -> None:
    assert lookup.variant_by_sha256("0" * 64) is None


def _sentence(report: Report) -> str:
    origin = shown(report).marked_here
    assert origin is not None
    return origin.sentence
