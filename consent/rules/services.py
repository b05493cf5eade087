"""Reading and setting a person's standing rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.queries import level_of
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.history.services import note
from consent.requests.holding import Arrival
from consent.requests.models import Request
from consent.rules.answering import Answer, Asked, Rules, WhoMayAsk, answer
from consent.rules.models import StandingRules
from consent.scope import Purpose
from consent.scope.documents import read_scope

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

WEEK = timedelta(days=7)
MOST_LISTED = 200


def rules_of(person: User) -> Rules:
    """The rules of ``person``; those of somebody who set none where there is no row."""
    row = StandingRules.objects.filter(person=person).first()
    if row is None:
        return Rules()
    return Rules(
        who=WhoMayAsk(row.who),
        listed=frozenset(row.listed),
        least_level=row.least_level,
        purposes=None if row.purposes is None else frozenset(Purpose(each) for each in row.purposes),
        only_with_preview=row.only_with_preview,
        quiet_until=row.quiet_until,
        most_per_week=row.most_per_week,
    )


def answer_of(person: User, request: Request, *, now: datetime | None = None) -> Answer:
    """What the rules of ``person`` say to a request that is to be delivered to them."""
    now = now or timezone.now()
    told = Request.objects.filter(contact=request.contact_id, delivered_at__gt=now - WEEK)
    asked = Asked(
        scope=read_scope(request.scope),
        requester=request.requester.producer_id,
        level=int(level_of(request.requester)),
        this_week=told.exclude(pk=request.pk).count(),
        now=now,
    )
    return answer(rules_of(person), asked)


def at_the_door(person: User | None, request: Request) -> Arrival:
    """What the rules let become of a request that arrives; who has no account has none."""
    return Arrival.ASK if person is None else Arrival(answer_of(person, request))


def set_rules(*, by: User, rules: Rules, now: datetime | None = None) -> StandingRules:
    """Put ``rules`` in the place of those ``by`` has. What was granted before stays granted.

    Refused with ``too_many_listed`` and ``unknown_producers``.
    """
    now = now or timezone.now()
    _require_known(rules.listed)
    with transaction.atomic():
        row, _is_new = StandingRules.objects.update_or_create(
            person=by,
            defaults={
                "who": rules.who,
                "listed": sorted(rules.listed),
                "least_level": rules.least_level,
                "purposes": None if rules.purposes is None else sorted(rules.purposes),
                "only_with_preview": rules.only_with_preview,
                "quiet_until": rules.quiet_until,
                "most_per_week": rules.most_per_week,
            },
        )
        body: dict[str, JSON] = {
            "who": str(rules.who),
            "listed": len(rules.listed),
            "least_level": int(rules.least_level),
        }
        note(f"rules:{by.producer_id}", "set", by=by, person=by, now=now, body=body)
    return row


def _require_known(listed: frozenset[str]) -> None:
    if len(listed) > MOST_LISTED:
        sentence = _("At most %(most)d people can be listed; found %(found)d.")
        raise Refusal("too_many_listed", sentence % {"most": MOST_LISTED, "found": len(listed)}, status=422)
    known = User.objects.filter(producer_id__in=listed, is_active=True).values_list("producer_id", flat=True)
    unknown = sorted(listed - set(known))
    if unknown:
        sentence = _("Nobody here has the producer id %(ids)s.")
        raise Refusal("unknown_producers", sentence % {"ids": ", ".join(unknown)}, status=422)
