"""How large a request may be, said before a byte of it is read.

Django writes every file of a multipart body to disk as soon as anything asks for the body, even where the view
wants no file. So each view that takes files says how much it takes, and the rest take little.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access.declare import Stated, View

LIMIT_WITHOUT_FILES = 1 << 20
"""Bytes of a request to a view that takes no file; forms are far smaller."""
DRAINED_BYTES = 128 << 20
"""How much of a body that is too large is read and dropped: a browser shows an answer only after it has sent all."""
BODY_LIMIT = Stated("body_limit", LIMIT_WITHOUT_FILES)
"""Bytes of a request that a view takes."""


def takes_body(limit: int) -> Callable[[View], View]:
    """Say that a view takes requests of up to ``limit`` bytes."""

    def decorate(view: View) -> View:
        return BODY_LIMIT.write(view, limit)

    return decorate


def announced_bytes(request: HttpRequest) -> int:
    """The body's length as announced. Without one, a WSGI server hands over no body (PEP 3333)."""
    length = str(request.META.get("CONTENT_LENGTH", ""))
    return int(length) if length.isascii() and length.isdigit() else 0


def drain(request: HttpRequest) -> None:
    """Read and drop the body, up to a limit."""
    left = DRAINED_BYTES
    with suppress(UnreadablePostError):  # the sender hung up
        while left > 0 and (piece := request.read(1 << 20)):
            left -= len(piece)


class BodyLimitMiddleware:
    """Answers 413 for a body beyond what the view takes, before anything reads it.

    Stands before ``CsrfViewMiddleware``, which parses the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse a body that is too large for ``view``."""
        limit = BODY_LIMIT.of(view)
        if announced_bytes(request) <= limit:
            return None
        drain(request)
        return _too_large(request, limit)


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    megabytes = limit >> 20
    sentence = _("The request is too large: at most %(limit)d MB are taken here.") % {"limit": megabytes}
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Content Too Large", "status": 413, "detail": sentence,
                   "code": "too_large"}  # fmt: skip
        return JsonResponse(problem, status=413, content_type="application/problem+json")
    if "application/json" in request.headers.get("Accept", ""):
        errors = {"__all__": [{"code": "too_large", "message": sentence}]}
        return JsonResponse({"errors": errors}, status=413)
    return render(request, "413.html", {"limits": {"max_megabytes": megabytes}}, status=413)
