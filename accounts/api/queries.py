"""Reading clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.idp.oidc.models import Client
from django.http import Http404

if TYPE_CHECKING:
    from accounts.users.models import User


def clients_of(user: User) -> list[Client]:
    """The clients of ``user``, newest first. There are never many."""
    return list(Client.objects.filter(owner=user).order_by("-created_at"))


def client_for(user: User, client_id: str) -> Client:
    """One client of ``user``. Raises Http404 for anybody else's."""
    found = Client.objects.filter(owner=user, pk=client_id).first()
    if found is None:
        raise Http404("There is no such client of this account.")
    return found
