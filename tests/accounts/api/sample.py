"""A small interface over the edge, mounted as a URLconf of its own, for the tests of this folder."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from accounts.api.edge import Edge
from accounts.api.idempotency import answer_once
from accounts.api.problems import PROBLEMS
from accounts.api.throttles import CallerThrottle
from accounts.api.tokens import TokenAuth, TokenRequest, owner_of
from accounts.refusals import Refusal
from config.urls import urlpatterns as site

api = Edge(title="Sample", version="sample", docs_url=None)

ERRORS: dict[str, Exception] = {
    "refusal": Refusal("no_more_paper", "The printer is out of paper.", status=409),
    "missing": Http404("secret detail"),
    "forbidden": PermissionDenied("secret detail"),
    "large": RequestDataTooBig("secret detail"),
    "suspicious": SuspiciousOperation("secret detail"),
    "broken": ZeroDivisionError("secret detail"),
}


class Answer(Schema):
    """Whatever."""

    name: str


class Drawing(Schema):
    """A form with one bounded field."""

    title: str


@api.get("/read", auth=TokenAuth("works:read"), response={200: Answer, **PROBLEMS})
def read(request: TokenRequest) -> Any:
    return {"name": owner_of(request).producer_id}


@api.post("/write", auth=TokenAuth("works:write"), response={201: Answer, **PROBLEMS})
def write(request: TokenRequest, drawing: Form[Drawing], file: File[UploadedFile]) -> HttpResponse:
    def produce() -> tuple[int, dict[str, Any]]:
        if drawing.title == "refused":
            raise ERRORS["refusal"]
        done.append(drawing.title)
        return 201, {"name": f"{drawing.title} {len(done)}"}

    return answer_once(request, owner_of(request), produce)


@api.post("/note", auth=TokenAuth("works:write"), response={201: Answer, **PROBLEMS})
def note(request: TokenRequest, answer: Answer) -> HttpResponse:
    return answer_once(request, owner_of(request), lambda: (201, {"name": answer.name}))


@api.get("/fail/{how}", auth=None, response={200: Answer, **PROBLEMS})
def fail(request: HttpRequest, how: str) -> Any:
    raise ERRORS[how]


@api.get("/rare", auth=None, throttle=[CallerThrottle(with_token=0, without_token=2, clock=lambda: 90.0)])
def rare(request: HttpRequest) -> dict[str, str]:
    return {"name": "rare"}


@api.get(
    "/rare-with-token",
    auth=TokenAuth("works:read"),
    throttle=[CallerThrottle(with_token=1, without_token=9, clock=lambda: 90.0)],
)
def rare_with_token(request: HttpRequest) -> dict[str, str]:
    return {"name": "rare"}


done: list[str] = []
urlpatterns = [path("sample/", api.urls), path("", include(site))]
