"""How allauth behaves here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.users.models import User


@dataclass(frozen=True)
class Site:
    """What mails call the site they come from."""

    name: str
    domain: str


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """A new account goes on to its real name; mails name this site, whatever host the request asked for."""

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:page")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links lead to ``SITE_URL``.

        allauth builds them from the request's Host header, which is the sender's to choose: a reset link that
        somebody else asked for must not carry its key to another port.
        """
        links = {name: _on_this_site(value) for name, value in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, {**context, **links, "current_site": _site()})

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # allauth counts failed attempts for each Host header apart: another port would be a fresh start.
        login = str(credentials.get("email") or credentials.get("username") or "")
        return f"{_site().domain}:{login.lower()}"


def display_name(user: User) -> str:
    """How the site addresses the account's own holder: by the address they gave, never to anybody else."""
    return user.email


def _site() -> Site:
    return Site(name="Yinji 印记", domain=urlsplit(settings.SITE_URL).netloc)


def _on_this_site(url: str) -> str:
    own = urlsplit(settings.SITE_URL)
    return urlsplit(url)._replace(scheme=own.scheme, netloc=own.netloc).geturl()
