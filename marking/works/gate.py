"""What stands between a work that shows somebody real and the public: asked at the release, and whenever a file is served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.scope import Deny, Uncovered
from consent.uses import ending
from consent.uses.depicting import note_faces
from consent.uses.queries import lock, may_be_unlabelled, use_of
from consent.uses.services import NotCovered, go_live
from marking.works.declaration import Depicts
from marking.works.states import WorkState
from marking.works.staying_down import require_unlike_taken_down

if TYPE_CHECKING:
    from consent.uses.models import Use
    from marking.works.models import Work

CONSENT_ENDED = "consent_ended"


class Ended(Refusal):
    """The file is not given out any more: somebody shown in it does not allow that now. Never who, and never why."""

    def __init__(self) -> None:
        super().__init__(
            CONSENT_ENDED,
            _("This work shows somebody whose consent ended. Its files are not given out any more."),
            status=410,
        )


def let_out(work: Work, turned: Sequence[bytes], *, faces: int, now: datetime) -> None:
    """Take the use that ``work`` is live, in the transaction of its release. A work that shows nobody real passes.

    ``turned``: the fingerprints of its turns; what looks like a work that was taken down passes only by a consent of its own.
    ``faces``: of real people seen at once, whatever was noted with the use.
    Raises :class:`~consent.uses.services.NotCovered` where somebody shown does not allow it, or nobody said who is shown, or fewer people
    are named than real faces are seen at once.
    """
    use = use_of(subject_of(work))
    if use is None:
        if faces or Depicts(work.depicts).needs_consent:
            raise NotCovered(Deny((Uncovered("", None, "depicted", None, None),)))
        require_unlike_taken_down(work, turned)
        return
    if use.output_sha256 != work.source_sha256:
        raise NotCovered(Deny((Uncovered("", None, "content", use.output_sha256, work.source_sha256),)))
    require_unlike_taken_down(work, turned, use)
    go_live(use, now=now, faces=faces)


def send_back(work: Work, decision: Deny, *, faces: int, now: datetime) -> None:
    """Note with the use that ``work`` was not let out, and why. Call it in the transaction that takes the work back."""
    use = use_of(subject_of(work))
    if use is not None:
        ending.send_back(use, decision, now=now)
        note_faces(use, faces)


def require_served(work: Work) -> None:
    """Raise :class:`Ended` where the files of ``work`` are not given out for want of consent."""
    if work.state == WorkState.CONSENT_ENDED:
        raise Ended


def may_leave_label_out(work: Work) -> bool:
    """Whether everybody real in ``work`` allows it without its visible label."""
    use = use_of(subject_of(work))
    return may_be_unlabelled(use) if use is not None else not Depicts(work.depicts).needs_consent


def held_use(work: Work) -> Use | None:
    """The use that ``work`` is, locked for the rest of the transaction: always before the work itself."""
    use = use_of(subject_of(work))
    if use is not None:
        lock(use)
    return use


def subject_of(work: Work) -> str:
    """What the record log and the uses call a work."""
    return f"work:{work.code}"
