"""The finished file before anybody else sees it: the person in it approves it, or does not want it so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.history.services import note
from consent.uses.lifecycle import move
from consent.uses.models import DepictedPerson
from consent.uses.queries import grants_of, lock
from consent.uses.services import check
from consent.uses.states import UseState

if TYPE_CHECKING:
    from accounts.users.models import User


def shown_to(user: User, reference: UUID) -> DepictedPerson:
    """The place of ``user``, or of a child whose guardian they are, in a use that awaits their answer, or had it.

    Raises DepictedPerson.DoesNotExist where they are not in it, or were not asked to see it.
    """
    places = DepictedPerson.objects.select_related("use__owner", "grant__person", "grant__guardian")
    own = places.filter(grant__person=user) | places.filter(grant__guardian=user)
    asked = own.filter(use=reference, use__state__in=(UseState.AWAITING_PREVIEW, UseState.APPROVED))
    answered = own.filter(use=reference, approved_at__isnull=False)
    declined = own.filter(use=reference, declined_at__isnull=False)
    return (asked | answered | declined).distinct().get()


def approve(*, by: User, place: DepictedPerson, sha256: str, now: datetime | None = None) -> None:
    """Let the file with this SHA-256 go out. Once everybody did, the work is queued; a file that is changed needs a new approval.

    Refused with ``another_file`` where that is not the one that was shown, and as :func:`decline` does.
    """
    now = clock.now(now)
    with transaction.atomic():
        held = _held(by, place)
        if sha256 != held.use.output_sha256:
            raise Refusal("another_file", _("The file is another one by now: look at it again."))
        _answer(held, by, now, "approved_by_person", approved_sha256=sha256, approved_at=now)
        check(held.use, now=now)


def decline(*, by: User, place: DepictedPerson, now: datetime | None = None) -> None:
    """Do not let the file go out. Its owner sees that the approval is missing, and may hand in another as a new work.

    Refused with ``not_yours`` for anybody but the person and their guardian, and ``wrong_state`` where nobody asks (any more).
    """
    now = clock.now(now)
    with transaction.atomic():
        held = _held(by, place)
        _answer(held, by, now, "declined_by_person", declined_at=now)
        move(held.use, UseState.PROPOSED, by=None, now=now)


def _held(by: User, place: DepictedPerson) -> DepictedPerson:
    """``place`` with its grants and its use locked, if ``by`` may answer now."""
    grants_of(place.use)
    lock(place.use)
    held = DepictedPerson.objects.select_related("use__owner", "grant__person").get(pk=place.pk)
    if held.grant is None or by.pk not in (held.grant.person_id, held.grant.guardian_id):
        raise Refusal("not_yours", _("Only the person shown can answer this."), status=403)
    if held.use.state != UseState.AWAITING_PREVIEW or held.approved_at or held.declined_at:
        raise Refusal("wrong_state", _("Meanwhile this use has changed: look at it again."))
    return held


def _answer(held: DepictedPerson, by: User, now: datetime, event: str, **changes: object) -> None:
    DepictedPerson.objects.filter(pk=held.pk).update(**changes)
    grant = held.grant
    body = {"subject": held.use.subject, "sha256": held.use.output_sha256, "grant": str(held.grant_id)}
    note(held.use.log_subject, event, by=by, person=grant.person if grant else None, now=now, body=body)
