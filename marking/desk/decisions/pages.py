"""The page of a case, with all that can be done there, and the answers to what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.elevation.holders import may_ask
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from accounts.proposals.pages import tried
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk.cases.actions import Action, needs_two
from marking.desk.cases.contents import description_of, location_of, signature_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import PROFILES, Pause
from marking.desk.cases.queries import history_of
from marking.desk.cases.states import DECIDED, OPEN, CaseState, Event
from marking.desk.cases.validity import has_due, missing_of, starts_at_validity
from marking.desk.decisions.forms import (
    AnswerForm,
    CompareForm,
    NameWorkForm,
    PauseForm,
    RejectionForm,
    TakeDownForm,
)
from marking.desk.decisions.four_eyes import services as four_eyes
from marking.desk.decisions.four_eyes.queries import is_erased, open_proposal, payload_of
from marking.desk.decisions.reporters import COMPARED_KINDS
from marking.desk.measures.consent_record import DecidingRecord, receipts_of_reporter, record_of
from marking.desk.measures.queries import identical_to, measures_of, near_copies_of
from marking.desk.wording import ACTIONS, EVENTS, FINDINGS, KINDS, PARTS, PAUSES, STATES
from marking.works.models import Work


def case_page(request: SignedInRequest, found: Case, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of ``found`` as it is now. ``more``: forms that were filled in wrongly, or what was only just opened."""
    found.refresh_from_db()
    is_mine = found.state == CaseState.IN_REVIEW and found.taken_by_id == request.user.pk
    context = {
        **row_of(found),
        "description": description_of(found),
        "has_contact": found.contact is not None,
        "is_waiting": found.state == CaseState.RECEIVED,
        "is_in_review": found.state == CaseState.IN_REVIEW,
        "is_mine": is_mine,
        "is_decided": found.state in DECIDED,
        "history": [(EVENTS[Event(each.event)], each) for each in history_of(found)],
        "takes_two": needs_two(Kind(found.kind), Action.ANSWER, is_political=found.is_political),
        "may_ask_to_open": bool(found.work) and may_ask(request.user),
        **_notice(found),
        **_about_work(found),
        **_proposed(found, request),
        **_about_reporter(found),
        **(_forms(found) if is_mine else {}),
    }
    return render(request, "marking/desk/case.html", context | more, status=status)


def row_of(found: Case) -> dict[str, Any]:
    """What a list shows of a case."""
    is_open, has_begun = found.state in OPEN, has_due(found)
    return {
        "case": found,
        "has_begun": has_begun or not is_open,
        "kind": KINDS[Kind(found.kind)],
        "state": STATES[CaseState(found.state)],
        "is_late": is_open and has_begun and found.paused_at is None and found.due_at < timezone.now(),
        "is_short": is_open and found.warned > 0,
        "is_paused": found.paused_at is not None,
    }


def done(request: SignedInRequest, found: Case, act: Callable[..., Any], **fields: Any) -> HttpResponse:
    """Do something with a case and lead back to it, with the refusal if it was refused."""
    tried(request, lambda: act(by=request.user, case=found, **fields))
    return redirect("cases:case", found.code)


def decided(
    request: SignedInRequest,
    found: Case,
    action: Action,
    payload: Mapping[str, Any],
    sentence: str,
    **forms: Any,
) -> HttpResponse:
    """Decide, or propose where it takes two; ``forms``: what is shown again where it is refused."""
    try:
        proposal = four_eyes.do(by=request.user, case=found, action=action, payload=payload)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return case_page(request, found, status=refusal.status, **forms)
    messages.success(
        request, sentence if proposal is None else _("It is proposed, and waits for a second person.")
    )
    return redirect("cases:case", found.code)


def answer_form(data: Any = None) -> AnswerForm:
    """The form of an answer."""
    return AnswerForm(data, auto_id="answer_%s")


def rejection_form(data: Any = None) -> RejectionForm:
    """The form of a rejection."""
    return RejectionForm(data, auto_id="rejection_%s")


def take_down_form(found: Case, data: Any = None) -> TakeDownForm:
    """The form of a measure, with the near copies of the case's work."""
    near = near_copies_of(found.work) if found.work else []
    return TakeDownForm(data, kind=Kind(found.kind), near=near)


def _forms(found: Case) -> dict[str, Any]:
    kind = Kind(found.kind)
    may_pause = bool(PROFILES[kind].pauses) and found.paused_at is None
    is_public = found.work is not None and found.work.released_at is not None
    return {
        "answer_form": answer_form(),
        "rejection_form": rejection_form(),
        "take_down_form": take_down_form(found) if is_public else None,
        "pause_form": PauseForm(kind=kind) if may_pause else None,
        "name_form": NameWorkForm(auto_id="name_%s") if found.work is None else None,
        "compare_form": CompareForm(auto_id="compare_%s") if kind in COMPARED_KINDS else None,
        "may_release": kind is Kind.AUTHORITY_ORDER and found.released_at is None,
    }


def _notice(found: Case) -> dict[str, Any]:
    return {
        "missing": [PARTS[part] for part in missing_of(found)],
        "starts_at_validity": starts_at_validity(found),
        "signature": signature_of(found),
        "location": location_of(found),
        "paused_for": PAUSES[Pause(found.paused_for)] if found.paused_for else "",
    }


def _about_work(found: Case) -> dict[str, Any]:
    measures = list(measures_of(found.pk))
    if found.work is None or found.work.released_at is None:
        return {"measures": measures}
    return {
        "measures": measures,
        "identical": identical_to(found.work),
        "near": near_copies_of(found.work),
        "record": _record(record_of(found.work)),
    }


def _record(record: DecidingRecord) -> dict[str, Any]:
    return {
        "finding": record.finding,
        "sentence": FINDINGS[record.finding],
        "people": record.people,
        "records": record.records,
    }


def _about_reporter(found: Case) -> dict[str, Any]:
    """What the desk learns of a complainant who signed in: how surely they are known, and whether they granted; never who they are."""
    if found.reporter is None:
        return {}
    work: Work | None = found.work
    return {
        "reporter_level": describe(level_of(found.reporter)),
        "has_granted": bool(receipts_of_reporter(work, found.reporter)) if work else False,
    }


def _proposed(found: Case, request: SignedInRequest) -> dict[str, Any]:
    proposal = open_proposal(found)
    if proposal is None:
        return {}
    is_gone = is_erased(proposal)
    return {
        "proposal": proposal,
        "proposed": ACTIONS[Action(proposal.action)],
        "proposed_texts": [] if is_gone else _texts(payload_of(proposal)),
        "is_proposal_erased": is_gone,
        "is_own_proposal": proposal.proposed_by_id == request.user.pk,
    }


def _texts(payload: Mapping[str, Any]) -> list[str]:
    """What a proposal says, in its own words; lists with a comma between."""
    return [
        ", ".join(map(str, each)) if isinstance(each, list) else str(each)
        for each in payload.values()
        if each
    ]
