"""Examining a file whose marks contradict each other …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.users.models import User
from marking.marks import credential, implicit_label, watermark
from marking.marks.credential import Claim
from marking.marks.implicit_label import AigcLabel, Origin
from marking.media import Limits
from marking.registry.models import Registration
from marking.verification import wording
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.examine import examine
from marking.verification.parts import payloads_bounded
from marking.verification.presentation import shown
from marking.verification.report import Beside, Evidence, Finding, Layer, Report, State, Verdict
from marking.works import files, numbers
from marking.works.models import Work
from tests.conftest import photograph
from tests.marking.marks.credential.signed import CLAIM, stranger
from tests.marking.verification.marked_files import (
    CODE,
    NUMBER,
    MarkedFile,
    as_jpeg,
    png_of,
    register,
    with_label,
)

pytestmark = pytest.mark.django_db

Examine = Callable[[bytes], Report]


@pytest.fixture
def report_of(saved: Callable[[bytes], Path]) -> Examine:
    return lambda data: examine(saved(data), "picture.png")


def piece(report: Report, layer: Layer) -> Evidence:
    return next(each for each in report.evidence if each.layer is layer)


def test_a_label_that_was_copied_onto_another_picture_confirms_nothing(
    registered: Registration, report_of: Examine
) -> None:
    report = report_of(with_label(png_of(photograph(256, 256, seed=9))))
    assert piece(report, Layer.IMPLICIT_LABEL).finding is Finding.VALID
    assert piece(report, Layer.IMPLICIT_LABEL).facts["picture"] == Beside.OTHER
    assert (report.verdict, report.conflicts, report.marked_here) == (
        Verdict.SUSPECTED,
        ("copied_label",),
        None,
    )
    assert "does not look like the one" in shown(report).explanation


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_label_on_its_own_picture_confirms_it_however_that_was_turned(
    quarters: int, registered: Registration, report_of: Examine
) -> None:
    report = report_of(with_label(png_of(np.ascontiguousarray(np.rot90(photograph(), quarters)))))
    assert piece(report, Layer.IMPLICIT_LABEL).facts["picture"] == Beside.SAME
    assert (report.verdict, report.conflicts) == (Verdict.CONFIRMED, ())


def test_a_label_whose_picture_cannot_be_seen_confirms_nothing_and_it_is_said(
    registered: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    report = report_of(marked.data.replace(b"IHDR", b"IHDX", 1))
    assert piece(report, Layer.IMPLICIT_LABEL).facts["picture"] == Beside.NOT_COMPARED
    assert (report.verdict, report.conflicts) == (Verdict.POSSIBLE, ())
    assert "could not be compared" in shown(report).explanation


@pytest.mark.parametrize("quality", [0, 90])
def test_a_label_copied_onto_a_picture_that_was_cut_off_is_still_a_copied_one(
    quality: int, registered: Registration, report_of: Examine
) -> None:
    photo = photograph(seed=9)
    labelled = with_label(as_jpeg(photo, quality) if quality else png_of(photo))
    report = report_of(labelled[:-30])
    assert (report.verdict, report.conflicts) == (Verdict.SUSPECTED, ("copied_label",))


def test_a_copy_without_its_last_bytes_is_known_by_its_watermark(
    registered: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    for cut in (as_jpeg(marked.rgb)[:-2], png_of(marked.rgb)[:-30]):
        assert piece(report_of(cut), Layer.WATERMARK).finding is Finding.REGISTERED


def test_the_label_of_one_work_and_the_watermark_of_another_are_said(
    registered: Registration, user: User, marked: MarkedFile, report_of: Examine
) -> None:
    other = NUMBER + 1
    theirs = photograph(seed=9)
    register(user, MarkedFile(theirs, png_of(theirs), (0, 0, 9, 9)), number=other)
    moved = AigcLabel.first(producer="Yinji-demo", produce_id=numbers.write(other))
    report = report_of(implicit_label.write(as_jpeg(marked.rgb), moved, origin=Origin()))
    assert (report.verdict, report.conflicts) == (Verdict.CONFIRMED, ("label_of_another_work",))
    assert report.marked_here is not None
    assert report.marked_here.work == CODE


def test_a_collage_of_two_works_is_said(
    registered: Registration, user: User, marked: MarkedFile, report_of: Examine
) -> None:
    other = NUMBER + 1
    key = bytes.fromhex(settings.KEYS.watermark_keys[0])
    theirs = watermark.embed(photograph(seed=9), other, key=key)
    register(user, MarkedFile(theirs, png_of(theirs), (0, 0, 9, 9)), number=other)
    report = report_of(png_of(np.hstack([marked.rgb, theirs])))
    assert report.conflicts == ("two_works_in_the_picture",)
    facts = piece(report, Layer.WATERMARK).facts
    others = facts["other_works"]
    assert isinstance(others, tuple)
    assert {facts["work"], *others} == {CODE, numbers.write(other)}
    assert report.marked_here is not None
    assert report.marked_here.state is State.ALTERED


def test_an_altered_copy_of_one_work_is_no_collage(
    registered: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    framed = np.pad(marked.rgb, ((90, 0), (60, 0), (0, 0)), constant_values=240)
    report = report_of(png_of(np.ascontiguousarray(framed)))
    assert report.marked_here is not None
    assert (report.marked_here.state, report.conflicts) == (State.ALTERED, ())


def test_the_halves_that_cannot_be_examined_name_no_work(saved: Callable[[bytes], Path]) -> None:
    key = bytes.fromhex(settings.KEYS.watermark_keys[0])
    small = Specimen(saved(png_of(photograph(90, 90))), Limits(), (key,))
    with Quarantine(small) as quarantine:
        assert payloads_bounded(quarantine) == ()
        assert payloads_bounded(quarantine, seconds=0.0) == ()
    with Quarantine(Specimen(saved(b"no picture"), Limits(), (key,))) as quarantine:
        assert payloads_bounded(quarantine) == ()


def test_a_valid_credential_of_somebody_else_on_our_picture_is_said(
    registered: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    signed = credential.sign(png_of(marked.rgb), "image/png", CLAIM, stranger())
    report = report_of(signed)
    assert piece(report, Layer.CREDENTIAL).finding is Finding.UNTRUSTED
    assert (report.verdict, report.conflicts) == (Verdict.CONFIRMED, ("foreign_credential",))
    assert "claims another origin" in wording_of(report)


def test_a_credential_that_names_another_registered_picture_is_said(
    registered: Registration, report_of: Examine
) -> None:
    claim = Claim(**{**vars(CLAIM), "work": CODE})
    other = png_of(photograph(256, 256, seed=9))
    report = report_of(credential.sign(other, "image/png", claim, stranger()))
    assert report.conflicts == ("copied_credential",)


def test_a_registered_number_in_a_label_of_somebody_else_is_theirs(
    registered: Registration, report_of: Examine
) -> None:
    theirs = AigcLabel.first(producer="Somebody", produce_id=CODE)
    report = report_of(implicit_label.write(png_of(photograph(64, 64)), theirs, origin=Origin()))
    assert "picture" not in piece(report, Layer.IMPLICIT_LABEL).facts
    assert (report.verdict, report.conflicts) == (Verdict.CONFIRMED, ())


def test_a_label_that_this_site_passed_on_is_held_against_its_picture_too(
    registered: Registration, report_of: Examine
) -> None:
    marks = [{"name": "implicit_label", "content_propagator": "Yinji-demo"}]
    Work.objects.filter(pk=registered.work_id).update(marks=marks)
    passed_on = AigcLabel("1", "Somebody", "7", "", "Yinji-demo", CODE, "")
    report = report_of(implicit_label.write(png_of(photograph(256, 256, seed=9)), passed_on, origin=Origin()))
    assert report.conflicts == ("copied_label",)
    assert report.verdict is Verdict.SUSPECTED


def wording_of(report: Report) -> str:
    return " ".join(map(wording.conflict_sentence, report.conflicts))


@pytest.fixture
def previews(registered: Registration) -> Iterator[bytes]:
    """The preview of the upload: the picture in a frame, with the metadata label and no watermark."""
    files.remove(*(files.preview_name(CODE, which) for which in ("before", "after")))
    framed = np.pad(photograph(), ((0, 120), (0, 0), (0, 0)), constant_values=32)
    data = with_label(as_jpeg(np.ascontiguousarray(framed)))
    name = default_storage.save(files.preview_name(CODE, "before"), ContentFile(data))
    yield data
    default_storage.delete(name)


def test_a_preview_of_ours_is_known_and_nobody_is_accused(previews: bytes, report_of: Examine) -> None:
    report = report_of(previews)
    assert piece(report, Layer.HASH).finding is Finding.PREVIEW
    assert (report.verdict, report.conflicts) == (Verdict.CONFIRMED, ())
    assert report.marked_here is not None
    assert (report.marked_here.state, report.marked_here.is_preview) == (State.INTACT, True)
    page = shown(report)
    assert page.marked_here is not None
    assert "preview" in page.marked_here.sentence
    assert {card.finding for card in page.evidence if card.layer == "hash"} == {"found"}


def test_a_preview_that_was_changed_is_none(previews: bytes, report_of: Examine) -> None:
    assert piece(report_of(previews + b"\0"), Layer.HASH).finding is Finding.UNREGISTERED
    default_storage.delete(files.preview_name(CODE, "before"))
    assert piece(report_of(previews), Layer.HASH).finding is Finding.UNREGISTERED


def test_a_preview_that_the_storage_refuses_is_none(
    registered: Registration, marked: MarkedFile, report_of: Examine
) -> None:
    folder = files.preview_name(CODE, "after")
    files.remove(folder)
    in_the_way = default_storage.save(f"{folder}/file", ContentFile(b""))
    exact = piece(report_of(with_label(as_jpeg(marked.rgb))), Layer.HASH)
    assert exact.finding is Finding.UNREGISTERED
    default_storage.delete(in_the_way)
    default_storage.delete(folder)
