"""The gate in front of everything that publishes (Deep Synthesis Provisions Art. 9)."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.access.declare import View, declare
from accounts.identity.queries import is_verified

VERIFIED = "verified"


def verified(view: View) -> View:
    """Only accounts with an accepted real name may enter; others are sent to the page where they give one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if is_verified(request.user):
            return view(request, *args, **kwargs)
        sentence = _("First say who you are: this needs an accepted real name.")
        if "application/json" in request.headers.get("Accept", ""):
            # A script that uploads cannot follow a redirect to a form.
            problem = {"code": "identity_required", "message": sentence}
            return JsonResponse({"errors": {"__all__": [problem]}}, status=403)
        messages.warning(request, sentence)
        return redirect("identity:page")

    return declare(guarded, VERIFIED)
