"""What people read about the faces in a work."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from marking.faces import Answer
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import real_people, unanswered
from marking.works.models import Work
from marking.works.states import WorkState

ANSWERS: dict[Answer, Promise | str] = {
    Answer.REAL_PERSON: _("A real person"),
    Answer.SYNTHETIC: _("A synthetic face that is nobody's"),
    Answer.NOT_A_FACE: _("Not a face"),
}

SOMEBODY_ELSE = _("somebody else than before")
CLOSED = _("The work no longer waits for answers. If one was wrong, delete the work and upload it again.")


def name_face(face: FoundFace, *, is_moving: bool) -> str:
    """What a face is called: its number and, in an animation, the frame in which it was found, counted from 1."""
    if is_moving:
        return gettext("Face %(number)d, in frame %(frame)d") % {
            "number": face.position,
            "frame": face.frame + 1,
        }
    return gettext("Face %(number)d") % {"number": face.position}


def waiting_sentence(work: Work) -> str:
    """How many faces of ``work`` still want an answer, and what that holds up."""
    count = unanswered(work)
    return ngettext(
        "%(count)d face was found that your declaration does not account for. Until you say whose it is, the work is not marked.",
        "%(count)d faces were found that your declaration does not account for. Until you say whose they are, the work is not marked.",
        count,
    ) % {"count": count}


def settled_sentence(work: Work) -> str:
    """What follows from the answers that were just recorded."""
    if work.state == WorkState.AWAITING_CONSENT:
        count = real_people(work)
        return ngettext(
            "Your answer is recorded. The work waits for the consent of the person whom you named as real.",
            "Your answers are recorded. The work waits for the consent of the %(count)d persons whom you named as real.",
            count,
        ) % {"count": count}
    return gettext("Your answers are recorded. The work is marked now.")
