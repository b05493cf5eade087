"""What the desk decides about works: access off, access on again, and the release of what an order asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.reasons.schema import Category, GroundKind, Keyword
from accounts.refusals import Refusal
from marking.desk.cases.actions import Action
from marking.desk.cases.kinds import Kind
from marking.desk.cases.lifecycle import change, note
from marking.desk.cases.models import Case
from marking.desk.cases.states import OPEN, CaseState, Event
from marking.desk.decisions.services import (
    require_impartial,
    require_second,
    require_taken,
    require_undecided,
)
from marking.desk.measures import services as measures
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import identical_to, near_copies_of
from marking.desk.measures.taking_down import Reasons, take_off
from marking.works import numbers
from marking.works.models import Work

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def take_down(
    *,
    by: User,
    case: Case,
    ground: str,
    reference: str,
    explanation: str,
    facts: str,
    category: str,
    keywords: Sequence[str] = (),
    near: Sequence[str] = (),
    confirmed_by: User | None = None,
    now: datetime | None = None,
) -> list[Measure]:
    """Turn the access off to the work of a case that one has taken, to its identical copies, and to the near ones that were looked at.

    ``near``: numbers, as written, of works that a human confirmed to show the same; those that do not look like it are refused.
    Refused with ``not_taken``, ``own_work``, ``two_needed``, ``no_work``, ``not_near``, ``nothing_to_do`` and ``reasons_invalid``.
    """
    now = now or timezone.now()
    require_taken(by, case)
    require_second(case, Action.TAKE_DOWN, by, confirmed_by)
    reasons = Reasons(
        GroundKind(ground), reference, explanation, facts, Category(category), tuple(map(Keyword, keywords))
    )
    works = _reached(case, near)
    _require_nobodys(works, by, confirmed_by)
    with transaction.atomic():
        imposed = take_off(case=case, works=works, reasons=reasons, by=by, confirmed_by=confirmed_by, now=now)
        if not imposed:
            raise Refusal("nothing_to_do", _("The access is off already, by this case."))
        body: dict[str, JSON] = {"works": [each.work.code for each in imposed], "near": list(near)}
        note(case, Event.ACCESS_OFF, by=by, now=now, body=body)
    return imposed


def lift(
    *, by: User, case: Case, measure: str, confirmed_by: User | None = None, now: datetime | None = None
) -> None:
    """Take one measure of ``case`` back: what two people agree was wrong. Refused with ``two_needed``, ``own_work`` and ``already_lifted``."""
    now = now or timezone.now()
    require_impartial(by, case)
    require_second(case, Action.LIFT, by, confirmed_by)
    found = Measure.objects.select_related("work", "case").get(pk=UUID(measure), case=case)
    _require_nobodys([found.work], by, confirmed_by)
    with transaction.atomic():
        measures.lift(measure=found, by=by, now=now)
        note(case, Event.ACCESS_ON, by=by, now=now, body={"work": found.work.code})


def release(*, by: User, case: Case, confirmed_by: User | None = None, now: datetime | None = None) -> None:
    """Release what an authority's order asks for. Refused with ``not_taken``, ``two_needed``, ``no_order`` and ``wrong_state``."""
    now = now or timezone.now()
    require_taken(by, case)
    if case.kind != Kind.AUTHORITY_ORDER:
        raise Refusal("no_order", _("This case is no order of an authority."))
    require_second(case, Action.RELEASE, by, confirmed_by)
    with transaction.atomic():
        change(case, Case.objects.filter(state__in=OPEN, released_at__isnull=True), released_at=now)
        body: dict[str, JSON] = {
            "document_sha256": case.document_sha256,
            "work": case.work.code if case.work else None,
            "confirmed_by": confirmed_by.producer_id if confirmed_by else None,
        }
        note(case, Event.ORDER_RELEASED, by=by, now=now, body=body)


def require_may_propose(by: User, case: Case, action: Action) -> None:
    """Raise :class:`Refusal` unless ``by`` may propose ``action``. A measure may be lifted after the case is decided as well."""
    require_undecided(by, case)
    if action is Action.LIFT and case.state != CaseState.IN_REVIEW:
        require_impartial(by, case)
        return
    require_taken(by, case)


def _reached(case: Case, near: Sequence[str]) -> list[Work]:
    if case.work is None:
        raise Refusal("no_work", _("Say first which work this case is about."))
    found = {each.work.pk: each.work for each in near_copies_of(case.work)} if near else {}
    chosen = [found.get(numbers.read(code)) for code in near]
    if None in chosen:
        raise Refusal(
            "not_near", _("One of the copies no longer looks like the work, or the access to it is off.")
        )
    works = [case.work]
    for work in (case.work, *(each for each in chosen if each is not None)):
        works += [each for each in (work, *identical_to(work)) if each not in works]
    return works


def _require_nobodys(works: Sequence[Work], *people: User | None) -> None:
    owners = {each.owner_id for each in works}
    if any(person is not None and person.pk in owners for person in people):
        sentence = _("A work of your own is among them: somebody else has to decide.")
        raise Refusal("own_work", sentence, status=403)
