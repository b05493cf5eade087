"""The gate before every function that an account can be kept from: the same for pages, API, commands and tasks.

Services ask :func:`require_unlimited`, so that no way around a page leads past it; views say by :func:`performs` what they do, so that a
page answers before it reads a file. A test walks all addresses and finds each function refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.declare import Stated, View
from accounts.refusals import Refusal
from accounts.sanctions.queries import limit_on, shut_by
from accounts.sanctions.states import Function, Step

if TYPE_CHECKING:
    from accounts.sanctions.models import Sanction
    from accounts.users.models import User

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CODES = {Step.LIMIT: "account_limited", Step.SUSPEND: "account_suspended", Step.CLOSE: "account_closed"}
PERFORMS = Stated[frozenset[Function]]("performs", frozenset())
"""What a view keeps limited accounts out of, for the test of all addresses."""


class Limited(Refusal):
    """The account is kept from this. ``sanction`` is what keeps it."""

    def __init__(self, sanction: Sanction) -> None:
        super().__init__(CODES[Step(sanction.step)], _sentence(sanction), status=403)
        self.sanction = sanction


def require_unlimited(user: User, *functions: Function, now: datetime | None = None) -> None:
    """Raise :class:`Limited` where ``user`` is kept from any of ``functions`` at ``now``."""
    found = limit_on(user, functions, now or timezone.now())
    if found is not None:
        raise Limited(found)


def require_open(user: User, *, now: datetime | None = None) -> None:
    """Raise :class:`Limited` where the account is suspended or closed at ``now``."""
    found = shut_by(user, now or timezone.now())
    if found is not None:
        raise Limited(found)


def performs(*functions: Function, on_reading: bool = False) -> Callable[[View], View]:
    """Say that a view performs ``functions``, and keep limited accounts out of it.

    ``on_reading``: whether asking for the address performs them already, as with a download; otherwise only sending to it does.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (on_reading or request.method not in READING) and request.user.is_authenticated:
                found = limit_on(request.user, functions, timezone.now())
                if found is not None:
                    return refused(request, Limited(found))
            return view(request, *args, **kwargs)

        return PERFORMS.write(guarded, frozenset(functions))

    return decorate


def refused(request: HttpRequest, limited: Limited) -> HttpResponseBase:
    """The page that says what an account is kept from, until when, and where it reads why; JSON for a script."""
    if "application/json" in request.headers.get("Accept", ""):
        problem = {"code": limited.code, "message": limited.sentence}
        return JsonResponse({"errors": {"__all__": [problem]}}, status=403)
    context = {"refusal": limited.sentence}
    return render(request, "accounts/sanctions/refused.html", context, status=403)


def _sentence(sanction: Sanction) -> str:
    page = reverse("standing:page")
    if sanction.ends_at is None:
        sentence = _("This account is closed. Why, and how to appeal, is on %(page)s.")
        return sentence % {"page": page}
    until = timezone.localtime(sanction.ends_at).strftime("%Y-%m-%d %H:%M UTC%z")
    sentence = (
        _("This account is suspended until %(until)s. Why, and how to appeal, is on %(page)s.")
        if sanction.step == Step.SUSPEND
        else _("This account may not do this until %(until)s. Why, and how to appeal, is on %(page)s.")
    )
    return sentence % {"until": until, "page": page}
