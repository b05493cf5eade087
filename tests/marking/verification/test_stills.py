"""A single picture out of an animation that was marked here …"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from numpy.typing import NDArray

from accounts.users.models import User
from marking.marks import explicit_label, watermark
from marking.media import Animation, Frame, MediaType, encode_animation
from marking.registry.models import Registration
from marking.verification.examine import examine
from marking.verification.presentation import shown
from marking.verification.report import Layer, Report, State
from marking.works.models import Work
from tests.conftest import photograph
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

Pixels = NDArray[np.uint8]


@cache
def marked_frames() -> tuple[Pixels, ...]:
    """Two marked frames that show different scenes."""
    key = bytes.fromhex(settings.KEYS.watermark_keys[0])
    labelled = [
        explicit_label.draw(photograph(384, 384, seed=seed), explicit_label.Wording.BOTH)[0]
        for seed in (1, 5)
    ]
    return tuple(watermark.embed(each, NUMBER, key=key) for each in labelled)


def animation_of(frames: Sequence[Pixels]) -> bytes:
    shown_frames = tuple(Frame(each, None, milliseconds=100) for each in frames)
    return encode_animation(Animation(shown_frames, 0), media_type=MediaType.PNG)


@pytest.fixture
def animated(user: User) -> Iterator[Registration]:
    """A work that moves, whose released file is in the storage."""
    data = animation_of(marked_frames())
    registration = register(user, MarkedFile(marked_frames()[0], data, (0, 0, 9, 9)))
    name = default_storage.save("marked/animation.png", ContentFile(data))
    Work.objects.update(
        marked_path=name, marked_media_type="image/png", marked_sha256=hashlib.sha256(data).hexdigest()
    )
    yield registration
    default_storage.delete(name)


@pytest.fixture
def report_of(saved: Callable[[bytes], Path]) -> Callable[[bytes], Report]:
    return lambda data: examine(saved(data), "picture.png")


def test_it_is_not_called_altered(animated: Registration, report_of: Callable[[bytes], Report]) -> None:
    here = report_of(with_label(as_jpeg(marked_frames()[1]))).marked_here
    assert here is not None
    assert (here.work, here.state, here.is_still, here.is_compared) == (CODE, State.INTACT, True, True)


def test_it_is_altered_where_it_is_like_none_of_the_frames(
    animated: Registration, report_of: Callable[[bytes], Report]
) -> None:
    forged = marked_frames()[1].copy()
    forged[100:280, 80:260] = 20
    here = report_of(with_label(png_of(forged))).marked_here
    assert here is not None
    assert (here.state, here.is_still) == (State.ALTERED, True)


def rewrite(registration: Registration, data: bytes) -> None:
    name = Work.objects.get(pk=registration.pk).marked_path
    with default_storage.open(name, "wb") as file:
        file.write(data)


def test_it_is_not_compared_where_the_frames_cannot_be_had(
    animated: Registration, report_of: Callable[[bytes], Report]
) -> None:
    rewrite(animated, animation_of(marked_frames())[:-4000])
    report = report_of(png_of(marked_frames()[1]))
    assert report.marked_here is not None
    assert (report.marked_here.is_still, report.marked_here.is_compared) == (True, False)
    assert report.marked_here.removed == (Layer.IMPLICIT_LABEL,)
    page = shown(report).marked_here
    assert page is not None
    assert "single picture out of an animation" in page.sentence


@pytest.mark.parametrize("is_deleted", [True, False])
def test_without_the_released_file_it_counts_as_a_picture_of_a_still(
    is_deleted: bool, animated: Registration, report_of: Callable[[bytes], Report]
) -> None:
    work = Work.objects.get(pk=animated.pk)
    default_storage.delete(work.marked_path)
    if is_deleted:
        work.state, work.deleted_at, work.marked_path = "deleted", work.released_at, ""
        with unrecorded():
            work.save()
    here = report_of(png_of(marked_frames()[1])).marked_here
    assert here is not None
    assert (here.state, here.is_still) == (State.ALTERED, False)


def test_the_first_frame_is_compared_like_any_picture(
    animated: Registration, report_of: Callable[[bytes], Report]
) -> None:
    here = report_of(with_label(png_of(marked_frames()[0]))).marked_here
    assert here is not None
    assert (here.state, here.is_still) == (State.INTACT, False)


def test_a_picture_of_a_still_work_is_no_frame(
    animated: Registration, report_of: Callable[[bytes], Report]
) -> None:
    rewrite(animated, png_of(marked_frames()[0]))
    here = report_of(with_label(png_of(marked_frames()[1]))).marked_here
    assert here is not None
    assert (here.state, here.is_still) == (State.ALTERED, False)
