"""Registering a work …"""

from __future__ import annotations

import pytest

from accounts.users.models import User
from marking.marks.fingerprint import LAYOUT_BYTES
from marking.marks.fingerprint.features import take
from marking.registry import lookup
from marking.registry.models import Registration
from marking.registry.services import register, register_variant
from marking.works.models import Work
from tests.conftest import photograph


def test_it_makes_the_work_findable_and_comparable(user: User) -> None:
    work = Work.objects.create(
        number=42, owner=user, state="marking", tool="t", kind="content", depicts="nobody",
        source_name="n", source_path="p", source_sha256="0" * 64, source_bytes=1, media_type="image/png",
        width=8, height=6,
    )  # fmt: skip
    layout = bytes(range(256)) * (LAYOUT_BYTES // 256)
    register(
        number=42, sha256="a" * 64, fingerprint=b"\1" * 32, is_distinctive=True, layout=layout, width=8, height=6
    )  # fmt: skip
    found = lookup.by_payload(42)
    assert found is not None
    assert found == lookup.by_sha256("a" * 64)
    assert (found.work, bytes(found.fingerprint), bytes(found.layout)) == (work, b"\1" * 32, layout)
    assert (found.width, found.height) == (8, 6)


def test_it_makes_a_copy_without_the_visible_label_findable_as_the_work_it_is_of(user: User) -> None:
    work = Work.objects.create(
        number=42, owner=user, state="marking", tool="t", kind="content", depicts="nobody",
        source_name="n", source_path="p", source_sha256="0" * 64, source_bytes=1, media_type="image/png",
        width=8, height=6,
    )  # fmt: skip
    layout = bytes(LAYOUT_BYTES)
    register(
        number=42, sha256="a" * 64, fingerprint=b"\0" * 32, is_distinctive=True, layout=layout, width=8, height=6
    )  # fmt: skip
    variant = register_variant(
        number=42, sha256="b" * 64, fingerprint=b"\xff" * 32, is_distinctive=True, layout=layout
    )
    assert lookup.variant_by_sha256("b" * 64) == variant
    assert lookup.by_sha256("b" * 64) is None
    assert variant.registration.work == work
    assert [(found.pk, distance) for found, distance in lookup.near(b"\xff" * 32)] == [(42, 0)]
    assert [(found.pk, distance) for found, distance in lookup.near(b"\0" * 32, radius=256)] == [(42, 0)]


@pytest.mark.django_db(transaction=True)
def test_it_lets_the_indexes_take_it_in_after_the_commit(user: User) -> None:
    work = Work.objects.create(
        number=42, owner=user, state="marking", tool="t", kind="content", depicts="nobody",
        source_name="n", source_path="p", source_sha256="0" * 64, source_bytes=1, media_type="image/png",
        width=8, height=6,
    )  # fmt: skip
    features = take(photograph())
    register(
        number=work.number, sha256="a" * 64, fingerprint=b"\1" * 32, is_distinctive=True, layout=bytes(LAYOUT_BYTES),
        width=8, height=6, features=features,
    )  # fmt: skip
    assert bytes(Registration.objects.get().features) == features
    assert [found.pk for found, _ in lookup.near(b"\1" * 32)] == [42]
    assert [found.registration.pk for found in lookup.by_features(features)] == [42]
