"""Acting for a child: claimed by an adult, confirmed by staff, ended when the child is old enough."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.guardians.models import Guardianship, Relation
from accounts.guardians.naming import sealed_name
from accounts.guardians.queries import acts_for
from accounts.identity import services as identity
from accounts.identity.ages import band_of
from accounts.identity.documents import GUARDIAN_AGE, DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.queries import is_verified, open_claim_of
from accounts.identity.stated import checked_reason
from accounts.identity.states import ClaimState
from accounts.proposals.stakes import holders_of, require_none
from accounts.records import log
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

ADULT_AGE = 18  # Civil Code Art. 17
MOST_WARDS = 10


def claim_ward(
    *,
    by: User,
    relation: Relation,
    document_type: DocumentType,
    name: str,
    number: str,
    birth_date: date | None = None,
    now: datetime | None = None,
) -> Guardianship:
    """Say that one acts for a child of under fourteen, and who it is. It counts once staff has confirmed it.

    A child that another guardian named before is the same child: both act for it. Refused with ``identity_required``,
    ``guardian_too_young``, ``too_many_wards``, ``ward_too_old``, ``birth_date_needed``, ``ward_claimed`` or a code of
    :class:`~accounts.identity.documents.DocumentInvalid`.
    """
    now = now or timezone.now()
    _require_adult(by, now)
    facts: dict[str, Any] = {
        "document_type": document_type,
        "name": name,
        "number": number,
        "birth_date": birth_date,
    }
    with transaction.atomic():
        ward = identity.child_of_document(now=now, **facts) or _new_ward(by, facts, now)
        if Guardianship.objects.filter(guardian=by, ward=ward, ended_at__isnull=True).exists():
            raise Refusal("ward_claimed", _("You have named this child already."))
        guardianship = Guardianship.objects.create(
            ward=ward, guardian=by, relation=relation, claimed_at=now, sealed_name=sealed_name(ward, name)
        )
        _record("guardian.claimed", guardianship, by=by, now=now)
    return guardianship


def confirm(*, by: User, guardianship: Guardianship, now: datetime | None = None) -> None:
    """Confirm that the guardian acts for the child, and who the child is. Refused with ``own_claim`` and ``claim_decided``."""
    now = now or timezone.now()
    require_impartial(by, guardianship)
    with transaction.atomic():
        waiting = Guardianship.objects.filter(pk=guardianship.pk, confirmed_at=None, ended_at=None)
        if not waiting.update(confirmed_at=now, confirmed_by=by):
            raise _decided()
        guardianship.refresh_from_db()
        claim = open_claim_of(guardianship.ward)
        if claim is not None and claim.state == ClaimState.PENDING:
            identity.approve(by=by, claim=claim, now=now)
        _record("guardian.confirmed", guardianship, by=by, now=now)


def turn_down(*, by: User, guardianship: Guardianship, reason: str, now: datetime | None = None) -> None:
    """Turn a guardianship down with a reason. A child whom nobody else acts for is emptied. Refused as :func:`confirm` is."""
    now = now or timezone.now()
    require_impartial(by, guardianship)
    reason = checked_reason(reason)
    with transaction.atomic():
        waiting = Guardianship.objects.filter(pk=guardianship.pk, confirmed_at=None, ended_at=None)
        if not waiting.update(ended_at=now, sealed_name=b""):
            raise _decided()
        guardianship.refresh_from_db()
        others = Guardianship.objects.filter(ward=guardianship.ward, ended_at=None).exists()
        claim = open_claim_of(guardianship.ward)
        if claim is not None and claim.state == ClaimState.PENDING and not others:
            identity.reject(by=by, claim=claim, reason=reason, now=now)
        _record("guardian.turned_down", guardianship, by=by, now=now, reason=reason.strip())


def require_impartial(by: User, guardianship: Guardianship) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` for a child that one named oneself, whoever else named it, too."""
    sentence = _("Nobody decides on their own identity: ask another reviewer.")
    require_none(by, holders_of(f"user:{guardianship.ward.producer_id}"), sentence, code="own_claim")


def hand_over(*, by: User, ward: User, address: str, now: datetime | None = None) -> User:
    """Give a child that has turned fourteen their own account, at their own address. All guardianships end with it.

    Refused with ``not_yours``, ``ward_too_young``, ``email_invalid`` and ``email_taken``.
    """
    now = now or timezone.now()
    if not acts_for(by, ward):
        raise Refusal("not_yours", _("Only a confirmed guardian can do this."), status=403)
    years = band_of(ward, now)
    if years is None or years < GUARDIAN_AGE:
        sentence = _("From the age of %(age)d a child answers for itself, with an account of its own.")
        raise Refusal("ward_too_young", sentence % {"age": GUARDIAN_AGE})
    address = address.strip().lower()
    with transaction.atomic():
        _take_address(ward, address)
        standing = Guardianship.objects.filter(ward=ward, ended_at__isnull=True)
        ended = list(standing.select_related("guardian", "ward"))
        standing.update(ended_at=now)
        for each in ended:
            _record("guardian.handed_over", each, by=by, now=now)
    return ward


def _take_address(ward: User, address: str) -> None:
    from allauth.account.models import EmailAddress

    try:
        validate_email(address)
    except ValidationError as error:
        raise Refusal("email_invalid", _("This is not an e-mail address."), status=422) from error
    if (
        User.objects.filter(email__iexact=address).exists()
        or EmailAddress.objects.filter(email__iexact=address).exists()
    ):
        raise Refusal("email_taken", _("There is already an account with this e-mail address."))
    ward.email, ward.is_active = address, True
    ward.save(update_fields=["email", "is_active"])
    EmailAddress.objects.create(user=ward, email=address, verified=False, primary=True)


def _new_ward(by: User, facts: dict[str, Any], now: datetime) -> User:
    if Guardianship.objects.filter(guardian=by, ended_at__isnull=True).count() >= MOST_WARDS:
        sentence = _("At most %(most)d children can be named; ask the staff for more.")
        raise Refusal("too_many_wards", sentence % {"most": MOST_WARDS})
    ward = User(is_active=False)
    ward.email = f"{ward.producer_id.lower()}@ward.invalid"  # RFC 2606: reaches nobody
    ward.set_unusable_password()
    ward.save()
    claim = identity.submit_for_child(by=by, child=ward, now=now, **facts)
    _require_child(claim)
    return ward


def _require_child(claim: IdentityClaim) -> None:
    """Called before anything is committed."""
    from accounts.identity.claim_vault import birth_date_of
    from accounts.identity.documents import age

    born = birth_date_of(claim)
    if born is None:
        raise Refusal("birth_date_needed", _("Say when the child was born."), status=422)
    if age(born, timezone.localdate(claim.submitted_at)) >= GUARDIAN_AGE:
        sentence = _("From the age of %(age)d a child answers for itself, with an account of its own.")
        raise Refusal("ward_too_old", sentence % {"age": GUARDIAN_AGE}, status=422)


def _require_adult(by: User, now: datetime) -> None:
    if not is_verified(by):
        raise Refusal("identity_required", _("Your own real name has to be accepted first."), status=403)
    years = band_of(by, now)
    if years is None or years < ADULT_AGE:
        sentence = _(
            "A guardian is at least %(age)d years old; the document of this account does not say so."
        )
        raise Refusal("guardian_too_young", sentence % {"age": ADULT_AGE}, status=403)


def _decided() -> Refusal:
    return Refusal("claim_decided", _("This claim has already been decided."))


def _record(kind: str, guardianship: Guardianship, *, by: User, now: datetime, **body: JSON) -> None:
    facts: dict[str, JSON] = {
        "ward": guardianship.ward.producer_id,
        "guardian": guardianship.guardian.producer_id,
        "relation": str(guardianship.relation),
        **body,
    }
    subject = f"user:{guardianship.ward.producer_id}"
    log.append(kind=kind, subject=subject, body=facts, by=by, person=guardianship.ward, now=now)
