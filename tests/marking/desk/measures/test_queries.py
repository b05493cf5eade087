from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from accounts.users.models import User
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import identical_to, near_copies_of
from marking.registry.models import Variant
from marking.works.models import Work
from tests.marking.verification.marked_files import MarkedFile, marked_file, register
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def another(owner: User, number: int, *, source: str, changed: bool = True) -> Work:
    """A released work of the same picture, a little brighter."""
    file = marked_file()
    rgb = np.clip(file.rgb.astype(int) + 3, 0, 255).astype(np.uint8) if changed else file.rgb
    data = file.data + (b"x" * number if changed else b"")
    work = register(owner, MarkedFile(rgb, data, file.label_box), number=number).work
    Work.objects.filter(pk=work.pk).update(source_sha256=source)
    return work


def test_the_same_source_and_the_same_released_bytes_are_identical(work: Work, other_user: User) -> None:
    same_source = another(other_user, 7, source="0" * 64)
    same_bytes = another(other_user, 8, source="8" * 64, changed=False)
    variant = another(other_user, 9, source="9" * 64)
    Variant.objects.create(
        registration=variant.registration, sha256=work.marked_sha256, fingerprint=b"0" * 32, layout=b""
    )
    another(other_user, 10, source="a" * 64)
    assert identical_to(work) == [same_source, same_bytes, variant]


def test_a_deleted_copy_is_left_out(work: Work, other_user: User) -> None:
    copy = another(other_user, 7, source="0" * 64)
    with unrecorded():
        Work.objects.filter(pk=copy.pk).update(state="deleted", deleted_at=copy.created_at)
    assert identical_to(work) == []


def test_what_only_looks_the_same_is_near(work: Work, other_user: User, off: Callable[..., Measure]) -> None:
    another(other_user, 7, source="0" * 64)
    near, dark = another(other_user, 8, source="8" * 64), another(other_user, 9, source="9" * 64)
    off(dark)
    (found,) = near_copies_of(work)
    assert found.work == near
    assert found.distance < 32


def test_a_work_that_was_never_registered_is_near_nothing(work: Work) -> None:
    work.registration.delete()
    assert near_copies_of(work) == []
