"""Every view says who may enter. A test walks the URLconf and fails for one that says nothing.

The site is closed by default (``LoginRequiredMiddleware``); these decorators open a view or narrow it,
and leave what they decided in ``ACCESS`` for the test and for the reader.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.access.permissions import Permission
from accounts.access.roles import has_permission, permissions_of

View = Callable[..., HttpResponseBase]
Value = TypeVar("Value")

PUBLIC = "public"
SIGNED_IN = "signed_in"
PER_OPERATION = "per_operation"
STAFF = "staff"


@dataclass(frozen=True)
class Stated(Generic[Value]):
    """Something that views state about themselves; ``unsaid``: what holds of a view that does not.

    It stands on the function, as Django's own ``login_required`` does, where ``functools.wraps`` hands it on to decorators above.
    """

    name: str
    unsaid: Value

    def write(self, view: View, value: Value) -> View:
        """State ``value`` of ``view``."""
        vars(view)[self.name] = value
        return view

    def of(self, view: object) -> Value:
        """What ``view`` states."""
        return cast(Value, getattr(view, self.name, self.unsaid))


ACCESS = Stated[str | None]("access", None)
"""Who may enter a view: one of the words above, another room's, or the key of a permission."""


def declare(view: View, access: str) -> View:
    """State that ``view`` is open to ``access``."""
    return ACCESS.write(view, access)


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
