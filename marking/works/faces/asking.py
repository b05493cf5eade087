"""Before a work is first marked: look for faces in it, and wait where somebody has to say whose they are.

A work is looked through once. What was found is written in the transaction that settles whether it waits, so that a run that
dies before leaves no trace, and a second run finds either nothing or everything.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marking.faces import Answer
from marking.media.bounded import run_bounded
from marking.pipeline.faces import Looked, look_for_faces
from marking.pipeline.picture import Order
from marking.works import files, jobs
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import unanswered
from marking.works.lifecycle import move, record
from marking.works.models import Work
from marking.works.states import WorkState

FINDING_BYTES = 4 << 30
"""Address space of the child, which decodes what the marking decodes later."""


def may_be_marked(work: Work, lease: uuid.UUID, order: Order, *, seconds: float) -> bool:
    """Whether every face in the source of ``order`` is accounted for; if not, ``work`` waits for answers now.

    ``seconds``: wall time for the search. Raises :class:`~marking.works.jobs.LeaseLost`, :class:`marking.media.Refused`, and what
    :func:`run_bounded` raises.
    """
    if work.faces_sought_at is not None:
        return _is_answered(work, lease)
    jobs.report_step(work, lease, "faces")
    with files.workspace() as folder:
        looked = run_bounded(
            look_for_faces, replace(order, folder=folder), seconds=seconds, memory_bytes=FINDING_BYTES
        )
        if looked.preview is not None:
            jobs.require_held(work, lease)
            files.put(files.preview_name(work.code, "faces"), looked.preview)
    return _settle(work, lease, looked)


def _is_answered(work: Work, lease: uuid.UUID) -> bool:
    """Whether nothing is left to ask. Nobody sends a work on before, and if somebody did, it waits again."""
    if not unanswered(work):
        return True
    with transaction.atomic():
        jobs.give_back(work, lease)
        move(work, WorkState.MARKING, WorkState.AWAITING_ANSWERS, by=None, now=timezone.now())
    return False


def _settle(work: Work, lease: uuid.UUID, looked: Looked) -> bool:
    now = timezone.now()
    said = work.declaration.says_of_each(len(looked.faces)) if looked.faces else None
    waits = bool(looked.faces) and said is None
    with transaction.atomic():
        if waits:
            jobs.give_back(work, lease)
            move(work, WorkState.MARKING, WorkState.AWAITING_ANSWERS, by=None, now=now, faces_sought_at=now)
        else:
            jobs.require_held(work, lease)
            Work.objects.filter(pk=work.pk).update(faces_sought_at=now)
        if looked.faces:
            _keep(work, looked, said, now)
    work.faces_sought_at = now
    return not waits


def _keep(work: Work, looked: Looked, said: Answer | None, now: datetime) -> None:
    answered: dict[str, Any] = (
        {"answer": said, "answered_at": now, "answered_by": work.owner} if said is not None else {}
    )
    FoundFace.objects.bulk_create(
        FoundFace(
            work=work, position=position, frame=face.frame, confidence=face.confidence, shown=list(face.shown),
            x=face.box[0], y=face.box[1], width=face.box[2], height=face.box[3], **answered,
        )
        for position, face in enumerate(looked.faces, start=1)
    )  # fmt: skip
    faces = [{"frame": face.frame, "box": list(face.box)} for face in looked.faces]
    body = {"faces": faces, "declared": said.value if said else None}
    record(work, "work.faces_found", by=None, now=now, body=body)
