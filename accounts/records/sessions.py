"""Through which session or token somebody acts, as records tell it: by a keyed commitment, never by the key of the session."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.vault.blind_index import blind_index

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

NONE = "none"
"""Nobody's session: the system acts, or somebody from the command line."""
NOT_KNOWN = "not_known"
"""What is said later of a record that was written before sessions were recorded."""
PAGE, API = "page", "api"

_answered: ContextVar[HttpRequest | None] = ContextVar("request that is being answered", default=None)


class RecordedSessionMiddleware:
    """Lets records that are written while a request is answered say through which session or token that was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _answered.set(request)
        try:
            return self._get_response(request)
        finally:
            _answered.reset(before)


def session_of(by: User | None, *, about: str) -> JSON:
    """The session or token of the current request if ``by`` acts through it; :data:`NONE` otherwise.

    The commitment is 64 hex digits under a key that is not in the database. ``about``: of whom or what the record is. What one session did
    about one of them has one commitment, so that nobody without the key can lay what is told of two people side by side.
    """
    request = _answered.get()
    if by is None or request is None:
        return NONE
    way, secret = _acting(request, by)
    if not secret:
        return NONE
    return {"way": way, "commitment": blind_index("record.session", f"{about} {way} {secret}").hex()}


def _acting(request: Any, by: User) -> tuple[str, str | None]:
    token = getattr(request, "auth", None)  # set by django-ninja
    if token is not None:
        return API, token.hash if token.client.owner_id == by.pk else None
    # Asked late: signing in gives a session another key.
    return PAGE, request.session.session_key if request.user.pk == by.pk else None
