"""Forms for people without a cookie: whether a form was sent from a page of this site.

Django's token against forged requests (CSRF) rests on a cookie, and the public pages set none. What it protects is the
authority of a session; these forms have none and act for nobody. What remains is a foreign page that makes its readers'
browsers send the form, each from its own address and so past the limits per address. Browsers say in the request itself
where it comes from: ``Sec-Fetch-Site`` (W3C Fetch Metadata Request Headers, section 2.3), older ones at least ``Origin``
(RFC 6454 section 7). A page can neither set nor remove either. What sends neither header is no browser of these years,
carries nobody else's address, and is held by the limits alone.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.defaults import permission_denied

from accounts.access.declare import View

OWN = {"same-origin", "none"}  # none: the person's own doing, such as loading the answer again


def from_own_pages(view: View) -> View:
    """Let a view change things without a token, but only for requests that come from this site's pages.

    Others get 403, with nothing changed. Reading stays open to requests from anywhere.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD", "OPTIONS"} and not is_from_own_page(request):
            # Answered, not raised: Django would log a traceback each time. Nor counted: the sender it would count for is the
            # reader of the foreign page, who has asked for nothing.
            return permission_denied(request, PermissionDenied("another site's page sent this"))
        return view(request, *args, **kwargs)

    return guarded


def is_from_own_page(request: HttpRequest) -> bool:
    """Whether the request's own words say that a page of this site sent it, or say nothing."""
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from in OWN
    origin = request.headers.get("Origin")
    return origin is None or origin in {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
