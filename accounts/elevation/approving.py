"""Approving a request: first the text in front of the approver, then their passkey's signature over exactly that. There is no other way."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.elevation import refusals, telling
from accounts.elevation.contents import Content, content_of
from accounts.elevation.document import challenge
from accounts.elevation.holders import approving_roles, is_independent, may_approve
from accounts.elevation.lifecycle import move, note
from accounts.elevation.models import ApprovalQuestion, Elevation
from accounts.elevation.stakes import holders_in
from accounts.elevation.states import ElevationState
from accounts.passkeys.evidence import text_of
from accounts.passkeys.signing import Signed, Site, has_passkey, invalid, registered_count, signed_by
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

VALID_FOR = timedelta(minutes=5)
"""How long an approver has to sign what is in front of them."""
NONCE_BYTES = 32
OPEN_TASK = "accounts.elevation.tasks.open_approved"
QUEUE = "vault"
"""The queue of the one process that can open anything."""
RECORDED = frozenset(
    {"signature_invalid", "question_gone", "own_request", "concerned", "not_allowed", "same_role"}
)
"""Refusals that may be somebody's attempt: each is a line of the record."""


def put(elevation: Elevation, *, by: User, locale: str, now: datetime | None = None) -> ApprovalQuestion:
    """Put the exact text in front of somebody who may approve it. Nothing is approved yet.

    Refused with ``wrong_state``, ``not_allowed``, ``own_request``, ``concerned``, ``approved_already`` and ``passkey_needed``.
    """
    now = now or timezone.now()
    with _recorded(elevation, by, now):
        _require(elevation, by, now)
    return ApprovalQuestion.objects.create(
        nonce=secrets.token_bytes(NONCE_BYTES),
        elevation=elevation,
        approver=by,
        locale=locale,
        made_at=now,
        ends_at=now + VALID_FOR,
    )


def challenge_of(question: ApprovalQuestion, content: Content) -> bytes:
    """What a passkey signs in order to approve."""
    text = content.texts[question.locale]
    return challenge(nonce=bytes(question.nonce), text=text, document=content.document)


def approve(
    elevation: Elevation, *, by: User, nonce: bytes, assertion: str, site: Site, now: datetime | None = None
) -> Elevation:
    """Approve what the question of ``nonce`` showed, by a passkey's assertion over it. The second approval wakes the keeper.

    Refused as :func:`put` is, and with ``question_gone``, ``signature_invalid`` and ``same_role``.
    """
    now = now or timezone.now()
    with _recorded(elevation, by, now), transaction.atomic():
        held = Elevation.objects.select_for_update(of=("self",)).select_related("asker").get(pk=elevation.pk)
        _require(held, by, now)
        question = _used_up(held, by, nonce, now)
        signed = signed_by(by, challenge_of(question, content_of(held)), assertion, site)
        _require_newer(signed)
        _approve(held, by, _proof(question, by, signed), now)
    elevation.refresh_from_db()
    return elevation


def refuse(elevation: Elevation, *, by: User, now: datetime | None = None) -> None:
    """Say no; one is enough. Refused with ``wrong_state``, ``not_allowed``, ``own_request`` and ``concerned``."""
    now = now or timezone.now()
    with _recorded(elevation, by, now):
        _require_impartial(elevation, by)
        with transaction.atomic():
            if elevation.state != ElevationState.ASKED:
                raise refusals.moved_on()
            move(elevation, ElevationState.REFUSED, refused_by=by, ended_at=now)
            note(elevation, "refused", by=by, now=now)
            telling.tell_asker(elevation, now)


def _require(elevation: Elevation, by: User, now: datetime) -> None:
    _require_impartial(elevation, by)
    if elevation.state != ElevationState.ASKED or not elevation.asked_at <= now < elevation.opens_before:
        raise refusals.moved_on()
    if by.pk == elevation.first_approver_id:
        raise refusals.approved_already()
    if not has_passkey(by):
        raise refusals.no_passkey()


def _require_impartial(elevation: Elevation, by: User) -> None:
    if not may_approve(by):
        raise refusals.not_allowed()
    if by.pk == elevation.asker_id:
        raise refusals.own_request()
    if by.pk in holders_in(elevation):
        raise refusals.concerned()


def _used_up(elevation: Elevation, by: User, nonce: bytes, now: datetime) -> ApprovalQuestion:
    question = ApprovalQuestion.objects.filter(nonce=nonce, elevation=elevation, approver=by).first()
    if question is None:
        raise refusals.question_gone()
    unused = ApprovalQuestion.objects.filter(
        pk=question.pk, used_at__isnull=True, made_at__lte=now, ends_at__gt=now
    )
    if not unused.update(used_at=now):
        raise refusals.question_gone()
    return question


def _approve(held: Elevation, by: User, proof: Mapping[str, JSON], now: datetime) -> None:
    first = held.first_approver
    body: dict[str, JSON] = {"roles": sorted(approving_roles(by)), "credential_id": _passkey_in(proof)}
    if first is None:
        waiting = Elevation.objects.filter(
            pk=held.pk, state=ElevationState.ASKED, first_approver__isnull=True
        )
        if not waiting.update(first_approver=by, first_approved_at=now, first_proof=proof):
            raise refusals.moved_on()
        note(held, "approved_first", by=by, now=now, body=body)
        return
    if not is_independent(held.asker, (first, by)):
        raise refusals.same_role()
    second = {"second_approver": by, "second_approved_at": now, "second_proof": proof}
    move(held, ElevationState.APPROVED, **second)
    note(held, "approved_second", by=by, now=now, body=body)
    # By name: the task's module stands above this one. Robust: the sweep asks the keeper again.
    transaction.on_commit(lambda: current_app.send_task(OPEN_TASK, [held.pk], queue=QUEUE), robust=True)


def _proof(question: ApprovalQuestion, by: User, signed: Signed) -> dict[str, JSON]:
    return {
        "nonce": bytes(question.nonce).hex(),
        "locale": question.locale,
        "roles": sorted(approving_roles(by)),
        "count": signed.count,
        "passkey": signed.facts,
    }


def _passkey_in(proof: Mapping[str, JSON]) -> str:
    passkey = proof["passkey"]
    return text_of(passkey, "credential_id") if isinstance(passkey, Mapping) else ""


def _require_newer(signed: Signed) -> None:
    """Refuse a counter that does not go on: it is a copy's (Web Authentication Level 2, section 7.2, step 21)."""
    count, last = signed.count, max(registered_count(signed.passkey), _last_count(signed))
    if count <= last and (count, last) != (0, 0):
        raise invalid()


def _last_count(signed: Signed) -> int:
    """The highest counter that this passkey showed when it approved before."""
    name = signed.facts["credential_id"]
    counts = [0]
    for column in ("first_proof", "second_proof"):
        same = Elevation.objects.filter(**{f"{column}__passkey__credential_id": name})
        counts += same.values_list(f"{column}__count", flat=True)
    return max(counts)


@contextmanager
def _recorded(elevation: Elevation, by: User, now: datetime) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        if refusal.code in RECORDED:
            with transaction.atomic():
                note(elevation, "approval_refused", by=by, now=now, body={"code": refusal.code})
        raise
