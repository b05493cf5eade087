"""A page where Django answers with nothing: an address that was asked in a way it does not take."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

NOT_ALLOWED = 405


class NotAllowedPageMiddleware:
    """Puts ``405.html`` into empty answers of status 405 (RFC 9110 section 15.5.6). ``Allow`` stays as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and not response.streaming and not response.content:
            response.content = render_to_string("405.html", request=request)
        return response
