"""Telling those who approve, the one who asks, and, once it is over, the persons whose identity it was."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone, translation

from accounts.access.permissions import Permission
from accounts.elevation import refusals
from accounts.elevation.holders import holders_of, may_approve
from accounts.elevation.kinds import (
    ELEVATION_DECIDED,
    ELEVATION_SIGNED,
    ELEVATION_WAITS,
    IDENTITY_OPENED,
    IDENTITY_SEEN,
)
from accounts.elevation.lifecycle import note, note_about
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.elevation.queries import opened_fields
from accounts.elevation.stakes import holders_in
from accounts.elevation.states import ElevationState
from accounts.elevation.text import named
from accounts.elevation.wording import STATES
from accounts.notices.preferences import preferences_of
from accounts.notices.services import notify

if TYPE_CHECKING:
    from accounts.users.models import User


def tell_approvers(elevation: Elevation, now: datetime) -> None:
    """Tell all who may approve it, but nobody whom it concerns. Call it in a transaction."""
    apart = {elevation.asker_id, *holders_in(elevation)}
    for approver in holders_of(Permission.APPROVE_ELEVATION).exclude(pk__in=apart):
        notify(
            user=approver,
            kind=ELEVATION_WAITS.code,
            subject=elevation.log_subject,
            params={"asker": elevation.asker.producer_id},
            url_args=[str(elevation.reference)],
            now=now,
        )


def tell_asker(elevation: Elevation, now: datetime) -> None:
    """Tell the one who asked what became of it. Call it in a transaction."""
    with translation.override(preferences_of(elevation.asker).language):
        state = str(STATES[ElevationState(elevation.state)])
    notify(
        user=elevation.asker,
        kind=ELEVATION_DECIDED.code,
        subject=elevation.log_subject,
        params={"state": state},
        url_args=[str(elevation.reference)],
        now=now,
    )


def tell_signers(elevation: Elevation, now: datetime) -> None:
    """Tell both who approved that their signatures opened it: a passkey that is not theirs is found so. Call it in a transaction."""
    for approver in (elevation.first_approver, elevation.second_approver):
        if approver is not None:
            notify(
                user=approver,
                kind=ELEVATION_SIGNED.code,
                subject=elevation.log_subject,
                params={"asker": elevation.asker.producer_id},
                url_args=[str(elevation.reference)],
                now=now,
            )


def end_gag(elevation: Elevation, *, by: User, now: datetime | None = None) -> None:
    """Decide that the persons may be told before the day of the review. Refused with ``not_allowed``, ``concerned`` and ``wrong_state``."""
    now = now or timezone.now()
    if not may_approve(by):
        raise refusals.not_allowed()
    if by.pk in holders_in(elevation):
        raise refusals.concerned()
    with transaction.atomic():
        gagged = Elevation.objects.filter(
            pk=elevation.pk, gag_until__isnull=False, gag_ended_at__isnull=True, told_at__isnull=True
        )
        if not gagged.update(gag_ended_at=now):
            raise refusals.moved_on()
        elevation.refresh_from_db()
        note(elevation, "gag_ended", by=by, now=now)
    tell_persons(elevation, now)


def tell_persons(elevation: Elevation, now: datetime) -> bool:
    """Tell everybody whose identity was opened, where it is closed and no gag holds. A second call changes nothing."""
    if elevation.state != ElevationState.CLOSED or is_gagged(elevation, now):
        return False
    with transaction.atomic():
        untold = Elevation.objects.filter(pk=elevation.pk, told_at__isnull=True)
        if not untold.update(told_at=now):
            return False
        for concerned in elevation.persons.filter(is_opened=True).select_related("person", "elevation"):
            _tell(concerned, now)
    elevation.refresh_from_db()
    return True


def is_gagged(elevation: Elevation, now: datetime) -> bool:
    """Whether the persons are not to be told yet. From the day of the review on nobody is kept from being told."""
    until = elevation.gag_until
    return until is not None and elevation.gag_ended_at is None and timezone.localdate(now) < until


def _tell(concerned: ConcernedPerson, now: datetime) -> None:
    ConcernedPerson.objects.filter(pk=concerned.pk).update(told_at=now)
    with translation.override(preferences_of(concerned.person).language):
        shown = named(opened_fields(concerned))
    kind = IDENTITY_SEEN if concerned.viewings.exists() else IDENTITY_OPENED
    notify(
        user=concerned.person,
        kind=kind.code,
        subject=concerned.elevation.log_subject,
        params={"fields": shown},
        now=now,
    )
    note_about(concerned, "told", by=None, now=now)
