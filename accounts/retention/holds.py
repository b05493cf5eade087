"""Setting, renewing and lifting legal holds, each by two people, and asking what is held."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals.deciding import move_on, require_proposer, require_second
from accounts.records import log
from accounts.refusals import Refusal
from accounts.retention import limits, turns
from accounts.retention.kept import kept_with as kept_with
from accounts.retention.kept import register as register
from accounts.retention.kept import register_about as register_about
from accounts.retention.kept import register_concerned as register_concerned
from accounts.retention.kept import related_to
from accounts.retention.limits import CONFIRMED_WITHIN as CONFIRMED_WITHIN
from accounts.retention.limits import HELD_FOR as HELD_FOR
from accounts.retention.limits import MOST_BY_TWO as MOST_BY_TWO
from accounts.retention.models import LegalHold
from accounts.retention.naming import named
from accounts.retention.papers import case_in, digest_in, named_in

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

ENDS_SOON = timedelta(days=30)
"""How long before its end the desk is told of a hold that nobody renewed."""


def standing(now: datetime) -> QuerySet[LegalHold]:
    """Holds that hold now, confirmed or still to be: neither lifted, declined nor taken back, and not at their end."""
    undone = LegalHold.objects.filter(
        lifted_at__isnull=True, withdrawn_at__isnull=True, declined_at__isnull=True
    )
    return undone.filter(ends_at__gt=now)


def proposed(now: datetime) -> QuerySet[LegalHold]:
    """Holds that wait for a second person: nobody confirmed them, nor asked for their lifting."""
    return standing(now).filter(confirmed_at__isnull=True, lift_asked_at__isnull=True, lapsed_at__isnull=True)


def half_done(now: datetime) -> QuerySet[LegalHold]:
    """Holds that wait for somebody: to be confirmed or lifted, or renewed because they end soon."""
    renewed = standing(now).filter(
        subject=OuterRef("subject"), case=OuterRef("case"), ends_at__gt=OuterRef("ends_at")
    )
    ends = Q(ends_at__lte=now + ENDS_SOON) & ~Exists(renewed)
    return standing(now).filter(Q(confirmed_at__isnull=True) | Q(lift_asked_at__isnull=False) | ends)


def held_subjects(now: datetime) -> frozenset[str]:
    """All that is held now: by itself, or since what is held is about it."""
    return kept_with(standing(now).values_list("subject", flat=True))


def is_held(subject: str, now: datetime, *, owner: User | None = None) -> bool:
    """Whether ``subject``, or the account of its ``owner``, is held now."""
    return is_among(held_subjects(now), subject, owner)


def is_among(held: frozenset[str], subject: str, owner: User | None = None) -> bool:
    """Whether ``subject``, or the account of its ``owner``, is in ``held``."""
    return subject in held or (owner is not None and f"user:{owner.producer_id}" in held)


def keeps_account(user: User, now: datetime) -> bool:
    """Whether the key of ``user`` must be kept: the account is held, or something of theirs that their key opens."""
    return keeps_key(held_subjects(now), user)


def keeps_key(held: frozenset[str], user: User) -> bool:
    """Whether the account of ``user``, or something of theirs that their key opens, is in ``held``."""
    return not held.isdisjoint({f"user:{user.producer_id}", *related_to(user)})


def propose(
    *, by: User, subject: str, case: str, document_sha256: str, now: datetime | None = None
) -> LegalHold:
    """Hold ``subject`` at once; somebody else has to confirm it before :attr:`LegalHold.ends_at`, :data:`CONFIRMED_WITHIN` at most.

    What is held already is renewed so, by another paper.
    Refused with ``hold_subject``, ``hold_case``, ``hold_document`` (422), ``own_account``, ``hold_lapsed`` (403), ``hold_stands`` and ``hold_renewal``.
    """
    now = now or timezone.now()
    found = named_in(subject)
    facts = {
        "subject": found.subject,
        "case": case_in(case),
        "document_sha256": digest_in(document_sha256),
    }
    with transaction.atomic():
        turns.to_set()
        limits.refuse_concerned(by, found, found.subject)
        names = limits.names_of(found)
        limits.refuse_again(facts, names, standing(now))
        left = limits.time_left(by, names, now)
        _note_lapsed(found.subject, now)
        hold = LegalHold.objects.create(**facts, proposed_by=by, proposed_at=now, ends_at=now + left)
        _record("proposed", hold, by, now)
    return hold


def confirm(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Let a proposed hold stand for :data:`HELD_FOR`, unless two people lift it.

    Refused with ``same_person``, ``own_account``, ``wrong_state``, and with ``third_person`` where these two set it :data:`MOST_BY_TWO` times before.
    """
    now = now or timezone.now()
    _require_second(by, hold.proposed_by_id)
    if _is_third_needed(by, hold):
        sentence = _(
            "The same people have held this for long: one of the two who set it now has to be new to it."
        )
        raise Refusal("third_person", sentence, status=403)
    _step(
        "confirmed", proposed(now), hold, by, now, confirmed_by=by, confirmed_at=now, ends_at=now + HELD_FOR
    )


def decline(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Turn a proposed hold down: it does not hold any more. Refused with ``same_person``, ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    _require_second(by, hold.proposed_by_id)
    _step("declined", proposed(now), hold, by, now, declined_by=by, declined_at=now)


def withdraw(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Take back what one proposed oneself and nobody confirmed: it does not hold any more. Refused with ``not_proposer``, ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    require_proposer(by, hold.proposed_by_id)
    unconfirmed = standing(now).filter(confirmed_at__isnull=True)
    _step("proposal_withdrawn", unconfirmed, hold, by, now, withdrawn_at=now)


def ask_to_lift(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Ask for a hold to be lifted while it holds. Refused with ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    unasked = standing(now).filter(lift_asked_at__isnull=True)
    _step("lift_asked", unasked, hold, by, now, lift_asked_by=by, lift_asked_at=now)


def lift(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Lift a hold that somebody else asked to lift, while it holds. Refused with ``same_person``, ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    _require_second(by, hold.lift_asked_by_id)
    _step("lifted", _asked(now), hold, by, now, lifted_by=by, lifted_at=now)


def keep(*, by: User, hold: LegalHold, now: datetime | None = None) -> None:
    """Turn down what somebody asked: the hold stands on. Refused with ``own_account`` and ``wrong_state``."""
    now = now or timezone.now()
    _step("kept", _asked(now), hold, by, now, lift_asked_by=None, lift_asked_at=None)


def concerns(hold: LegalHold, user: User) -> bool:
    """Whether ``hold`` is of something of ``user``, of what they complained of, or of what shows them: they neither decide about it nor read of it."""
    return limits.is_concerned(user, named(hold.subject), hold.subject)


def steps_of(by: User, hold: LegalHold, now: datetime) -> list[str]:
    """The steps that are open to ``by``, whom it does not concern, at a hold that stands: ``confirm``, ``decline``, ``withdraw``, ``ask-to-lift``, ``lift``, ``keep``."""
    if hold.lift_asked_by_id is not None:
        return ["keep"] if hold.lift_asked_by_id == by.pk else ["lift", "keep"]
    if hold.confirmed_by_id is not None:
        return ["ask-to-lift"]
    if hold.proposed_by_id == by.pk:
        return ["withdraw"]
    if not proposed(now).filter(pk=hold.pk).exists():
        return ["ask-to-lift"]
    return ["decline"] if _is_third_needed(by, hold) else ["confirm", "decline"]


def _is_third_needed(by: User, hold: LegalHold) -> bool:
    found = named(hold.subject)
    names = limits.names_of(found) if found else frozenset({hold.subject})
    return limits.is_third_needed(by, hold, names)


def _asked(now: datetime) -> QuerySet[LegalHold]:
    return standing(now).filter(lift_asked_at__isnull=False)


def _note_lapsed(subject: str, now: datetime) -> None:
    """Of one subject one proposal is open at a time, which the database sees to: it has to be told which are over."""
    over = LegalHold.objects.filter(subject=subject, confirmed_at__isnull=True, ends_at__lte=now)
    undone = {"withdrawn_at__isnull": True, "declined_at__isnull": True, "lifted_at__isnull": True}
    over.filter(**undone, lapsed_at__isnull=True).update(lapsed_at=F("ends_at"))


def _step(
    event: str, unmoved: QuerySet[LegalHold], hold: LegalHold, by: User, now: datetime, **changes: object
) -> None:
    limits.refuse_concerned(by, named(hold.subject), hold.subject)
    with transaction.atomic():
        turns.to_set()
        move_on(hold, unmoved, _("Meanwhile this hold has changed: look at it again."), **changes)
        _record(event, hold, by, now)


def _require_second(by: User, other: int | None) -> None:
    require_second(by, other, _("Somebody else has to agree: two people set a hold, and two lift it."))


def _record(event: str, hold: LegalHold, by: User, now: datetime) -> None:
    body: dict[str, JSON] = {
        "subject": hold.subject,
        "case": hold.case,
        "document_sha256": hold.document_sha256,
        "ends_at": hold.ends_at.isoformat(),
    }
    log.append(kind=f"hold.{event}", subject=hold.log_subject, body=body, by=by, now=now)
