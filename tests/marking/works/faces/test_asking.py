"""Nothing with a face that nobody declared is marked before somebody says whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.records.models import Record
from marking.faces import Answer
from marking.works import execution, files, jobs, services, tasks
from marking.works.declaration import Depicts
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import faces_of, unanswered
from marking.works.models import Job, Work
from marking.works.states import WorkState

from .conftest import DECLARATION, ONE, TWO

pytestmark = pytest.mark.django_db


def _kinds(work: Work) -> list[str]:
    found = Record.objects.filter(subject=f"work:{work.code}").order_by("sequence")
    return list(found.values_list("kind", flat=True))


def test_it_waits_for_answers_about_faces_that_nobody_declared(asked: Work) -> None:
    assert asked.state == WorkState.AWAITING_ANSWERS
    assert [face.answer for face in faces_of(asked)] == [None, None]
    assert [face.position for face in faces_of(asked)] == [1, 2]
    assert not asked.marked_path
    assert _kinds(asked) == ["work.received", "work.faces_found"]
    assert default_storage.exists(files.preview_name(asked.code, "faces"))
