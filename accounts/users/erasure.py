"""Carrying out the deletion of an account once the law lets go of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import services as identity
from accounts.records import log
from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import keeps_account
from accounts.users.models import User
from accounts.users.promise import RETENTION as RETENTION
from accounts.users.promise import promised_at
from accounts.users.signals import account_erased, account_erasing
from accounts.vault.sealing import destroy, is_erased

if TYPE_CHECKING:
    from accounts.records.canonical import JSON


def erase_account(*, by: User | None, user: User, now: datetime | None = None) -> User:
    """Erase all personal data of an account whose deletion was requested :data:`RETENTION` ago.

    What stays is the row with its producer id, closed and nameless, since works and records point at it. Rooms that keep more of a
    person listen to :data:`accounts.users.signals.account_erasing`, and :data:`~accounts.users.signals.account_erased`.
    A second call changes nothing. Refused with ``deletion_not_requested``, ``retention_runs``, or ``held``.
    """
    now = now or timezone.now()
    _refuse_early(user, now)
    with transaction.atomic():
        _refuse_held(user, now)
        User.objects.select_for_update().get(pk=user.pk)
        if is_erased(user):
            return user
        account_erasing.send(sender=User, user=user, now=now)
        identity.erase(by=by, user=user, now=now)
        log.append(
            kind="account.erased",
            subject=f"user:{user.producer_id}",
            body=_dates(user),
            by=by,
            person=None,
            now=now,
        )
        destroy(user, now=now)
        account_erased.send(sender=User, user=user, now=now)
        _remove_ways_in(user)
        _close(user)
    return user


def _refuse_early(user: User, now: datetime) -> None:
    if user.deletion_requested_at is None:
        raise Refusal("deletion_not_requested", _("The deletion of this account has not been requested."))
    earliest = promised_at(user.deletion_requested_at)
    if now < earliest:
        sentence = _("The law keeps the data of this account until %(date)s.")
        raise Refusal("retention_runs", sentence % {"date": timezone.localdate(earliest).isoformat()})


def _refuse_held(user: User, now: datetime) -> None:
    turns.to_erase()
    if keeps_account(user, now):
        raise Refusal("held", _("The law keeps what proceedings need; it is erased when they have ended."))


def _dates(user: User) -> dict[str, JSON]:
    requested = user.deletion_requested_at or user.created_at
    return {"requested": requested.isoformat(), "promised": promised_at(requested).isoformat()}


def _remove_ways_in(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    for model in (EmailAddress, Authenticator, Token):
        model.objects.filter(user=user).delete()
    Client.objects.filter(owner=user).delete()
    user.groups.clear()


def _close(user: User) -> None:
    user.email = f"{user.producer_id.lower()}@erased.invalid"  # RFC 2606: reaches nobody
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
