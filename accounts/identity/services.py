"""Claiming a real name and deciding on claims.

Names and numbers go into the vault and nowhere else: records and log lines carry the kind of document,
a masked number, the provider and the level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.identity import documents, queries, wording
from accounts.identity.claim_vault import EMPTIED, index_of, name_of, number_of, sealed_fields
from accounts.identity.documents import Document, DocumentInvalid, DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import ClaimFacts, Outcome, Provider, Result
from accounts.identity.states import OPEN, ClaimState
from accounts.records import log
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

CLAIMS_PER_DAY = 5
LONGEST_REASON = 500

# What the claimant reads and the record holds when no person wrote the reason.
_REASONS = {
    Result.MISMATCH: gettext_noop("The provider found that name and document do not belong together."),
    Result.NO_RECORD: gettext_noop("The provider knows no such document."),
}


@dataclass(frozen=True)
class ClearIdentity:
    """A name and a document number in clear, for the eyes of the person who opened them."""

    name: str = field(repr=False)
    number: str = field(repr=False)


def submit_claim(
    *,
    by: User,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    now: datetime | None = None,
    provider: Provider | None = None,
) -> IdentityClaim:
    """Store the claim of ``by``, then ask ``provider`` (default: the installation's) to decide it.

    The claim is committed before the provider is asked, so that an outage leaves it waiting for staff and no
    transaction stays open over a network. ``birth_date`` is for documents whose number does not hold one. A document that another account holds waits for staff, too, and
    the answer does not say why. Refused with ``claim_open``, ``too_many_claims`` or a code of
    :class:`~accounts.identity.documents.DocumentInvalid`.
    """
    now, provider = now or timezone.now(), provider or registry.current()
    name, document = _checked(document_type, name, number, now, birth_date)
    with transaction.atomic():
        _refuse_haste(by, now)
        claim = _create(by, name, document, now, provider=provider.name)
        _record("identity.submitted", claim, document.number, by=by, now=now)
    if queries.is_document_taken(claim):
        return claim
    return _settle(claim, provider.submit(ClaimFacts(name, document)), document.number, now)


def submit_for_child(
    *,
    by: User,
    child: User,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    now: datetime | None = None,
) -> IdentityClaim:
    """Store the claim of a child whose guardian makes it. Staff decides, whatever provider the site has.

    Refused like :func:`submit_claim`, of any age.
    """
    now = now or timezone.now()
    name, document = _checked(document_type, name, number, now, birth_date, least_age=0)
    with transaction.atomic():
        _refuse_haste(by, now)
        claim = _create(child, name, document, now, provider=registry.MANUAL)
        _record("identity.submitted", claim, document.number, by=by, now=now)
    return claim


def child_of_document(
    *,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    now: datetime | None = None,
) -> User | None:
    """The child for whom somebody claimed this very document and name before; None where nobody did."""
    name, document = _checked(document_type, name, number, now or timezone.now(), birth_date, least_age=0)
    claims = IdentityClaim.objects.filter(number_index=index_of(document), state__in=OPEN)
    children = claims.filter(user__guardians__ended_at__isnull=True, user__guardians__isnull=False)
    claim = children.select_related("user").order_by("pk").first()
    return claim.user if claim is not None and name_of(claim) == name else None


def vouch(
    *,
    by: User | None,
    user: User,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    now: datetime | None = None,
) -> IdentityClaim:
    """Verify ``user`` on the operator's own word, at :attr:`Level.OPERATOR_CHECKED`.

    Refused like :func:`submit_claim`, and with ``document_taken`` where another account holds the document.
    """
    now = now or timezone.now()
    name, document = _checked(document_type, name, number, now, birth_date)
    with transaction.atomic():
        claim = _create(
            user,
            name,
            document,
            now,
            provider=registry.OPERATOR,
            state=ClaimState.VERIFIED,
            level=Level.OPERATOR_CHECKED,
            decided_at=now,
            decided_by=by,
        )
        _record("identity.verified", claim, document.number, by=by, now=now)
    return claim


def approve(*, by: User, claim: IdentityClaim, now: datetime | None = None) -> IdentityClaim:
    """Accept a pending claim at :attr:`Level.OPERATOR_CHECKED`.

    Refused with ``own_claim``, ``claim_decided`` or ``document_taken``.
    """
    _refuse_own(by, claim)
    number, now = _pending_number(claim), now or timezone.now()
    decision = {"level": Level.OPERATOR_CHECKED, "provider": registry.MANUAL, "decided_by": by}
    with transaction.atomic():
        if not _move(claim, ClaimState.PENDING, ClaimState.VERIFIED, now, **decision):
            raise _document_taken()
        _record("identity.verified", claim, number, by=by, now=now)
    return claim


def reject(*, by: User, claim: IdentityClaim, reason: str, now: datetime | None = None) -> IdentityClaim:
    """Turn a pending claim down with a reason that the claimant reads, and empty its sealed columns.

    Refused with ``own_claim``, ``reason_missing``, ``reason_length`` or ``claim_decided``.
    """
    _refuse_own(by, claim)
    reason = checked_reason(reason)
    number, now = _pending_number(claim), now or timezone.now()
    with transaction.atomic():
        _move(claim, ClaimState.PENDING, ClaimState.REJECTED, now, decided_by=by, reason=reason, **EMPTIED)
        _record("identity.rejected", claim, number, by=by, now=now, reason=reason)
    return claim


def withdraw(*, by: User, now: datetime | None = None) -> IdentityClaim:
    """Take back one's own pending claim and empty its sealed columns. Refused with ``no_pending_claim``."""
    claim = queries.open_claim_of(by)
    if claim is None or claim.state != ClaimState.PENDING:
        raise Refusal("no_pending_claim", _("There is no claim of yours waiting for a decision."))
    number, now = number_of(claim), now or timezone.now()
    with transaction.atomic():
        _move(claim, ClaimState.PENDING, ClaimState.ENDED, now, decided_by=by, **EMPTIED)
        _record("identity.withdrawn", claim, number, by=by, now=now)
    return claim


def end(*, by: User | None, claim: IdentityClaim, reason: str, now: datetime | None = None) -> IdentityClaim:
    """End a verified claim, so that its holder must verify again (Anti-Telecom-Fraud Law Art. 22).

    The sealed columns stay: what was published under the name must remain traceable until the person's key
    is destroyed. Refused with ``reason_missing``, ``reason_length`` or ``claim_decided``.
    """
    now, reason = now or timezone.now(), checked_reason(reason)
    with transaction.atomic():
        _move(
            claim,
            ClaimState.VERIFIED,
            ClaimState.ENDED,
            now,
            decided_by=by,
            level=Level.NONE,
            reason=reason,
        )
        _record("identity.ended", claim, number_of(claim), by=by, now=now, reason=reason)
    return claim


def erase(*, by: User | None, user: User, now: datetime | None = None) -> None:
    """End the open claim of ``user``, whatever its state, and empty all claims they ever made."""
    now = now or timezone.now()
    with transaction.atomic():
        claim = queries.open_claim_of(user)
        if claim is not None:
            number, origin = number_of(claim), ClaimState(claim.state)
            _move(claim, origin, ClaimState.ENDED, now, decided_by=by, level=Level.NONE)
            _record("identity.ended", claim, number, by=by, now=now)
        IdentityClaim.objects.filter(user=user).update(reason="", **EMPTIED)


def reveal(*, by: User, claim: IdentityClaim, now: datetime | None = None) -> ClearIdentity:
    """Open the name and number of a pending claim for its reviewer, and record that it was done.

    Refused with ``claim_decided``: nobody needs to read them after the decision.
    """
    clear = ClearIdentity(number=_pending_number(claim), name=name_of(claim))
    with transaction.atomic():
        _record("identity.viewed", claim, clear.number, by=by, now=now or timezone.now())
    return clear


def _checked(
    kind: DocumentType,
    name: str,
    number: str,
    now: datetime,
    birth_date: date | None,
    least_age: int = documents.GUARDIAN_AGE,
) -> tuple[str, Document]:
    today = timezone.localdate(now)
    try:
        name = documents.check_name(name)
        return name, documents.check(kind, number, today, stated_birth=birth_date, least_age=least_age)
    except DocumentInvalid as error:
        raise Refusal(error.code, wording.complain(error), status=422) from error


def checked_reason(reason: str) -> str:
    """A reason as the person reads it. Refused with ``reason_missing`` and ``reason_length``."""
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_missing", _("Say why: the person concerned reads the reason."), status=422)
    if len(reason) > LONGEST_REASON:
        sentence = _("A reason has at most %(most)d characters; found %(found)d.")
        raise Refusal("reason_length", sentence % {"most": LONGEST_REASON, "found": len(reason)}, status=422)
    return reason


def _refuse_haste(user: User, now: datetime) -> None:
    since = now - timedelta(days=1)
    if IdentityClaim.objects.filter(user=user, submitted_at__gt=since).count() >= CLAIMS_PER_DAY:
        raise Refusal(
            "too_many_claims",
            _("At most %(most)d claims can be made in 24 hours; try again tomorrow.")
            % {"most": CLAIMS_PER_DAY},
            status=429,
        )


def _refuse_own(by: User, claim: IdentityClaim) -> None:
    if by.pk == claim.user_id:
        raise Refusal(
            "own_claim", _("Nobody decides on their own identity: ask another reviewer."), status=403
        )


def _pending_number(claim: IdentityClaim) -> str:
    """The number in clear of a claim that still waits; decided ones may have been emptied."""
    if claim.state != ClaimState.PENDING:
        raise _decided()
    return number_of(claim)


def _create(user: User, name: str, document: Document, now: datetime, **fields: Any) -> IdentityClaim:
    """Insert a claim. The constraints decide between two at once: the later one is refused."""
    reference = uuid4()
    claim = IdentityClaim(
        reference=reference,
        user=user,
        document_type=document.type,
        submitted_at=now,
        **sealed_fields(user, reference, name, document),
        **fields,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as error:
        raise (_claim_open(user) if queries.open_claim_of(user) else _document_taken()) from error
    return claim


def _settle(claim: IdentityClaim, outcome: Outcome, number: str, now: datetime) -> IdentityClaim:
    """Act on what the provider found. Pending and unavailable change nothing: staff decides."""
    with transaction.atomic():
        if outcome.result is Result.VERIFIED:
            if _move(claim, ClaimState.PENDING, ClaimState.VERIFIED, now, level=outcome.level):
                _record("identity.verified", claim, number, by=None, now=now)
        elif outcome.result in _REASONS:
            reason = _REASONS[outcome.result]
            _move(claim, ClaimState.PENDING, ClaimState.REJECTED, now, reason=reason, **EMPTIED)
            _record("identity.rejected", claim, number, by=None, now=now, reason=reason)
    return claim


def _move(claim: IdentityClaim, origin: ClaimState, target: ClaimState, now: datetime, **fields: Any) -> bool:
    """Move ``claim`` by one conditional UPDATE; of two who decide at once the later one is refused.

    False, with nothing changed, where another account became verified with the same document.
    """
    movable = IdentityClaim.objects.filter(pk=claim.pk, state=origin)
    try:
        with transaction.atomic():
            moved = movable.update(state=target, decided_at=now, **fields)
    except IntegrityError:
        return False
    if not moved:
        raise _decided()
    claim.refresh_from_db()
    return True


def _record(
    kind: str,
    claim: IdentityClaim,
    number: str,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    body: dict[str, JSON] = {
        "claim": str(claim.reference),
        "document": str(claim.document_type),
        "number": documents.mask(number),
        "provider": claim.provider,
        "level": int(claim.level),
    }
    if reason:
        body["reason"] = reason
    log.append(
        kind=kind, subject=f"user:{claim.user.producer_id}", body=body, by=by, person=claim.user, now=now
    )


def _claim_open(user: User) -> Refusal:
    if queries.is_verified(user):
        return Refusal("claim_open", _("This account already has an accepted real name."))
    return Refusal("claim_open", _("A claim of this account is already waiting for a decision."))


def _decided() -> Refusal:
    return Refusal("claim_decided", _("This claim has already been decided."))


def _document_taken() -> Refusal:
    return Refusal(
        "document_taken",
        _("Another account is already verified with this document; one document stands for one account."),
    )
