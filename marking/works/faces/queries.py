"""Reading the faces that were found in a work."""

from __future__ import annotations

from typing import Any

from marking.faces import Answer
from marking.works.faces.models import FoundFace
from marking.works.models import Work

Box = tuple[int, int, int, int]


def faces_of(work: Work) -> list[FoundFace]:
    """The faces that were found in the upload of ``work``, in their order."""
    return list(FoundFace.objects.filter(work=work).order_by("position"))


def places_of(work: Work) -> tuple[Box, ...]:
    """Where the faces of ``work`` are: x, y, width, height. What was said to be none is left out."""
    return tuple(face.box for face in faces_of(work) if face.answer != Answer.NOT_A_FACE)


def described(work: Work) -> list[dict[str, Any]]:
    """The faces of ``work`` for programs: ``face``, ``frame``, ``box``, ``confidence``, ``answer`` (None until somebody said),
    ``same_as``: the number of an earlier face of the same person, or None."""
    return [
        {
            "face": face.position,
            "frame": face.frame,
            "box": list(face.box),
            "confidence": round(face.confidence, 3),
            "answer": face.answer or None,
            "same_as": face.same_as,
        }
        for face in faces_of(work)
    ]


def unanswered(work: Work) -> int:
    """How many faces of ``work`` nobody has said anything of."""
    return FoundFace.objects.filter(work=work, answer="").count()


def real_persons(work: Work) -> int:
    """How many faces of ``work`` are said to be of real persons."""
    return FoundFace.objects.filter(work=work, answer=Answer.REAL_PERSON).count()


def real_people(work: Work) -> int:
    """How many real persons are in ``work``: as many as real faces, in whatever frame, but for those that are declared to be an earlier one's."""
    return FoundFace.objects.filter(work=work, answer=Answer.REAL_PERSON, same_as__isnull=True).count()
