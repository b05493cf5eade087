"""Every view says who may enter. A test walks the URLconf and fails for one that says nothing.

The site is closed by default (``LoginRequiredMiddleware``); these decorators open a view or narrow it,
and leave what they decided in ``view.access`` for the test and for the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.access.permissions import Permission
from accounts.access.roles import has_permission, permissions_of

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
SIGNED_IN = "signed_in"
PER_OPERATION = "per_operation"
STAFF = "staff"


def declare(view: View, access: str) -> View:
    """Write ``access`` on ``view``."""
    view.access = access  # type: ignore[attr-defined]  # the declaration that the URLconf test reads
    return view


def public(view: View) -> View:
    """Anybody may enter, with or without an account."""
    return declare(login_not_required(view), PUBLIC)


def signed_in(view: View) -> View:
    """Any account may enter; what it sees there is its own."""
    return declare(view, SIGNED_IN)


def per_operation(view: View) -> View:
    """An address of the API: no session, each operation asks for its own token or none."""
    return declare(login_not_required(view), PER_OPERATION)


def staff(view: View) -> View:
    """Holders of any permission may enter; what they see there is what theirs open. Others get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions_of(request.user):
            raise PermissionDenied(STAFF)
        return view(request, *args, **kwargs)

    return declare(guarded, STAFF)


def requires(permission: Permission) -> Callable[[View], View]:
    """Only holders of ``permission`` may enter; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not has_permission(request.user, permission):
                raise PermissionDenied(permission.key)
            return view(request, *args, **kwargs)

        return declare(guarded, permission.key)

    return decorate
