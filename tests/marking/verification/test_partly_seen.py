"""A copy of a work of which viewers show less, or more, than was compared …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from marking.media import Animation, Frame, MediaType, encode_animation
from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.presentation import shown
from marking.verification.report import Layer, State
from tests.conftest import photograph
from tests.marking.verification.marked_files import MarkedFile, png_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db

Save = Callable[[bytes], Path]


@pytest.fixture
def stored(registered: Registration, marked: MarkedFile) -> Iterator[Registration]:
    """The work, whose released file is in the storage."""
    name = default_storage.save("marked/partly-seen.png", ContentFile(marked.data))
    registered.work.marked_path = name
    registered.work.save()
    yield registered
    default_storage.delete(name)


def test_it_is_altered_where_it_is_the_first_of_several_pictures(
    stored: Registration, marked: MarkedFile, saved: Save
) -> None:
    frames = [Frame(each, None, milliseconds=100) for each in (marked.rgb, photograph(384, 512, seed=9))]
    path = saved(encode_animation(Animation(tuple(frames), 0), media_type=MediaType.PNG))
    report = examine(path, "a.png")
    assert report.marked_here is not None
    assert report.marked_here.state is State.ALTERED
    origin = shown(report).marked_here
    assert origin is not None
    assert "only the first was compared" in origin.sentence


def test_a_hole_in_it_is_said(registered: Registration, marked: MarkedFile, saved: Save) -> None:
    alpha = np.full(marked.rgb.shape[:2], 255, np.uint8)
    alpha[100:200, 100:250] = 0
    origin = shown(examine(saved(png_of(np.dstack([marked.rgb, alpha]))), "a.png")).marked_here
    assert origin is not None
    assert "8 % of the picture are transparent" in origin.sentence


@pytest.mark.parametrize("size", [(128, 96), (171, 128)])
def test_a_label_too_small_to_be_found_is_not_missed(
    size: tuple[int, int], registered: Registration, marked: MarkedFile, saved: Save
) -> None:
    thumbnail = np.asarray(cv2.resize(marked.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    thumbnail = np.asarray(cv2.GaussianBlur(thumbnail, (0, 0), 1.0), np.uint8)
    origin = examine(saved(png_of(thumbnail)), "a.png").marked_here
    assert origin is None or not {Layer.EXPLICIT_LABEL, Layer.WATERMARK} & set(origin.removed)


def test_it_is_said_that_the_work_was_deleted_since(
    registered: Registration, marked: MarkedFile, saved: Save
) -> None:
    work = registered.work
    work.state, work.deleted_at = "deleted", work.released_at
    with unrecorded():
        work.save()
    origin = shown(examine(saved(png_of(marked.rgb)), "a.png")).marked_here
    assert origin is not None
    assert "was deleted here since" in origin.sentence


def test_a_mirrored_copy_is_altered_where_the_released_file_is_gone(
    registered: Registration, marked: MarkedFile, saved: Save
) -> None:
    report = examine(saved(png_of(np.ascontiguousarray(marked.rgb[:, ::-1]))), "a.png")
    assert report.marked_here is not None
    assert report.marked_here.state is State.ALTERED
    assert [change.kind for change in report.marked_here.changes] == ["mirrored"]
