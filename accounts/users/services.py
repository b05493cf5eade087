"""What may be done with accounts and the user agreement."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.roles import Role
from accounts.records import log
from accounts.refusals import Refusal
from accounts.users import agreement_text
from accounts.users.agreement_text import AgreementText
from accounts.users.models import Agreement, AgreementAcceptance, User
from accounts.users.promise import promised_at
from accounts.users.queries import current_agreement
from accounts.users.queries import must_accept as must_accept
from accounts.users.signals import deletion_promised

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

ONE_TIME_PASSWORD_BYTES = 12  # 16 characters, 96 bits


def create_account(
    *, by: User | None, email: str, password: str | None = None, now: datetime | None = None
) -> User:
    """Make an account with a confirmed address; without ``password`` its owner sets one by e-mail.

    Refused with ``email_invalid`` or ``email_taken``.
    """
    with transaction.atomic():
        user = _add_user(email, password)
        _record("account.created", user, by=by, now=now)
    return user


def ensure_operator(*, email: str, now: datetime | None = None) -> str | None:
    """Make the first operator account and answer its one-time password; None where an operator exists.

    Refused with ``email_invalid`` or ``email_taken``.
    """
    operators = User.objects.filter(is_superuser=True, is_active=True)
    if operators.exists():
        return None
    password = secrets.token_urlsafe(ONE_TIME_PASSWORD_BYTES)
    try:
        with transaction.atomic():
            user = _add_user(email, password, is_staff=True, is_superuser=True)
            _record("account.operator_created", user, by=None, now=now)
    except Refusal:
        if operators.exists():  # another process made it meanwhile
            return None
        raise
    return password


def publish_agreement(
    *, by: User | None = None, text: AgreementText | None = None, now: datetime | None = None
) -> Agreement:
    """Publish ``text`` (default: the newest that ships with this software). A second call changes nothing.

    Refused with ``agreement_lacks_marking`` when the section on marking is missing (Labelling Measures Art. 8),
    and with ``agreement_changed`` when this version was published with other words.
    """
    text = text or agreement_text.newest()
    if not text.explains_marking:
        raise Refusal(
            "agreement_lacks_marking",
            _("The agreement must explain the methods and styles of marking in every language."),
        )
    with transaction.atomic():
        agreement, is_new = Agreement.objects.get_or_create(
            version=text.version,
            defaults={
                "body_en": text.body_en,
                "body_zh": text.body_zh,
                "marking_en": text.marking_en,
                "marking_zh": text.marking_zh,
                "sha256": text.sha256,
                "published_at": now or timezone.now(),
            },
        )
        if agreement.sha256 != text.sha256:
            raise Refusal(
                "agreement_changed",
                _("Version %(version)d is published with other words: publish these as a new version.")
                % {"version": text.version},
            )
        if is_new:
            body: dict[str, JSON] = {"version": text.version, "sha256": text.sha256}
            log.append(
                kind="agreement.published", subject=f"agreement:{text.version}", body=body, by=by, now=now
            )
    return agreement


def accept_agreement(*, by: User, version: int, now: datetime | None = None) -> AgreementAcceptance:
    """Accept for oneself the agreement that one has just read. A second call changes nothing.

    Refused with ``agreement_outdated`` when ``version`` is not the one in force.
    """
    current = current_agreement()
    if current is None or current.version != version:
        raise Refusal(
            "agreement_outdated",
            _("Another version of the agreement is in force by now: please read that one."),
        )
    return _accept(by, current, by=by, now=now, on_behalf=False)


def accept_on_behalf(
    *, by: User | None, user: User, now: datetime | None = None
) -> AgreementAcceptance | None:
    """Note that the operator answers for ``user`` having accepted the agreement, and say so in the record.

    None where no agreement is published.
    """
    current = current_agreement()
    return _accept(user, current, by=by, now=now, on_behalf=True) if current else None


def set_role(
    *, by: User | None, user: User, role: type[Role], is_held: bool, now: datetime | None = None
) -> bool:
    """Give ``user`` a role of the staff, or take it. False where nothing changed, and nothing is recorded then."""
    with transaction.atomic():
        group, _is_new = Group.objects.get_or_create(name=role.name)
        if user.groups.filter(pk=group.pk).exists() == is_held:
            return False
        (user.groups.add if is_held else user.groups.remove)(group)
        kind = "account.role_given" if is_held else "account.role_taken"
        _record(kind, user, by=by, now=now, role=role.name)
    return True


def end_all_sessions(*, by: User, now: datetime | None = None) -> int:
    """Sign ``by`` out on every device, this one too. Answers how many sessions ended."""
    with transaction.atomic():
        sessions = list(UserSession.objects.filter(user=by))
        get_adapter().end_sessions(sessions)
        _record("account.sessions_ended", by, by=by, now=now, sessions=len(sessions))
    return len(sessions)


def request_deletion(*, by: User, now: datetime | None = None) -> User:
    """Ask for one's account to be deleted: it is sealed from now on, and erased on the day that its owner is told.

    Refused with ``deletion_already_requested``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        waiting = User.objects.filter(pk=by.pk, deletion_requested_at__isnull=True)
        if not waiting.update(deletion_requested_at=now):
            raise Refusal(
                "deletion_already_requested", _("The deletion of this account has already been requested.")
            )
        promised = promised_at(now)
        _record("account.deletion_requested", by, by=by, now=now, promised=promised.isoformat())
        deletion_promised.send(sender=User, user=by, promised=promised, now=now)
    by.refresh_from_db(fields=["deletion_requested_at"])
    return by


def cancel_deletion(*, by: User, now: datetime | None = None) -> User:
    """Keep an account whose deletion was requested. Refused with ``deletion_not_requested``."""
    with transaction.atomic():
        waiting = User.objects.filter(pk=by.pk, deletion_requested_at__isnull=False)
        if not waiting.update(deletion_requested_at=None):
            raise Refusal("deletion_not_requested", _("The deletion of this account has not been requested."))
        _record("account.deletion_cancelled", by, by=by, now=now)
    by.refresh_from_db(fields=["deletion_requested_at"])
    return by


def _add_user(email: str, password: str | None, **fields: bool) -> User:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refusal("email_invalid", _("This is not an e-mail address."), status=422) from error
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError as error:
        raise Refusal("email_taken", _("There is already an account with this e-mail address.")) from error
    return user


def _accept(
    user: User, agreement: Agreement, *, by: User | None, now: datetime | None, on_behalf: bool
) -> AgreementAcceptance:
    now = now or timezone.now()
    with transaction.atomic():
        acceptance, is_new = AgreementAcceptance.objects.get_or_create(
            user=user, agreement=agreement, defaults={"accepted_at": now, "is_on_behalf": on_behalf}
        )
        if is_new:
            _record(
                "agreement.accepted",
                user,
                by=by,
                now=now,
                version=agreement.version,
                sha256=agreement.sha256,
                on_behalf=on_behalf,
            )
    return acceptance


def _record(kind: str, user: User, *, by: User | None, now: datetime | None, **body: JSON) -> None:
    log.append(kind=kind, subject=f"user:{user.producer_id}", body=body, by=by, person=user, now=now)
