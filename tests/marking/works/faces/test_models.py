from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from marking.works.faces.models import FoundFace
from marking.works.models import Work
from marking.works.states import WorkState

pytestmark = pytest.mark.django_db


@pytest.fixture
def face(queued: Work) -> FoundFace:
    return FoundFace.objects.create(
        work=queued, position=1, x=4, y=5, width=6, height=7, shown=[1, 2, 3, 4], confidence=0.5
    )


def test_it_has_a_name_and_a_box(face: FoundFace) -> None:
    assert str(face) == f"face 1 of {face.work_id}"
    assert face.box == (4, 5, 6, 7)


@pytest.mark.parametrize(
    "changes",
    [
        {"position": 0},
        {"width": 0},
        {"height": 0},
        {"confidence": 1.5},
        {"answer": "synthetic"},
        {"answered_at": timezone.now()},
        {"answer": "my aunt", "answered_at": timezone.now()},
    ],
)
def test_the_database_refuses_impossible_faces(face: FoundFace, changes: dict[str, Any]) -> None:
    if "aunt" in changes.get("answer", ""):
        changes |= {"answered_by": face.work.owner}
    with pytest.raises(IntegrityError), transaction.atomic():
        FoundFace.objects.filter(pk=face.pk).update(**changes)


def test_the_database_refuses_a_second_face_of_one_number(face: FoundFace) -> None:
    face.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        face.save(force_insert=True)


@pytest.mark.parametrize(
    "changes",
    [{"state": WorkState.AWAITING_ANSWERS}, {"faces_declared_synthetic": True, "depicts": "face"}],
)
def test_the_database_refuses_works_whose_faces_make_no_sense(queued: Work, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=queued.pk).update(**changes)
