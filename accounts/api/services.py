"""Giving machines access to one's account, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.api.queries import client_for
from accounts.api.tokens import SCOPES
from accounts.identity.queries import is_verified
from accounts.records.log import append
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.models import User

MOST_CLIENTS = 20


@dataclass(frozen=True)
class NewClient:
    """A client and its secret, which is known only now: what is stored is a password hash."""

    client: Client
    secret: str


@transaction.atomic
def create_client(*, by: User, name: str, now: datetime | None = None) -> NewClient:
    """Let a machine called ``name`` act for ``by``, with both scopes and by client credentials alone.

    Refused with ``identity_not_verified`` (403) and ``too_many_clients`` (409).
    """
    if not is_verified(by):
        raise Refusal(
            "identity_not_verified", _("API access needs an accepted real name; yours is not."), status=403
        )
    if Client.objects.filter(owner=by).count() >= MOST_CLIENTS:
        sentence = _("An account has at most %(limit)d clients. Revoke one that is no longer used.")
        raise Refusal("too_many_clients", sentence % {"limit": MOST_CLIENTS})
    secret = get_adapter().generate_client_secret()
    client = _client(by, name)
    client.set_secret(secret)
    client.save(force_insert=True)
    _record("api.client_created", client, by, now)
    return NewClient(client, secret)


@transaction.atomic
def revoke_client(*, by: User, client_id: str, now: datetime | None = None) -> None:
    """End a client of ``by`` and every token it holds, at once. Raises Http404 for anybody else's."""
    client = client_for(by, client_id)
    _record("api.client_revoked", client, by, now)
    client.delete()


def _client(owner: User, name: str) -> Client:
    client = Client(
        owner=owner,
        name=name,
        type=Client.Type.CONFIDENTIAL,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types=Client.ResponseType.NONE,
    )
    client.set_scopes(list(SCOPES))
    client.set_default_scopes(list(SCOPES))
    return client


def _record(kind: str, client: Client, by: User, now: datetime | None) -> None:
    append(
        kind=kind,
        subject=f"client:{client.pk}",
        body={"name": client.name, "scopes": client.get_scopes()},
        by=by,
        person=by,
        now=now,
    )
