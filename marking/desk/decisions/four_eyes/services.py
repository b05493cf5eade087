"""Proposing a decision, confirming it, declining it and taking it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.proposals import deciding
from accounts.refusals import Refusal
from accounts.vault.wrapped_key import seal_under
from marking.desk.cases.actions import Action, needs_two
from marking.desk.cases.kinds import Kind
from marking.desk.cases.lifecycle import note
from marking.desk.cases.states import Event
from marking.desk.decisions import about_works, services
from marking.desk.decisions.four_eyes.models import Proposal
from marking.desk.decisions.four_eyes.queries import is_erased, payload_of, place

if TYPE_CHECKING:
    from accounts.users.models import User
    from marking.desk.cases.models import Case

Payload = Mapping[str, Any]

_ACTS: Mapping[Action, Callable[..., object]] = {
    Action.ANSWER: services.answer,
    Action.REJECT: services.reject,
    Action.TAKE_DOWN: about_works.take_down,
    Action.LIFT: about_works.lift,
    Action.RELEASE: about_works.release,
}
"""Each takes ``by``, ``case``, ``confirmed_by``, ``now`` and what its payload names."""


def do(
    *, by: User, case: Case, action: Action, payload: Payload, now: datetime | None = None
) -> Proposal | None:
    """Decide at once, or propose where it takes two: then the proposal is answered. Refused as the decision is, and as :func:`propose`."""
    now = now or timezone.now()
    if needs_two(Kind(case.kind), action, is_political=case.is_political):
        return propose(by=by, case=case, action=action, payload=payload, now=now)
    _ACTS[action](by=by, case=case, now=now, **payload)
    return None


def propose(
    *, by: User, case: Case, action: Action, payload: Payload, now: datetime | None = None
) -> Proposal:
    """Propose a decision in a case that one works on.

    Refused with ``not_taken``, ``own_work``, ``decided_before``, and ``proposed`` where one waits.
    """
    now = now or timezone.now()
    about_works.require_may_propose(by, case, action)
    proposal = Proposal(case=case, action=action, proposed_by=by, proposed_at=now)
    proposal.payload = seal_under(
        case.wrapped_key, json.dumps(dict(payload), ensure_ascii=False), context=place(proposal)
    )
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
            note(case, Event.PROPOSED, by=by, now=now, body={"action": action.value})
    except IntegrityError:
        raise Refusal(
            "proposed", _("Something is proposed in this case already, and waits for a second person.")
        ) from None
    return proposal


def require_seen(proposal: Proposal, reference: str) -> None:
    """As :func:`accounts.proposals.deciding.require_seen`; ``reference``: of the proposal that a page showed."""
    sentence = _("Meanwhile something else is proposed: read it before you decide.")
    deciding.require_seen(proposal.pk, reference, sentence)


def confirm(*, by: User, proposal: Proposal, now: datetime | None = None) -> None:
    """Confirm what somebody else proposed; it is done in the same transaction, in both names.

    Refused with ``same_person``, ``own_work``, ``decided_before``, ``wrong_state``, ``proposal_erased``, and as the decision itself is.
    """
    now = now or timezone.now()
    with transaction.atomic():
        _decide(proposal, by=by, is_confirmed=True, now=now)
        if is_erased(proposal):
            raise Refusal(
                "proposal_erased", _("What was proposed is erased: nobody can confirm it."), status=410
            )
        note(proposal.case, Event.CONFIRMED, by=by, now=now, body={"action": proposal.action})
        act = _ACTS[Action(proposal.action)]
        act(by=proposal.proposed_by, case=proposal.case, confirmed_by=by, now=now, **payload_of(proposal))


def decline(*, by: User, proposal: Proposal, now: datetime | None = None) -> None:
    """Do not confirm what somebody else proposed: nothing happens, and it may be proposed anew. Refused as :func:`confirm` is."""
    now = now or timezone.now()
    with transaction.atomic():
        _decide(proposal, by=by, is_confirmed=False, now=now)
        note(proposal.case, Event.DECLINED, by=by, now=now, body={"action": proposal.action})


def withdraw(*, by: User, proposal: Proposal, now: datetime | None = None) -> None:
    """Take back what one proposed oneself, while nobody decided about it. Refused with ``not_proposer`` and ``wrong_state``."""
    now = now or timezone.now()
    deciding.require_proposer(by, proposal.proposed_by_id)
    with transaction.atomic():
        _end(proposal, by=by, is_confirmed=None, now=now)
        note(proposal.case, Event.PROPOSAL_WITHDRAWN, by=by, now=now, body={"action": proposal.action})


def _decide(proposal: Proposal, *, by: User, is_confirmed: bool, now: datetime) -> None:
    sentence = _("You proposed this yourself: somebody else has to look at it.")
    deciding.require_second(by, proposal.proposed_by_id, sentence)
    services.require_impartial(by, proposal.case)
    services.require_undecided(by, proposal.case)
    _end(proposal, by=by, is_confirmed=is_confirmed, now=now)


def _end(proposal: Proposal, *, by: User, is_confirmed: bool | None, now: datetime) -> None:
    waiting = Proposal.objects.filter(decided_at__isnull=True)
    sentence = _("Somebody decided about this proposal already.")
    deciding.move_on(proposal, waiting, sentence, decided_by=by, decided_at=now, is_confirmed=is_confirmed)
