"""What time does: requests expire, windows shut, persons are told, and in the end what was written is erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.elevation import telling, viewing
from accounts.elevation.lifecycle import move, note
from accounts.elevation.models import ApprovalQuestion, ConcernedPerson, Elevation
from accounts.elevation.states import WAITING, ElevationState
from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import held_subjects

CONTENT_KEPT = timedelta(days=3 * 366)
"""How long after its end a request can be read: three years, as records of the handling of personal data (PIPL Art. 56)."""
QUESTIONS_KEPT = timedelta(days=2)
"""How long a question that ran out stays; nothing asked for can be opened any more by then."""
MOST_AT_ONCE = 100


def sweep(*, now: datetime | None = None) -> None:
    """Do all that is due, `MOST_AT_ONCE` of each at most. Safe to run twice, late or never."""
    now = now or timezone.now()
    shut_windows(now=now)
    expire(now=now)
    tell(now=now)
    erase_contents(now=now)
    ApprovalQuestion.objects.filter(ends_at__lte=now - QUESTIONS_KEPT).delete()


def shut_windows(*, now: datetime) -> int:
    """Shut the windows whose time is over; count them."""
    over = Elevation.objects.filter(state=ElevationState.OPEN, ends_at__lte=now)
    return _each(over[:MOST_AT_ONCE], lambda each: viewing.close(each, by=None, now=now))


def expire(*, now: datetime) -> int:
    """End the requests that nobody approved, or the keeper did not open, in time; count them."""
    late = Elevation.objects.filter(state__in=WAITING, opens_before__lte=now)
    return _each(late[:MOST_AT_ONCE], lambda each: _expire(each, now))


def tell(*, now: datetime) -> int:
    """Tell the persons of requests that are closed and under no gag any more; count the requests."""
    untold = Elevation.objects.filter(state=ElevationState.CLOSED, told_at__isnull=True).order_by("ended_at")
    due = [each for each in untold if not telling.is_gagged(each, now)]
    return sum(telling.tell_persons(each, now) for each in due[:MOST_AT_ONCE])


def erase_contents(*, now: datetime) -> int:
    """Destroy the keys of requests that ended years ago, whose persons were told; count them.

    Those of somebody whose account is held, or whom it was about, stay until the hold has ended.
    """
    old = Elevation.objects.filter(ended_at__lte=now - CONTENT_KEPT, wrapped_key__isnull=False)
    told = old.exclude(state=ElevationState.CLOSED, told_at__isnull=True)
    due = told.exclude(_is_held(now))
    return _each(due[:MOST_AT_ONCE], lambda each: _erase(each, now))


def _is_held(now: datetime) -> Q:
    prefix = "user:"
    accounts = [each.removeprefix(prefix) for each in held_subjects(now) if each.startswith(prefix)]
    about = ConcernedPerson.objects.filter(person__producer_id__in=accounts)
    return Q(asker__producer_id__in=accounts) | Q(pk__in=about.values("elevation"))


def _each(found: Iterable[Elevation], do: Callable[[Elevation], None]) -> int:
    done = 0
    for elevation in list(found):
        try:
            do(elevation)
        except Refusal:  # somebody else did it in between
            continue
        done += 1
    return done


def _expire(elevation: Elevation, now: datetime) -> None:
    with transaction.atomic():
        move(elevation, ElevationState.EXPIRED, ended_at=now)
        note(elevation, "expired", by=None, now=now)
        telling.tell_asker(elevation, now)


def _erase(elevation: Elevation, now: datetime) -> None:
    with transaction.atomic():
        turns.to_erase()
        readable = Elevation.objects.filter(pk=elevation.pk, wrapped_key__isnull=False).exclude(_is_held(now))
        if readable.update(wrapped_key=None, content=None):
            note(elevation, "content_erased", by=None, now=now)
