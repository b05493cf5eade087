"""A form for people without a cookie …"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.access.own_pages import from_own_pages, is_from_own_page

ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}


@from_own_pages
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "something new", "Origin": settings.SITE_URL}, False),
        ({"Origin": settings.SITE_URL}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver.elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_it_knows_where_a_request_comes_from(headers: dict[str, str], expected: bool) -> None:
    assert is_from_own_page(RequestFactory().post("/", headers=headers)) is expected


def test_it_is_changed_by_this_sites_pages_alone() -> None:
    assert view(RequestFactory().post("/")).status_code == 200
    for method in ("post", "put", "delete", "patch"):
        request = getattr(RequestFactory(), method)("/", headers=ELSEWHERE)
        request.user = AnonymousUser()
        assert view(request).status_code == 403


@pytest.mark.django_db
def test_what_another_site_sends_is_one_line_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/complaints/feedback", {"is_right": "yes"}, headers=ELSEWHERE)
    assert answer.status_code == 403
    (line,) = caplog.records
    assert line.exc_info is None
    assert "Traceback" not in caplog.text


def test_it_is_read_from_anywhere() -> None:
    for method in ("get", "head"):
        assert view(getattr(RequestFactory(), method)("/", headers=ELSEWHERE)).status_code == 200


def test_it_needs_no_token() -> None:
    assert view.csrf_exempt is True  # type: ignore[attr-defined]
