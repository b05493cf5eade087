"""The edge that all apps share: one NinjaAPI whose errors, access and description are ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from accounts.access.bodies import takes_body
from accounts.access.declare import View, per_operation
from accounts.api import idempotency, problems

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST_KEY},
    "description": "A request sent again with the same key is answered again and not done twice.",
}

BODY_LIMIT = 61 << 20
"""Bytes of a request: a file of 60 MiB and what a form adds to it. Tokens are checked before it is read."""


class Edge(NinjaAPI):
    """A NinjaAPI that answers with problem documents, unknown addresses and methods included, and says so.

    Its addresses are open to callers who are not signed in: every operation asks for its own token. ``body_limits``:
    bytes of a request by the name of its address, where that is not `BODY_LIMIT`.
    """

    def __init__(self, *, body_limits: Mapping[str, int] | None = None, **options: Any) -> None:
        self._body_limits = body_limits or {}
        super().__init__(**options)
        problems.install(self)

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """The URL configuration, with the access of each view declared."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            limit = self._body_limits.get(getattr(pattern, "name", ""), BODY_LIMIT)
            pattern.callback = takes_body(limit)(per_operation(self._answering(pattern.callback)))
        patterns.append(re_path("", per_operation(csrf_exempt(self._answering(_nothing)))))
        return patterns, app_name, namespace

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Any:
        """OpenAPI 3.1, in which errors have the media type that they are sent with."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _name_problems(operation["responses"])
                if method == "post" and "security" in operation:
                    operation["parameters"].append(IDEMPOTENCY_KEY)
        return schema

    def _answering(self, view: Any) -> View:
        """``view``, with what Django would answer as a page turned into problem documents."""

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                response = view(request, *args, **kwargs)
            except Http404 as error:
                return self.on_exception(request, error)
            return _method_not_allowed(request, response) if response.status_code == 405 else response

        return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    raise Http404(request.path)


def _method_not_allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    detail = _("The method %(method)s is not offered here.") % {"method": request.method}
    answer = problems.problem(request, 405, "method_not_allowed", detail)
    answer.headers["Allow"] = response.headers["Allow"]
    return answer


def _name_problems(responses: dict[int, Any]) -> None:
    for status, response in responses.items():
        if status >= 400 and "content" in response:
            response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}
