"""Taking a withdrawal back: the person signs the same scope again with their passkey, while the files are still here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.identity.queries import level_of
from accounts.records.canonical import canonical
from accounts.refusals import Refusal
from consent import clock
from consent.answers import refusals, text
from consent.answers.acting import Acting
from consent.answers.agreeing import NONCE_BYTES, VALID_FOR, recorded, times
from consent.answers.models import Question
from consent.answers.proving import Given, facts, proved, use_up
from consent.answers.signing import has_passkey
from consent.grants.evidence import has_its_scope, proof_of, readable_facts
from consent.grants.models import Grant
from consent.requests.models import Request
from consent.scope import GrantState, Proof
from consent.scope.documents import read_scope, write_scope
from consent.uses.queries import with_renewed
from consent.withdrawal.services import restore

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def restored_until(user: User, grant: Grant, now: datetime | None = None) -> datetime | None:
    """Until when ``user`` can take back that ``grant`` was withdrawn; None where they cannot (any more)."""
    if grant.state != GrantState.WITHDRAWN or user.pk not in (grant.person_id, grant.guardian_id):
        return None
    until = min((grant.ended_at or grant.given_at) + _files_kept(), grant.ends_at)
    is_open = clock.now(now) < until and has_its_scope(grant) and not grant.renewals.exists()
    return until if is_open and _request_of(grant) else None


def ask_to_restore(grant: Grant, *, by: User, locale: str, now: datetime | None = None) -> Question:
    """Put the exact text in front of ``by``. Refused with ``not_restorable``, and ``signature_needed`` for whoever has no passkey."""
    now = clock.now(now)
    request = _asked_of(grant, by, now)
    if not has_passkey(by):
        raise refusals.too_weak(Proof.SIGNED)
    acting, scope = Acting(by, grant.person), read_scope(grant.scope)
    document, level = canonical(write_scope(scope)), level_of(grant.grantee)
    ward, restores = acting.person.producer_id if acting.guardian else "", str(grant.reference)
    return Question.objects.create(
        nonce=secrets.token_bytes(NONCE_BYTES),
        request=request,
        person=by,
        ward=acting.person if acting.guardian else None,
        version=request.version,
        asked_sha256=request.scope_sha256,
        scope=document.decode(),
        scope_sha256=text.digest(document.decode()),
        locale=locale,
        template=text.RESTORING,
        text=text.render(scope, locale=locale, level=level, ward=ward, restores=restores),
        texts_sha256=text.digests(scope, level=level, ward=ward, restores=restores),
        made_at=now,
        ends_at=now + VALID_FOR,
    )


def sign_to_restore(
    grant: Grant, *, by: User, nonce: bytes, given: Given, now: datetime | None = None
) -> Grant:
    """Restore what the question of ``nonce`` showed, once, and return the new grant.

    Refused with ``not_restorable``, ``question_gone``, ``signature_invalid``, ``reauthentication_required``, ``signature_needed``, and as
    :func:`consent.withdrawal.restoring.restore` refuses.
    """
    wall, now = times(now)
    request = _asked_of(grant, by, now)
    with recorded(request, by, now), transaction.atomic():
        question = _question(grant, request, by, nonce)
        use_up(question, now)
        proof, done = proved(question, by, given, wall)
        if proof.rank < Proof.SIGNED.rank:
            raise refusals.too_weak(Proof.SIGNED)
        spoken = _spoken(grant)
        proof = Proof.SPOKEN if spoken else proof
        return restore(by, grant, {**facts(question), **done, **spoken}, proof, now=now)


def _question(grant: Grant, request: Request, by: User, nonce: bytes) -> Question:
    """What was shown of just this grant: its text names it."""
    asked = Question.objects.filter(nonce=nonce, request=request, person=by, template=text.RESTORING).first()
    if asked is None or str(grant.reference) not in asked.text:
        raise refusals.question_gone()
    return asked


def _spoken(grant: Grant) -> dict[str, JSON]:
    """The statement that was heard when ``grant`` was given: whoever takes it up again need not say it again."""
    said = (readable_facts(grant) or {}).get("spoken")
    is_whole = proof_of(grant) is Proof.SPOKEN and isinstance(said, Mapping)
    return {"spoken": said} if is_whole else {}


def _asked_of(grant: Grant, by: User, now: datetime) -> Request:
    request = _request_of(grant)
    if request is None or restored_until(by, grant, now) is None:
        sentence = _("This withdrawal cannot be taken back (any more). A new request can be answered anew.")
        raise Refusal("not_restorable", sentence)
    return request


def _request_of(grant: Grant) -> Request | None:
    """The request that ``grant``, or what it renews or restores, was an answer to."""
    return next((each.request for each in with_renewed(grant) if each.request is not None), None)


def _files_kept() -> timedelta:
    return timedelta(hours=settings.CONSENT_FILES_HOURS)
