"""Everything about one person's likeness in one file, for that person (PIPL Art. 45, GDPR Art. 15 and 20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.users.models import User
from consent.grants.evidence import is_damaged, readable_facts
from consent.grants.models import Grant
from consent.history.models import Event
from consent.likeness.queries import Held, held_by_person, histories_of, requests_to
from consent.requests.models import Request
from consent.rules.models import StandingRules
from consent.uses.models import Use

FORMAT = "yinji-likeness-1"


def export_of(user: User, now: datetime) -> dict[str, Any]:
    """Return JSON types only: rules, requests, grants with the evidence, and what was made of each."""
    rules = StandingRules.objects.filter(person=user).values().first()
    return {
        "format": FORMAT,
        "made_at": now,
        "producer_id": user.producer_id,
        "rules": rules,
        "requests": _requests(list(requests_to(user))),
        "grants": _grants(held_by_person(user)),
    }


def _requests(requests: list[Request]) -> list[dict[str, Any]]:
    told = histories_of(each.answer_subject for each in requests)
    return [_request(each) | {"history": _history(told, each.answer_subject)} for each in requests]


def _grants(grants: list[Held]) -> list[dict[str, Any]]:
    told = histories_of(each.grant.log_subject for each in grants)
    return [_grant(each) | {"history": _history(told, each.grant.log_subject)} for each in grants]


def _request(request: Request) -> dict[str, Any]:
    return {
        "id": request.answer_reference,
        "asked_by": request.requester.producer_id,
        "state": request.state,
        "version": request.version,
        "scope": request.scope,
        "counter_offer": request.counter_scope,
        "sent_at": request.sent_at,
        "answer_by": request.answer_by,
        "answered_at": request.answered_at,
        "emptied_at": request.emptied_at,
    }


def _grant(held: Held) -> dict[str, Any]:
    grant = held.grant
    return {
        "id": grant.reference,
        "grantee": grant.grantee.producer_id,
        "state": grant.state,
        "version": grant.version,
        "scope": grant.scope,
        "scope_sha256": grant.scope_sha256,
        "given_at": grant.given_at,
        "ends_at": grant.ends_at,
        "ended_at": grant.ended_at,
        "outputs_used": grant.consumed,
        "emptied_at": grant.emptied_at,
        "damaged": is_damaged(grant),
        "evidence": _evidence(grant),
        "uses": [_use(each) for each in held.uses],
        "downloads": held.downloads,
    }


def _evidence(grant: Grant) -> Any:
    if not hasattr(grant, "evidence"):
        return None
    facts = readable_facts(grant)
    return {"proof": grant.evidence.proof, "sha256": grant.evidence.sha256, "facts": facts}


def _use(use: Use) -> dict[str, Any]:
    return {
        "of": use.subject,
        "state": use.state,
        "live_at": use.live_at,
        "cut_off_at": use.cut_off_at,
        "terms": use.terms,
        "emptied_at": use.emptied_at,
    }


def _history(told: Mapping[str, list[Event]], subject: str) -> list[dict[str, Any]]:
    return [{"event": each.event, "at": each.at} for each in told.get(subject, [])]
