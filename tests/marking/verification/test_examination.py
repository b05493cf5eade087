"""An examination in a thread of its own …"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils import translation

from accounts.refusals import Refusal
from marking.registry.models import Registration
from marking.verification import intake
from marking.verification.examination import Examination
from marking.verification.report import Layer, Verdict
from tests.conftest import photograph
from tests.marking.verification.marked_files import MarkedFile, png_of

pytestmark = pytest.mark.django_db
SMALL = png_of(photograph(64, 64))


@pytest.fixture
def upload() -> Iterator[Callable[[bytes], TemporaryUploadedFile]]:
    """Make an uploaded file that lies on disk."""
    with ExitStack() as made:

        def make(data: bytes) -> TemporaryUploadedFile:
            file = TemporaryUploadedFile("a.png", "image/png", len(data), None)
            made.callback(file.close)
            file.write(data)
            file.flush()
            return file

        yield make


Upload = Callable[[bytes], TemporaryUploadedFile]


def is_gone(file: TemporaryUploadedFile) -> bool:
    return not Path(file.temporary_file_path()).exists()


def all_places_are_free() -> bool:
    with ExitStack() as taken:
        for _ in range(intake.AT_ONCE):
            taken.enter_context(intake.place())
    return True


def test_it_tells_each_layer_and_then_reports(upload: Upload) -> None:
    file = upload(SMALL)
    examination = Examination(file, intake.place())
    told = list(examination.layers())
    assert sorted(each.layer for each in told) == sorted(Layer)
    report = examination.report()
    assert report is not None
    assert report.verdict is Verdict.NO_LABEL_FOUND
    examination.close()
    assert is_gone(file)
    assert all_places_are_free()


@pytest.mark.parametrize(("data", "status"), [(b"", 400), (b"no picture", 415)])
def test_a_file_that_is_refused_is_refused_before_anything_is_told(
    data: bytes, status: int, upload: Upload
) -> None:
    file = upload(data)
    with translation.override("zh-hans"), pytest.raises(Refusal) as caught:
        Examination(file, intake.place())
    assert caught.value.status == status
    assert not caught.value.sentence.isascii()
    assert is_gone(file)
    assert all_places_are_free()


def test_who_leaves_ends_it_and_frees_the_place_and_the_file(upload: Upload) -> None:
    file = upload(png_of(photograph(1200, 1600)))
    examination = Examination(file, intake.place())
    told = examination.layers()
    next(told)
    examination.close()
    assert is_gone(file)
    assert all_places_are_free()
    assert len(list(told)) < len(Layer) - 1


def test_a_fault_before_anything_was_told_is_raised(upload: Upload) -> None:
    file = upload(SMALL)
    Path(file.temporary_file_path()).unlink()
    with pytest.raises(FileNotFoundError):
        Examination(file, intake.place())
    assert all_places_are_free()


@pytest.mark.django_db(transaction=True)
def test_a_fault_behind_the_layers_is_logged_and_gives_no_report(
    registered: Registration, marked: MarkedFile, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    registered.work.marks = [{"name": "a mark of another version"}]
    registered.work.save()
    examination = Examination(upload(marked.data), intake.place())
    assert len(list(examination.layers())) == len(Layer)
    with caplog.at_level(logging.ERROR):
        assert examination.report() is None
    assert "ValueError" in caplog.text


def test_it_writes_nothing_into_the_cache(upload: Upload) -> None:
    Examination(upload(SMALL), intake.place()).close()
    assert getattr(cache, "_cache", {}) == {}
