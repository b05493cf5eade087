"""How the JSON interface says no: problem details (RFC 9457)."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from accounts.api.invalid_fields import sentence_of
from accounts.refusals import Refusal

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class InvalidField(Schema):
    """One part of a request that is not as expected. ``where`` leads to it: ``form.declaration.kind``."""

    where: str
    detail: str


class Problem(Schema):
    """RFC 9457 section 3.1, with a stable ``code`` for machines and ``errors`` where fields are wrong."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[InvalidField] = []


# What any operation may answer; each declares it with ``response={200: …, **PROBLEMS}``.
PROBLEMS: dict[int, type[Problem]] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    422: "invalid_request",
    429: "too_many_requests",
}


def problem(request: HttpRequest, status: int, code: str, detail: str, **extra: Any) -> HttpResponse:
    """A problem document. ``detail`` is for people, ``code`` for machines; ``extra`` are further members."""
    document = json.dumps(members(status, code, detail, **extra), ensure_ascii=False)
    return HttpResponse(document, status=status, content_type=MEDIA_TYPE)


def members(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The members of a problem document (RFC 9457 section 3.1)."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **extra}


def install(api: NinjaAPI) -> None:
    """Make every refusal and every error of ``api`` a problem document."""
    handlers: dict[type[Exception], Any] = {
        Refusal: _refused,
        ValidationError: _invalid,
        HttpError: _http_error,
        Http404: _not_found,
        PermissionDenied: _forbidden,
        RequestDataTooBig: _too_large,
        SuspiciousOperation: _malformed,
        MultiPartParserError: _malformed,
        # A form where JSON was expected: it is read as a form before the operation asks for its bytes.
        RawPostDataException: _malformed,
        Exception: _broken,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    response = problem(request, refusal.status, refusal.code, str(refusal.sentence))
    return _with_headers(response, refusal)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    response = problem(request, status, _CODES.get(status, "error"), str(error))
    return _with_headers(response, error)


def _with_headers(response: HttpResponse, error: Exception) -> HttpResponse:
    """An error may carry ``headers`` that belong to its answer (``WWW-Authenticate``, ``Retry-After``)."""
    for name, value in getattr(error, "headers", {}).items():
        response.headers[name] = value
    return response


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"where": ".".join(str(part) for part in each["loc"]), "detail": sentence_of(each)}
        for each in error.errors
    ]
    detail = _("Some parts of the request are not as expected: see errors.")
    return problem(request, 422, _CODES[422], detail, errors=errors)


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, _CODES[404], _("There is nothing at this address, or it is not yours."))


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(request, 403, _CODES[403], _("This token may not do that."))


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(request, 413, _CODES[413], _("The body of the request is larger than what is accepted."))


def _malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, 400, _CODES[400], _("The body of the request cannot be read."))


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """The outermost edge: the caller learns that it was us, the log learns why."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, 500, "internal_error", _("Something broke on our side. It is in our log."))
