"""What the keeper checks by itself before it opens anything: it trusts no state and no column that a signature does not cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.elevation.contents import Content, content_of
from accounts.elevation.document import Asked, DocumentInvalid, challenge
from accounts.elevation.holders import is_independent, may_approve, may_ask
from accounts.elevation.models import MOST_MINUTES, MOST_PERSONS, ApprovalQuestion, Elevation
from accounts.elevation.stakes import concerned_by
from accounts.elevation.states import ElevationState
from accounts.passkeys.evidence import UNREADABLE, from_base64url, signs, text_of
from accounts.passkeys.signing import public_key_of
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.wrapped_key import Damaged, Erased

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

OPENED_KIND = "access.opened"


class NotOpened(Exception):
    """Why the keeper opens nothing. ``code`` is stable (:data:`accounts.elevation.wording.FAILURES`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Approval:
    """One of the two approvals as the database has it."""

    approver: User
    at: datetime
    proof: Mapping[str, JSON]


def checked(elevation: Elevation, now: datetime) -> Asked:
    """What two people approved, as they signed it. Raises NotOpened for the first thing that is not in order."""
    content = _content(elevation)
    asked = content.asked
    _require(_is_the_row(elevation, asked), "altered")
    _require(not _was_opened(elevation), "opened_before")
    approvals = _approvals(elevation)
    _require(_is_in_time(asked, approvals, now), "late")
    _require_people(elevation, asked, [each.approver for each in approvals])
    nonces = {text_of(each.proof, "nonce") for each in approvals if _is_signed(elevation, content, each)}
    _require(len(nonces) == 2, "signature_invalid")
    return asked


def _content(elevation: Elevation) -> Content:
    _require(elevation.state == ElevationState.APPROVED, "altered")
    try:
        content = content_of(elevation)
        _ = content.asked
    except (Damaged, Erased, DocumentInvalid) as error:
        raise NotOpened("altered") from error
    return content


def _is_the_row(elevation: Elevation, asked: Asked) -> bool:
    """Whether the row says what was signed. What is opened is taken from the signed document in any case."""
    persons = sorted(elevation.persons.values_list("person__producer_id", flat=True))
    same = (elevation.reference, elevation.asker.producer_id, elevation.minutes, elevation.gag_until)
    is_within_bounds = 1 <= asked.minutes <= MOST_MINUTES and 1 <= len(asked.persons) <= MOST_PERSONS
    is_same = same == (asked.reference, asked.asker, asked.minutes, asked.gag_until)
    return is_same and persons == list(asked.persons) and is_within_bounds and bool(asked.fields)


def _was_opened(elevation: Elevation) -> bool:
    """Whether the log, which nobody empties, tells that this was opened: a state that was set back opens nothing."""
    return Record.objects.filter(subject=elevation.log_subject, kind=OPENED_KIND).exists()


def _approvals(elevation: Elevation) -> list[Approval]:
    columns = (
        (elevation.first_approver, elevation.first_approved_at, elevation.first_proof),
        (elevation.second_approver, elevation.second_approved_at, elevation.second_proof),
    )
    found = [
        Approval(approver, at, proof)
        for approver, at, proof in columns
        if approver is not None and at is not None and isinstance(proof, Mapping)
    ]
    _require(len({each.approver.pk for each in found}) == 2, "approvals_missing")
    return found


def _is_in_time(asked: Asked, approvals: list[Approval], now: datetime) -> bool:
    """Whether asking, approving and opening followed one another within what was signed."""
    first, second = approvals
    return asked.asked_at <= first.at <= second.at <= now < asked.opens_before


def _require_people(elevation: Elevation, asked: Asked, approvers: list[User]) -> None:
    names = {approver.producer_id for approver in approvers}
    _require(
        not names & {asked.asker, *asked.persons} and asked.asker not in asked.persons, "not_independent"
    )
    people = {each.pk for each in (elevation.asker, *approvers)}
    _require(not people & concerned_by(asked.persons, asked.about), "not_independent")
    _require(may_ask(elevation.asker) and all(map(may_approve, approvers)), "not_allowed")
    _require(is_independent(elevation.asker, approvers), "same_role")


def _is_signed(elevation: Elevation, content: Content, approval: Approval) -> bool:
    try:
        nonce = bytes.fromhex(text_of(approval.proof, "nonce"))
        text = content.texts[text_of(approval.proof, "locale")]
        passkey = approval.proof["passkey"]
        said = challenge(nonce=nonce, text=text, document=content.document)
        is_asked = _was_asked(elevation, approval, nonce)
        return is_asked and isinstance(passkey, Mapping) and _is_own(approval.approver, passkey, said)
    except UNREADABLE:
        return False


def _was_asked(elevation: Elevation, approval: Approval, nonce: bytes) -> bool:
    """Whether this site asked this approver this, and they answered in time."""
    asked = ApprovalQuestion.objects.filter(
        nonce=nonce, elevation=elevation, approver=approval.approver, used_at=approval.at
    )
    return asked.filter(made_at__lte=approval.at, ends_at__gt=approval.at).exists()


def _is_own(approver: User, passkey: Mapping[str, JSON], said: bytes) -> bool:
    """Whether a passkey that is registered for the approver signed, on this site. The key is the registered one, not the one beside the signature."""
    name = text_of(passkey, "credential_id")
    for registered in Authenticator.objects.filter(user=approver, type=Authenticator.Type.WEBAUTHN):
        if registered.wrap().authenticator_data.credential_data.credential_id == from_base64url(name):
            facts = {**passkey, "public_key": public_key_of(registered)}
            return _is_here(passkey) and signs(facts, said)
    return False


def _is_here(passkey: Mapping[str, JSON]) -> bool:
    host = urlsplit(text_of(passkey, "origin")).hostname
    return host == text_of(passkey, "rp_id") and host in settings.ALLOWED_HOSTS


def _require(is_so: bool, code: str) -> None:
    if not is_so:
        raise NotOpened(code)
