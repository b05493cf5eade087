"""Examining a file …"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from accounts.users.models import User
from marking.marks import implicit_label, watermark
from marking.marks.implicit_label import AigcLabel
from marking.media import Refused
from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.report import Finding, Layer, Report, State, Verdict
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, NUMBER, MarkedFile, as_jpeg, png_of, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def report_of(tmp_path: Path) -> Callable[[bytes], Report]:
    def examined(data: bytes) -> Report:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return examine(path, "picture.png")

    return examined


def findings(report: Report) -> dict[Layer, Finding]:
    return {each.layer: each.finding for each in report.evidence}


def test_it_confirms_the_released_file(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(marked.data)
    assert report.verdict is Verdict.CONFIRMED
    assert report.marked_here is not None
    assert report.marked_here.as_dict() == {"work": CODE, "state": "intact", "removed": [], "changes": []}
    assert findings(report) == {
        Layer.EXPLICIT_LABEL: Finding.FOUND,
        Layer.IMPLICIT_LABEL: Finding.VALID,
        Layer.CREDENTIAL: Finding.NOT_FOUND,
        Layer.WATERMARK: Finding.REGISTERED,
        Layer.HASH: Finding.REGISTERED,
        Layer.FINGERPRINT: Finding.NEAR_COPY,
        Layer.GENERATOR: Finding.FOUND,
    }


def test_it_confirms_a_half_size_jpeg_and_names_the_label_that_is_gone(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    height, width = marked.rgb.shape[:2]
    half = cv2.resize(marked.rgb, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    report = report_of(as_jpeg(np.asarray(half, np.uint8), quality=75))
    assert report.verdict is Verdict.CONFIRMED
    assert report.marked_here is not None
    assert (report.marked_here.work, report.marked_here.state) == (CODE, State.MARKS_REMOVED)
    assert report.marked_here.removed == (Layer.IMPLICIT_LABEL,)


def test_a_copy_that_keeps_every_mark_is_intact(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    label = AigcLabel.first(producer="Yinji-demo", produce_id=CODE)
    report = report_of(implicit_label.write(as_jpeg(marked.rgb), label))
    assert report.marked_here is not None
    assert report.marked_here.state is State.INTACT
    assert findings(report)[Layer.HASH] is Finding.UNREGISTERED


def test_a_mark_on_another_picture_is_altered(
    registered: Registration, report_of: Callable[[bytes], Report]
) -> None:
    key = bytes.fromhex(settings_key())
    report = report_of(as_jpeg(watermark.embed(photograph(seed=9), NUMBER, key=key)))
    assert report.marked_here is not None
    assert report.marked_here.state is State.ALTERED
    assert report.marked_here.removed == (Layer.EXPLICIT_LABEL, Layer.IMPLICIT_LABEL)


def test_a_mark_on_a_picture_without_structure_is_not_called_altered(
    registered: Registration, report_of: Callable[[bytes], Report]
) -> None:
    Registration.objects.update(is_distinctive=False)
    key = bytes.fromhex(settings_key())
    report = report_of(as_jpeg(watermark.embed(photograph(seed=9), NUMBER, key=key)))
    assert report.marked_here is not None
    assert report.marked_here.state is State.MARKS_REMOVED


def test_a_watermark_of_no_registered_work_is_not_marked_here(
    db: None, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(as_jpeg(marked.rgb))
    assert report.marked_here is None
    assert report.verdict is Verdict.SUSPECTED
    assert findings(report)[Layer.WATERMARK] is Finding.UNREGISTERED
    assert "work" not in str(report.as_dict()["evidence"])


def test_looking_alike_is_no_proof(registered: Registration, report_of: Callable[[bytes], Report]) -> None:
    report = report_of(png_of(photograph()))
    assert report.marked_here is None
    assert report.verdict is Verdict.SUSPECTED
    assert findings(report)[Layer.FINGERPRINT] is Finding.NEAR_COPY


def test_looking_alike_and_carrying_its_label_names_the_work(
    registered: Registration, report_of: Callable[[bytes], Report]
) -> None:
    label = AigcLabel.first(producer="Yinji-demo", produce_id=CODE)
    report = report_of(implicit_label.write(png_of(photograph()), label))
    assert report.marked_here is not None
    assert report.marked_here.state is State.MARKS_REMOVED
    assert report.marked_here.removed == (Layer.EXPLICIT_LABEL, Layer.WATERMARK)


def test_a_deleted_work_is_still_said_to_be_marked_here(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    work = registered.work
    work.state, work.deleted_at, work.marked_path = "deleted", work.released_at, ""
    work.save()
    report = report_of(marked.data)
    assert report.marked_here is not None
    assert (report.marked_here.work, report.marked_here.state) == (CODE, State.INTACT)


def test_an_unmarked_picture_has_no_label_found(
    registered: Registration, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(png_of(photograph(seed=5)))
    assert report.verdict is Verdict.NO_LABEL_FOUND
    assert report.marked_here is None


def test_the_work_of_somebody_else_is_found_just_as_well(
    other_user: User, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    register(other_user, marked)
    assert report_of(marked.data).marked_here is not None


def test_it_reports_nothing_of_the_path_or_of_private_metadata(
    db: None, tmp_path: Path, report_of: Callable[[bytes], Report]
) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Jane Doe"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.fromarray(photograph(64, 64)).save(file, "JPEG", exif=exif, comment=b"Jane's secret prompt")
    report = str(report_of(file.getvalue()).as_dict())
    assert "Jane" not in report
    assert str(tmp_path) not in report


def test_it_refuses_what_is_no_picture(db: None, report_of: Callable[[bytes], Report]) -> None:
    with pytest.raises(Refused, match="PNG, JPEG or WebP"):
        report_of(b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def settings_key() -> str:
    """The newest watermark key of the test run, in hex."""
    from django.conf import settings

    return str(settings.KEYS.watermark_keys[0])
