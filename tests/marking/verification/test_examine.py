"""Examining a file …"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.utils import timezone
from numpy.typing import NDArray
from PIL import Image

from accounts.users.models import User
from marking.marks import implicit_label, watermark
from marking.marks.implicit_label import AigcLabel
from marking.media import MediaType, Refused, encode_picture
from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.report import Finding, Layer, Report, State, Verdict
from marking.works.models import Work
from tests.conftest import photograph
from tests.marking.marks.implicit_label.media_files import pdf, pdf_labelled
from tests.marking.verification.marked_files import (
    CODE,
    NUMBER,
    MarkedFile,
    as_jpeg,
    png_of,
    register,
    with_label,
)
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def report_of(tmp_path: Path) -> Callable[[bytes], Report]:
    def examined(data: bytes) -> Report:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return examine(path, "picture.png")

    return examined


def state_of(report: Report) -> tuple[str, list[str]]:
    """The state of what was marked here, and the names of the marks that are gone."""
    assert report.marked_here is not None
    return report.marked_here.state.value, [layer.value for layer in report.marked_here.removed]


def pasted(rgb: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """A picture with a rectangle of another over ``share`` of its area."""
    height, width = (round(side * share**0.5) for side in rgb.shape[:2])
    forged = rgb.copy()
    forged[40 : 40 + height, 30 : 30 + width] = photograph(seed=9)[:height, :width]
    return forged


def findings(report: Report) -> dict[Layer, Finding]:
    return {each.layer: each.finding for each in report.evidence}


def test_it_tells_each_layer_in_the_calling_thread(saved: Callable[[bytes], Path]) -> None:
    told: list[tuple[Layer, int]] = []
    examine(
        saved(png_of(photograph(64, 64))),
        "a.png",
        on_layer=lambda each: told.append((each.layer, threading.get_ident())),
    )
    assert sorted(layer for layer, _ in told) == sorted(Layer)
    assert {thread for _, thread in told} == {threading.get_ident()}


def test_it_confirms_the_released_file(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(marked.data)
    assert report.verdict is Verdict.CONFIRMED
    assert report.marked_here is not None
    assert report.marked_here.as_dict() == {
        "work": CODE, "state": "intact", "consent_since": None, "refutation": None, "removed": [], "removed_marks": [], "changes": [],
    }  # fmt: skip
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


def test_a_released_file_whose_picture_cannot_be_compared_is_intact(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    unreadable = marked.data.replace(b"IHDR", b"IHDX", 1)
    Registration.objects.update(sha256=hashlib.sha256(unreadable).hexdigest())
    report = report_of(unreadable)
    assert findings(report)[Layer.FINGERPRINT] is Finding.INCONCLUSIVE
    assert state_of(report) == ("intact", [])


def test_a_copy_that_keeps_every_mark_is_intact(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    report = report_of(with_label(as_jpeg(marked.rgb)))
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
    assert report.marked_here.removed == (Layer.IMPLICIT_LABEL,)


def test_a_picture_without_structure_is_compared_by_what_lies_where(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    Registration.objects.update(is_distinctive=False)
    assert state_of(report_of(as_jpeg(marked.rgb))) == ("marks_removed", ["implicit_label"])
    forged = with_label(as_jpeg(pasted(marked.rgb, 0.3)))
    assert state_of(report_of(forged)) == ("altered", [])


@pytest.mark.parametrize("media_type", [MediaType.PNG, MediaType.JPEG])
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.4])
def test_a_copy_with_something_pasted_in_is_altered_though_it_keeps_every_mark(
    share: float,
    media_type: MediaType,
    registered: Registration,
    marked: MarkedFile,
    report_of: Callable[[bytes], Report],
) -> None:
    forged = encode_picture(pasted(marked.rgb, share), media_type=media_type, quality=90)
    assert state_of(report_of(with_label(forged))) == ("altered", [])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_copy_lost_its_metadata_alone(
    quarters: int, registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    turned = np.rot90(marked.rgb, quarters)
    report = report_of(png_of(np.ascontiguousarray(turned)))
    assert state_of(report) == ("marks_removed", ["implicit_label"])
    assert findings(report)[Layer.FINGERPRINT] is Finding.NEAR_COPY


def test_a_framed_or_cropped_copy_is_not_said_to_have_lost_its_visible_label(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    framed = cv2.copyMakeBorder(marked.rgb, 60, 20, 20, 20, cv2.BORDER_CONSTANT, value=(240, 240, 240))
    height, width = marked.rgb.shape[:2]
    wide = marked.rgb[: height * 4 // 5]
    corner = marked.rgb[: height * 9 // 10, : width * 9 // 10]
    for copy in (np.asarray(framed, np.uint8), wide, corner):
        assert state_of(report_of(png_of(copy))) == ("altered", ["implicit_label"])


def test_a_label_that_was_painted_over_is_gone_and_the_rest_is_as_it_was(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    x, y, width, height = marked.label_box
    painted = marked.rgb.copy()
    painted[y : y + height, x : x + width] = 200
    assert state_of(report_of(with_label(png_of(painted)))) == ("marks_removed", ["explicit_label"])
    registered.work.marks = [{"name": "watermark"}]
    registered.work.save()
    assert state_of(report_of(with_label(png_of(painted)))) == ("altered", [])


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
    report = report_of(with_label(png_of(photograph())))
    assert report.marked_here is not None
    assert report.marked_here.state is State.MARKS_REMOVED
    assert report.marked_here.removed == (Layer.EXPLICIT_LABEL, Layer.WATERMARK)


def test_a_deleted_work_is_still_said_to_be_marked_here(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    work = registered.work
    work.state, work.deleted_at, work.marked_path = "deleted", work.released_at, ""
    with unrecorded():
        work.save()
    report = report_of(marked.data)
    assert report.marked_here is not None
    assert (report.marked_here.work, report.marked_here.state) == (CODE, State.INTACT)
    assert state_of(report_of(with_label(png_of(pasted(marked.rgb, 0.1))))) == ("altered", [])


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
    with pytest.raises(Refused, match="PNG, JPEG, WebP"):
        report_of(b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def settings_key() -> str:
    """The newest watermark key of the test run, in hex."""
    from django.conf import settings

    return str(settings.KEYS.watermark_keys[0])


def test_it_reads_the_label_of_a_document_and_nothing_more(report_of: Callable[[bytes], Report]) -> None:
    report = report_of(pdf_labelled(AigcLabel.first(producer="Somebody", produce_id="7").to_json()))
    assert (report.verdict, report.marked_here) == (Verdict.CONFIRMED, None)
    assert findings(report)[Layer.IMPLICIT_LABEL] is Finding.VALID
    assert findings(report)[Layer.WATERMARK] is Finding.INCONCLUSIVE


def test_it_refuses_a_document_without_a_label(report_of: Callable[[bytes], Report]) -> None:
    with pytest.raises(Refused) as refused:
        report_of(pdf(b"/Title (AIGC)"))
    assert refused.value.code == "unsupported_format"


@pytest.mark.parametrize("number", ["ZZZZZZZZZZ", "no number"])
def test_a_label_in_our_name_is_not_believed_without_a_work_of_ours(
    number: str, db: None, report_of: Callable[[bytes], Report]
) -> None:
    forged = AigcLabel.first(producer="Yinji-demo", produce_id=number.replace(" ", "-"))
    report = report_of(implicit_label.write(png_of(photograph(64, 64)), forged))
    assert report.verdict is not Verdict.CONFIRMED
    assert "not_ours" in str([each.facts.get("faults") for each in report.evidence])


def test_the_number_of_a_signed_work_is_not_believed_without_our_signature(
    registered: Registration, report_of: Callable[[bytes], Report]
) -> None:
    marks = [{"name": "implicit_label", "reserved_code1": "a signature"}]
    Work.objects.filter(pk=registered.work_id).update(marks=marks)
    forged = AigcLabel.first(producer="Yinji-demo", produce_id=CODE)
    report = report_of(implicit_label.write(png_of(photograph(64, 64, seed=9)), forged))
    assert report.verdict is not Verdict.CONFIRMED


def test_it_says_since_when_the_people_shown_do_not_allow_it(
    registered: Registration, marked: MarkedFile, report_of: Callable[[bytes], Report]
) -> None:
    now = timezone.now()
    with unrecorded():
        Work.objects.filter(pk=registered.work_id).update(
            state="consent_ended", consent_ended_at=now, files_due_at=now
        )
    told = report_of(marked.data).as_dict()["marked_here"]
    assert isinstance(told, dict)
    assert (told["state"], told["consent_since"]) == ("consent_ended", timezone.localdate(now).isoformat())
