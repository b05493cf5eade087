"""Machine tokens: OAuth 2.0 client credentials (RFC 6749 section 4.4), kept by allauth's provider."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.contrib.ninja.security import TokenAuth as ProviderTokenAuth
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, AuthorizationError

from accounts.sanctions.gate import require_open

if TYPE_CHECKING:
    from accounts.users.models import User

WORKS_READ = "works:read"
WORKS_WRITE = "works:write"
SCOPES: dict[str, Promise] = {
    WORKS_READ: gettext_lazy("See your works and download them"),
    WORKS_WRITE: gettext_lazy("Submit works to be marked in your name"),
}
# The token endpoint (RFC 6749 section 3.2).
ENDPOINT = "/identity/o/api/token"
SECRET_BYTES = 32


class OIDCAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth's provider behaves here: two scopes of our own, and secrets that survive HTTP Basic."""

    scope_display = {**DefaultOIDCAdapter.scope_display, **SCOPES}

    def generate_client_secret(self) -> str:
        """256 random bits in letters that need no escaping (allauth's own alphabet holds ``%`` and ``+``)."""
        return secrets.token_urlsafe(SECRET_BYTES)


class TokenMissing(AuthenticationError):
    """No valid token came with the request (RFC 6750 section 3)."""

    def __init__(self, message: str, challenge: str = "Bearer") -> None:
        super().__init__(message=message)
        self.headers = {"WWW-Authenticate": challenge}


class ScopeMissing(AuthorizationError):
    """The token is valid and does not reach this far (RFC 6750 section 3.1)."""

    def __init__(self, scope: str) -> None:
        super().__init__(message=_("This needs a token with the scope %(scope)s.") % {"scope": scope})
        self.headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}


class TokenAuth(ProviderTokenAuth):  # type: ignore[misc]  # allauth has no types
    """Asks for a bearer token that holds ``scope`` and belongs to a client whose owner's account is open.

    The token becomes :attr:`TokenRequest.auth`. Answers 401 without a valid token and 403 for one of another scope.
    """

    openapi_type: str = "oauth2"
    openapi_flows = {"clientCredentials": {"tokenUrl": ENDPOINT, "scopes": SCOPES}}

    def __init__(self, scope: str) -> None:
        # Our own check of the scope tells a missing scope (403) from a missing token (401).
        super().__init__(scope=[])
        self.needed = scope

    def __call__(self, request: HttpRequest) -> Any:
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            raise TokenMissing(
                _("A token is expected in the header Authorization: Bearer …; none was found.")
            )
        token = super().__call__(request)
        if token is None or not _is_open(token.client.owner):
            raise TokenMissing(_("The token is unknown, expired or revoked."), 'Bearer error="invalid_token"')
        require_open(token.client.owner)
        if self.needed not in token.get_scopes():
            raise ScopeMissing(self.needed)
        return token


class TokenRequest(HttpRequest):
    """A request that :class:`TokenAuth` let in. ``auth``: the token, allauth's, as django-ninja keeps it."""

    auth: Any


def owner_of(request: TokenRequest) -> User:
    """The account in whose name the token of a request acts."""
    owner: User = request.auth.client.owner
    return owner


def _is_open(owner: User | None) -> bool:
    return owner is not None and owner.is_active
