"""Registering organisations, deciding on them, and giving and taking mandates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.identity import documents, wording
from accounts.identity.documents import DocumentInvalid, DocumentType
from accounts.identity.stated import checked_reason
from accounts.notices.services import notify
from accounts.organisations import queries
from accounts.organisations.kinds import DECIDED, MANDATE_CHANGED
from accounts.organisations.models import Mandate, Organisation
from accounts.organisations.stakes import holders_in
from accounts.organisations.states import OrganisationState, Scope, write_scopes
from accounts.proposals.stakes import require_none
from accounts.records import log
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

LONGEST_MANDATE = timedelta(days=366 * 2)
MOST_ORGANISATIONS = 5
MOST_MANDATES = 100
_LAID_DOWN = gettext_noop("Its representative laid it down.")
_ERASED = gettext_noop("The account of its representative was erased.")


def register(*, by: User, name: str, uscc: str, now: datetime | None = None) -> Organisation:
    """Have ``by``, who is verified as a person, answer for an organisation. Staff decides.

    Refused with ``identity_required``, ``too_many_organisations``, ``organisation_open`` or a code of
    :class:`~accounts.identity.documents.DocumentInvalid`.
    """
    now = now or timezone.now()
    if not queries.is_person(by):
        sentence = _("Whoever answers for an organisation must first be verified as a person.")
        raise Refusal("identity_required", sentence, status=403)
    if Organisation.objects.filter(representative=by).count() >= MOST_ORGANISATIONS:
        sentence = _("One person answers for at most %(most)d organisations; ask the staff for more.")
        raise Refusal("too_many_organisations", sentence % {"most": MOST_ORGANISATIONS})
    name, uscc = _checked(name, uscc, now)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=name, uscc=uscc, representative=by, submitted_at=now
            )
            _record("organisation.submitted", organisation, by=by, now=now)
    except IntegrityError as error:
        sentence = _("You already answer for this organisation, or your claim to it waits.")
        raise Refusal("organisation_open", sentence) from error
    return organisation


def approve(*, by: User, organisation: Organisation, now: datetime | None = None) -> Organisation:
    """Accept a pending organisation.

    Refused with ``own_claim``, ``claim_decided``, ``organisation_taken`` and ``identity_required``, where its representative is
    no longer verified.
    """
    now = now or timezone.now()
    require_impartial(by, organisation)
    if not queries.is_person(organisation.representative):
        raise Refusal("identity_required", _("Its representative is not verified as a person any more."))
    try:
        with transaction.atomic():
            _move(organisation, OrganisationState.PENDING, OrganisationState.VERIFIED, by, now)
            _record("organisation.verified", organisation, by=by, now=now)
            _tell(organisation, now)
    except IntegrityError as error:
        sentence = _("Somebody else is already verified as the representative of this organisation.")
        raise Refusal("organisation_taken", sentence) from error
    return organisation


def reject(*, by: User, organisation: Organisation, reason: str, now: datetime | None = None) -> Organisation:
    """Turn a pending organisation down. Refused with ``own_claim``, ``claim_decided`` and the codes of a reason."""
    now, reason = now or timezone.now(), checked_reason(reason)
    require_impartial(by, organisation)
    with transaction.atomic():
        _move(organisation, OrganisationState.PENDING, OrganisationState.REJECTED, by, now, reason=reason)
        _record("organisation.rejected", organisation, by=by, now=now, reason=reason)
        _tell(organisation, now)
    return organisation


def end(
    *, by: User | None, organisation: Organisation, reason: str, now: datetime | None = None
) -> Organisation:
    """End an organisation and every mandate of it at once, by its representative, staff or the system.

    Refused with ``claim_decided`` and the codes of a reason.
    """
    now, reason = now or timezone.now(), checked_reason(reason)
    with transaction.atomic():
        _move(
            organisation,
            OrganisationState(organisation.state),
            OrganisationState.ENDED,
            by,
            now,
            reason=reason,
        )
        standing = organisation.mandates.filter(revoked_at__isnull=True)
        standing.update(revoked_at=now, revoked_by=by)
        _record("organisation.ended", organisation, by=by, now=now, reason=reason)
    return organisation


def end_own(*, by: User, organisation: Organisation, now: datetime | None = None) -> Organisation:
    """Have ``by`` answer for an organisation no longer. Refused with ``not_yours`` and ``claim_decided``."""
    if by.pk != organisation.representative_id:
        raise _not_yours()
    return end(by=by, organisation=organisation, reason=_LAID_DOWN, now=now)


def end_by_staff(
    *, by: User, organisation: Organisation, reason: str, now: datetime | None = None
) -> Organisation:
    """End an organisation by decision of a member of staff, as :func:`end` does. Refused with ``own_claim``, too."""
    require_impartial(by, organisation)
    return end(by=by, organisation=organisation, reason=reason, now=now)


def require_impartial(by: User, organisation: Organisation) -> None:
    """Raise :class:`~accounts.proposals.stakes.Stake` where ``by`` has one in it."""
    sentence = _("Nobody decides on their own organisation: ask another reviewer.")
    require_none(by, holders_in(organisation), sentence, code="own_claim")


def give_mandate(
    *,
    by: User,
    organisation: Organisation,
    delegate_id: str,
    scopes: frozenset[Scope],
    ends_at: datetime,
    now: datetime | None = None,
) -> Mandate:
    """Let the person of the producer id ``delegate_id`` act for an organisation until ``ends_at``, two years at most.

    A mandate that they hold is replaced. Refused with ``not_yours``, ``delegate_unknown`` (no verified person: nobody learns
    which), ``own_mandate``, ``scopes_missing``, ``scope_exceeds``, ``term_invalid`` and ``too_many_mandates``.
    """
    now = now or timezone.now()
    if not queries.may_act(by, organisation, Scope.DELEGATE, now):
        raise _not_yours()
    delegate = _delegate(by, organisation, delegate_id)
    _check_scopes(by, organisation, scopes)
    if not now < ends_at <= now + LONGEST_MANDATE:
        raise Refusal("term_invalid", _("A mandate ends, and within two years."), status=422)
    if organisation.mandates.filter(revoked_at__isnull=True, ends_at__gt=now).count() >= MOST_MANDATES:
        raise Refusal(
            "too_many_mandates",
            _("An organisation has at most %(most)d delegates.") % {"most": MOST_MANDATES},
        )
    with transaction.atomic():
        held = organisation.mandates.filter(delegate=delegate, revoked_at__isnull=True)
        held.update(revoked_at=now, revoked_by=by)
        mandate = Mandate.objects.create(
            organisation=organisation, delegate=delegate, scopes=write_scopes(scopes), given_by=by, begins_at=now, ends_at=ends_at
        )  # fmt: skip
        _record_mandate("mandate.given", mandate, by=by, now=now)
    return mandate


def revoke_mandate(*, by: User, mandate: Mandate, now: datetime | None = None) -> Mandate:
    """Take a mandate back, or lay down one's own. It blocks from this moment.

    Refused with ``not_yours`` and ``mandate_over``.
    """
    now = now or timezone.now()
    is_own = by.pk == mandate.delegate_id
    if not is_own and not queries.may_act(by, mandate.organisation, Scope.DELEGATE, now):
        raise _not_yours()
    with transaction.atomic():
        standing = Mandate.objects.filter(pk=mandate.pk, revoked_at__isnull=True)
        if not standing.update(revoked_at=now, revoked_by=by):
            raise Refusal("mandate_over", _("This mandate has already ended."))
        mandate.refresh_from_db()
        _record_mandate("mandate.revoked", mandate, by=by, now=now)
    return mandate


def on_erasure(sender: object, user: User, now: datetime, **kwargs: object) -> None:
    """End what an erased account answered for, and the mandates that it held."""
    held = Mandate.objects.filter(delegate=user, revoked_at__isnull=True)
    for mandate in held.select_related("organisation", "delegate"):
        Mandate.objects.filter(pk=mandate.pk).update(revoked_at=now)
        _record_mandate("mandate.revoked", mandate, by=None, now=now)
    open_ones = Organisation.objects.filter(
        representative=user, state__in=[OrganisationState.PENDING, OrganisationState.VERIFIED]
    )
    for organisation in open_ones:
        end(
            by=None,
            organisation=organisation,
            reason=_ERASED,
            now=now,
        )


def _checked(name: str, uscc: str, now: datetime) -> tuple[str, str]:
    try:
        document = documents.check(DocumentType.ORGANISATION, uscc, timezone.localdate(now))
        return documents.check_name(name), document.number
    except DocumentInvalid as error:
        raise Refusal(error.code, wording.complain(error), status=422) from error


def _delegate(by: User, organisation: Organisation, producer_id: str) -> User:
    found = User.objects.filter(producer_id=producer_id.strip().upper()).first()
    if found is None or not queries.is_person(found):
        sentence = _("There is no account with this producer id that is verified as a person.")
        raise Refusal("delegate_unknown", sentence, status=422)
    if found.pk in {by.pk, organisation.representative_id}:
        raise Refusal(
            "own_mandate", _("Nobody gives a mandate to themselves, or to whom it comes from."), status=422
        )
    return found


def _check_scopes(by: User, organisation: Organisation, scopes: frozenset[Scope]) -> None:
    """A delegate passes nothing on: whom they name may not name others."""
    if not scopes:
        raise Refusal("scopes_missing", _("Say what the mandate is for."), status=422)
    if Scope.DELEGATE in scopes and by.pk != organisation.representative_id:
        sentence = _("Only the representative lets somebody name further delegates.")
        raise Refusal("scope_exceeds", sentence, status=403)


def _move(
    organisation: Organisation,
    origin: OrganisationState,
    target: OrganisationState,
    by: User | None,
    now: datetime,
    **fields: Any,
) -> None:
    movable = Organisation.objects.filter(pk=organisation.pk, state=origin)
    is_open = origin in {OrganisationState.PENDING, OrganisationState.VERIFIED}
    if not is_open or not movable.update(state=target, decided_by=by, decided_at=now, **fields):
        raise Refusal("claim_decided", _("This has already been decided."))
    organisation.refresh_from_db()


def _record(
    kind: str, organisation: Organisation, *, by: User | None, now: datetime, reason: str = ""
) -> None:
    body: dict[str, JSON] = {
        "organisation": str(organisation.reference),
        "uscc": organisation.uscc,
        "representative": organisation.representative.producer_id,
        "state": str(organisation.state),
    }
    if reason:
        body["reason"] = reason
    subject = f"organisation:{organisation.pk}"
    log.append(kind=kind, subject=subject, body=body, by=by, person=organisation.representative, now=now)


def _record_mandate(kind: str, mandate: Mandate, *, by: User | None, now: datetime) -> None:
    """Both are named: whoever acts, and for whom."""
    organisation = mandate.organisation
    body: dict[str, JSON] = {
        "mandate": str(mandate.reference),
        "organisation": str(organisation.reference),
        "delegate": mandate.delegate.producer_id,
        "scopes": mandate.scopes,
        "ends_at": mandate.ends_at.isoformat(),
    }
    subject = f"organisation:{organisation.pk}"
    log.append(kind=kind, subject=subject, body=body, by=by, person=mandate.delegate, now=now)
    if by is not None and by.pk != mandate.delegate_id:
        _tell_delegate(mandate, now)


def _tell(organisation: Organisation, now: datetime) -> None:
    notify(
        user=organisation.representative, kind=DECIDED.code, subject=f"organisation:{organisation.pk}",
        params={"name": organisation.name}, url_args=[str(organisation.reference)], now=now,
    )  # fmt: skip


def _tell_delegate(mandate: Mandate, now: datetime) -> None:
    organisation = mandate.organisation
    notify(
        user=mandate.delegate, kind=MANDATE_CHANGED.code, subject=f"organisation:{organisation.pk}",
        params={"name": organisation.name}, url_args=[str(organisation.reference)], now=now,
    )  # fmt: skip


def _not_yours() -> Refusal:
    return Refusal(
        "not_yours", _("Only its representative, or a delegate who may name others, can do this."), status=403
    )
