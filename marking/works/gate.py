"""What stands between a work that shows somebody real and the public: asked at the release, and whenever a file is served."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.scope import Deny, Uncovered
from consent.uses import ending
from consent.uses.allowing import Allowance, allowance_of
from consent.uses.depicting import note_faces
from consent.uses.queries import lock, may_be_unlabelled, use_of
from consent.uses.services import NotCovered, go_live
from marking.works.declaration import Depicts
from marking.works.expired import expired_since
from marking.works.states import WorkState
from marking.works.staying_down import require_unlike_taken_down

if TYPE_CHECKING:
    from consent.uses.models import Use
    from marking.works.models import Work

CONSENT_ENDED = "consent_ended"
BLOCKED = "blocked"


class NotGivenOut(Refusal):
    """The file is not given out any more. Never for whose sake, and never why."""


class Blocked(NotGivenOut):
    """The operator turned the access off after a complaint or an order."""

    def __init__(self) -> None:
        super().__init__(BLOCKED, _("Access to this work is off. Its files are not given out."), status=410)


class Ended(NotGivenOut):
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
    ``faces``: of real people seen, whatever was noted with the use.
    Raises :class:`~consent.uses.services.NotCovered` where somebody shown does not allow it, or nobody said who is shown, or fewer people
    are named than real people are seen.
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


def send_back(work: Work, missing: NotCovered, *, faces: int, now: datetime) -> None:
    """Note with the use that ``work`` was not let out, and why. Call it in the transaction that takes the work back."""
    use = use_of(subject_of(work))
    if use is not None:
        ending.send_back(use, missing.decision, now=now, body=missing.logged)
        note_faces(use, faces)


def require_served(work: Work, *, now: datetime | None = None) -> None:
    """Raise :class:`Blocked` where the desk keeps ``work`` from everybody, :class:`Ended` where consent is wanting, whatever its own row says."""
    now = now or timezone.now()
    require_not_ended(work)
    if blocked_since(work, now) is not None:
        raise Blocked
    if work.state == WorkState.RELEASED and not is_allowed(work, now):
        raise Ended


def require_not_ended(work: Work) -> None:
    """The same by the row of ``work`` alone: for whoever asks :func:`require_served` before anything goes out."""
    if work.blocked_at is not None:
        raise Blocked
    if work.state == WorkState.CONSENT_ENDED:
        raise Ended


def is_served(work: Work, *, now: datetime | None = None) -> bool:
    """Whether the files of ``work`` may be had now: released, with its access on, and everybody in it allows that."""
    now = now or timezone.now()
    return work.state == WorkState.RELEASED and blocked_since(work, now) is None and is_allowed(work, now)


def blocked_since(work: Work, now: datetime) -> datetime | None:
    """Since when ``work`` is kept from everybody: by a measure, or by a clock that ran out before anybody decided; None where it is not."""
    if work.blocked_at is not None or work.released_at is None:
        return work.blocked_at
    return expired_since(work.pk, now)


def is_allowed(work: Work, now: datetime) -> bool:
    """Whether everybody real in ``work`` allows it now; one that shows nobody real needs nobody."""
    return is_allowed_by(allowance_of(subject_of(work), now), work)


def is_allowed_by(allowance: Allowance | None, work: Work) -> bool:
    """The same, where it is known how the use that ``work`` is stands. One that was only proposed binds nobody where nobody is shown."""
    if allowance is None or allowance.is_blank:
        return not Depicts(work.depicts).needs_consent
    return allowance.is_allowed


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
