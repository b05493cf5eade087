"""The page that gives other sites a "check this file" element to embed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access.declare import public

SCRIPT = "js/widget.js"
"""Under the static files, by the name that never changes: other sites have it in their pages."""


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The element to try out, and the lines to copy."""
    script_url = f"{settings.SITE_URL}{settings.STATIC_URL}{SCRIPT}"
    return render(request, "marking/verification/widget.html", {"script_url": script_url})
