"""How allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from accounts.users.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """A new account goes on to its real name: nothing else is open to it before."""

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:page")


def display_name(user: User) -> str:
    """How the site addresses the account's own holder: by the address they gave, never to anybody else."""
    return user.email
