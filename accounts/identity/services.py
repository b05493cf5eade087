"""Claiming a real name and deciding on claims.

Names and numbers are sealed, and go into the vault when they are accepted: records and log lines carry the kind of document,
a masked number, the provider and the level.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import attempts, documents, indexes, queries, questions
from accounts.identity.claim_vault import (
    EMPTIED,
    index_of,
    is_named,
    masked_number_of,
    move_to_vault,
    name_of,
    number_of,
)
from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import ClaimIndex, IdentityCheck, IdentityClaim, Purpose
from accounts.identity.moving import create, decided, document_taken, move, recheck_after
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import ClaimFacts, Provider
from accounts.identity.recording import record
from accounts.identity.signals import identity_ended
from accounts.identity.stated import checked, checked_phone, checked_reason
from accounts.identity.states import OPEN, ClaimState
from accounts.proposals.stakes import holders_of, require_none
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

CLAIMS_PER_DAY = 5


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
    phone: str = "",
    network: bytes = b"",
    is_renewal: bool = False,
    now: datetime | None = None,
    provider: Provider | None = None,
) -> IdentityClaim:
    """Store the claim of ``by``, for ``provider`` (default: the installation's) to decide.

    The worker asks the provider, after the claim is committed: an outage leaves it waiting for staff, no transaction stays
    open over a network, and the answer tells nothing of what others claimed. What the provider cannot judge, or may not be
    asked again so soon (:mod:`accounts.identity.attempts`), waits for staff. ``birth_date`` is for documents whose number does not hold one,
    ``phone`` for providers that want one, ``network`` 32 bytes that stand for where the person is. A document that another
    account holds waits for staff, too, and the answer does not say why. With ``is_renewal`` whoever is verified may claim another
    document or name: when it is accepted the old claim ends. Refused with ``claim_open``, ``too_many_claims`` or a code of :class:`~accounts.identity.documents.DocumentInvalid`.
    """
    now, provider = now or timezone.now(), provider or registry.current()
    name, document = checked(document_type, name, number, now, birth_date)
    facts = ClaimFacts(name, document, checked_phone(phone))
    with transaction.atomic():
        _refuse_haste(by, now)
        is_asked = _may_ask(provider, by, facts, network, now)
        asked = provider.name if is_asked else registry.MANUAL
        claim = create(by, name, document, now, phone=facts.phone, is_renewal=is_renewal, provider=asked)
        record("identity.submitted", claim, documents.mask(document.number), by=by, now=now)
        if is_asked:  # of a document that is taken, too: nobody learns that it is
            questions.put(claim, network, now)
    return claim


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
    name, document = checked(document_type, name, number, now, birth_date, least_age=0)
    with transaction.atomic():
        _refuse_haste(by, now)
        claim = create(child, name, document, now, provider=registry.MANUAL)
        record("identity.submitted", claim, documents.mask(document.number), by=by, now=now)
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
    name, document = checked(document_type, name, number, now or timezone.now(), birth_date, least_age=0)
    values = indexes.values_of(name, document)
    claims = IdentityClaim.objects.filter(state__in=OPEN)
    for purpose in (Purpose.DOCUMENT, Purpose.NAME):
        same = ClaimIndex.objects.filter(indexes.matching(purpose, values[purpose]))
        claims = claims.filter(pk__in=same.values("claim"))
    children = claims.filter(user__guardians__ended_at__isnull=True, user__guardians__isnull=False)
    claim = children.select_related("user").order_by("pk").first()
    return claim.user if claim is not None else None


def vouch(
    *,
    by: User | None,
    user: User,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    phone: str = "",
    now: datetime | None = None,
) -> IdentityClaim:
    """Verify ``user`` on the operator's own word, at :attr:`Level.OPERATOR_CHECKED`.

    Refused like :func:`submit_claim`, with ``document_taken`` where another account holds the document, and with ``vault_unavailable``.
    """
    now = now or timezone.now()
    name, document = checked(document_type, name, number, now, birth_date)
    with transaction.atomic():
        claim = create(
            user,
            name,
            document,
            now,
            phone=phone,
            provider=registry.OPERATOR,
            state=ClaimState.VERIFIED,
            level=Level.OPERATOR_CHECKED,
            method="vouching",
            decided_at=now,
            decided_by=by,
            recheck_at=recheck_after(now),
        )
        record("identity.verified", claim, documents.mask(document.number), by=by, now=now)
    return claim


def approve(*, by: User, claim: IdentityClaim, now: datetime | None = None) -> IdentityClaim:
    """Accept a pending claim at :attr:`Level.OPERATOR_CHECKED`. Its name and number move into the vault.

    Refused with ``own_claim``, ``claim_decided``, ``document_taken`` or ``vault_unavailable``.
    """
    require_impartial(by, claim)
    _require_pending(claim)
    now = now or timezone.now()
    decision = {
        "level": Level.OPERATOR_CHECKED,
        "provider": registry.MANUAL,
        "method": "review",
        "decided_by": by,
    }
    # Into the vault first: what is deposited and not committed is swept, what is committed is there.
    decision |= move_to_vault(claim, now)
    with transaction.atomic():
        if not move(claim, ClaimState.PENDING, ClaimState.VERIFIED, now, **decision):
            raise document_taken()
        record("identity.verified", claim, masked_number_of(claim), by=by, now=now)
    return claim


def reject(*, by: User, claim: IdentityClaim, reason: str, now: datetime | None = None) -> IdentityClaim:
    """Turn a pending claim down with a reason that the claimant reads, and empty its sealed columns.

    Refused with ``own_claim``, ``reason_missing``, ``reason_length`` or ``claim_decided``.
    """
    require_impartial(by, claim)
    _require_pending(claim)
    reason = checked_reason(reason)
    masked, now = masked_number_of(claim), now or timezone.now()
    with transaction.atomic():
        move(claim, ClaimState.PENDING, ClaimState.REJECTED, now, decided_by=by, reason=reason, **EMPTIED)
        record("identity.rejected", claim, masked, by=by, now=now, reason=reason)
    return claim


def withdraw(*, by: User, now: datetime | None = None) -> IdentityClaim:
    """Take back one's own pending claim and empty its sealed columns. Refused with ``no_pending_claim``."""
    claim = queries.open_claim_of(by)
    if claim is None or claim.state != ClaimState.PENDING:
        raise Refusal("no_pending_claim", _("There is no claim of yours waiting for a decision."))
    masked, now = masked_number_of(claim), now or timezone.now()
    with transaction.atomic():
        move(claim, ClaimState.PENDING, ClaimState.ENDED, now, decided_by=by, **EMPTIED)
        record("identity.withdrawn", claim, masked, by=by, now=now)
    return claim


def end(*, by: User | None, claim: IdentityClaim, reason: str, now: datetime | None = None) -> IdentityClaim:
    """End a verified claim, so that its holder must verify again (Anti-Telecom-Fraud Law Art. 22).

    What the vault holds stays: what was published under the name must remain traceable until the person is erased. Refused with ``reason_missing``, ``reason_length`` or ``claim_decided``.
    """
    now, reason = now or timezone.now(), checked_reason(reason)
    with transaction.atomic():
        move(
            claim,
            ClaimState.VERIFIED,
            ClaimState.ENDED,
            now,
            decided_by=by,
            level=Level.NONE,
            reason=reason,
        )
        record("identity.ended", claim, masked_number_of(claim), by=by, now=now, reason=reason)
        identity_ended.send(sender=IdentityClaim, claim=claim, now=now)
    return claim


def reverify(*, by: User, claim: IdentityClaim, reason: str, now: datetime | None = None) -> IdentityClaim:
    """End a verified claim by decision of a member of staff, as :func:`end` does. Refused with ``own_claim``, too."""
    require_impartial(by, claim)
    return end(by=by, claim=claim, reason=reason, now=now)


def erase(*, by: User | None, user: User, now: datetime | None = None) -> None:
    """End the open claims of ``user``, whatever their state, and empty all claims they ever made.

    The vault erases its part as soon as the keeper comes to it (:mod:`accounts.identity.keeping`).
    """
    now = now or timezone.now()
    with transaction.atomic():
        for claim in IdentityClaim.objects.filter(user=user, state__in=OPEN):
            masked, origin = masked_number_of(claim), ClaimState(claim.state)
            move(claim, origin, ClaimState.ENDED, now, decided_by=by, level=Level.NONE)
            record("identity.ended", claim, masked, by=by, now=now)
        questions.end_all_of(user)
        IdentityCheck.objects.filter(user=user).update(reference="")
        claims = IdentityClaim.objects.filter(user=user)
        claims.update(reason="", **EMPTIED)
        claims.filter(deposit__isnull=False, forget_at__isnull=True).update(forget_at=now)
        indexes.forget(user)


def require_impartial(by: User, claim: IdentityClaim) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` for one's own claim, and that of a child that one acts for."""
    sentence = _("Nobody decides on their own identity: ask another reviewer.")
    require_none(by, holders_of(f"user:{claim.user.producer_id}"), sentence, code="own_claim")


def reveal(*, by: User, claim: IdentityClaim, now: datetime | None = None) -> ClearIdentity:
    """Open the name and number of a pending claim for its reviewer, and record that it was done.

    Refused with ``own_claim``, with ``claim_decided``, as nobody needs to read them after the decision, and with ``account_sealed``.
    """
    require_impartial(by, claim)
    _require_pending(claim)
    if claim.user.deletion_requested_at is not None:
        raise Refusal(
            "account_sealed", _("The deletion of this account is requested: nobody reads it now."), status=403
        )
    clear = ClearIdentity(name_of(claim), number_of(claim)) if is_named(claim) else ClearIdentity("", "")
    with transaction.atomic():
        record("identity.viewed", claim, masked_number_of(claim), by=by, now=now or timezone.now())
    return clear


def _may_ask(provider: Provider, by: User, facts: ClaimFacts, network: bytes, now: datetime) -> bool:
    """Whether ``provider`` may be asked now; a try is then taken. Whom nobody pays and nothing leaves is always asked."""
    if not provider.can_judge(facts):
        return False
    keys = questions.keys_of(by, index_of(facts.document), network)
    return not provider.is_outside or attempts.take(keys, now)


def _refuse_haste(user: User, now: datetime) -> None:
    since = now - timedelta(days=1)
    if IdentityClaim.objects.filter(user=user, submitted_at__gt=since).count() >= CLAIMS_PER_DAY:
        raise Refusal(
            "too_many_claims",
            _("At most %(most)d claims can be made in 24 hours; try again tomorrow.")
            % {"most": CLAIMS_PER_DAY},
            status=429,
        )


def _require_pending(claim: IdentityClaim) -> None:
    """Only of a claim that still waits name and number can be read here."""
    if claim.state != ClaimState.PENDING:
        raise decided()
