"""The page of a check …"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import translation

from marking.registry.models import Registration
from marking.verification import intake
from marking.verification.report import Layer
from tests.conftest import photograph
from tests.marking.verification.marked_files import MarkedFile, png_of

pytestmark = pytest.mark.django_db
SMALL = png_of(photograph(64, 64))


def check(data: bytes = SMALL, **headers: str) -> StreamingHttpResponse:
    response = Client(headers=headers).post("/", {"file": SimpleUploadedFile("a.png", data)})
    assert isinstance(response, StreamingHttpResponse)
    return response


def pieces(response: StreamingHttpResponse) -> list[str]:
    return [piece.decode() for piece in response]  # type: ignore[attr-defined]


def test_it_comes_in_pieces_and_is_one_page() -> None:
    response = check()
    head, *layers, end_of_progress, report, foot = pieces(response)
    assert head.startswith("<!DOCTYPE html>")
    assert "Your file is being checked" in head
    assert len(layers) == len(Layer)
    assert "Watermark: looked for" in "".join(layers)
    assert "</ol>" in end_of_progress
    assert "No label found — this proves nothing." in report
    assert foot.rstrip().endswith("</html>")
    assert "<!-- " not in head + end_of_progress + foot


def test_nothing_on_the_way_is_asked_to_hold_it_back_or_keep_it() -> None:
    response = check()
    assert response["X-Accel-Buffering"] == "no"
    assert response["Cache-Control"] == "no-store"
    assert not response.has_header("Content-Length")
    assert not response.cookies
    pieces(response)


def test_it_says_which_layer_could_not_be_examined() -> None:
    assert "could not be examined" in "".join(pieces(check(SMALL[: len(SMALL) // 2])))


def test_it_is_in_the_language_of_its_reader_to_the_end() -> None:
    response = check(**{"Accept-Language": "zh-hans"})
    translation.activate("en")  # somebody else's request, answered by the same thread in between
    page = "".join(pieces(response))
    assert '<html lang="zh-hans">' in page
    assert "未发现标识" in page
    assert "显式标识" in page
    assert translation.get_language() == "en"


def test_who_leaves_after_the_first_piece_leaves_nothing_behind() -> None:
    before = set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    response = check(png_of(photograph(1200, 1600)))
    next(iter(response))
    response.close()
    assert set(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == before
    with intake.place(), intake.place():
        pass


@pytest.mark.django_db(transaction=True)
def test_a_check_that_breaks_off_says_so(registered: Registration, marked: MarkedFile) -> None:
    registered.work.marks = [{"name": "a mark of another version"}]
    registered.work.save()
    page = "".join(pieces(check(marked.data)))
    assert "The check broke off" in page
    assert page.rstrip().endswith("</html>")
