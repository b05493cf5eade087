"""Response headers that Django 5.2 does not set by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The site needs none of these; a page that is tricked into embedding something cannot ask for them either.
POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class PermissionsPolicyMiddleware:
    """Adds ``Permissions-Policy`` (W3C Permissions Policy, section 5.1) to every response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response


class PrivatePagesMiddleware:
    """Keeps pages of a signed-in person out of shared caches, and out of the browser's after signing out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


OPEN_TO_SCRIPTS = "/api/v1/verifications"
"""The one address that scripts of other sites may ask: it knows nobody, so an answer tells them nothing about their reader."""
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type",
    "Access-Control-Max-Age": "86400",
}


class OtherSitesMiddleware:
    """Lets scripts of any site read the answers of `OPEN_TO_SCRIPTS`, without credentials (Fetch standard, CORS protocol).

    Stands outside of whatever may refuse a request, so that they can read refusals as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != OPEN_TO_SCRIPTS:
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return HttpResponse(status=204, headers={**CROSS_ORIGIN, **PREFLIGHT})
        response = self.get_response(request)
        for name, value in CROSS_ORIGIN.items():
            response.headers[name] = value
        return response
