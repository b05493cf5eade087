from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_it_remembers_a_language_that_somebody_chose() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language", {"language": "zh-hans", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    cookie = answer.cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("zh-hans", True, "Lax")
    assert 'lang="zh-hans"' in client.get("/").content.decode().lower()


def test_it_follows_the_browser_where_nobody_chose(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-hans"' in page.content.decode().lower()
    assert not page.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post("/language", {"language": "en", "next": target})["Location"] == "/"


@pytest.mark.parametrize("language", ["", "fr", "zh-hans\x00", "../../etc"])
def test_it_speaks_only_its_languages(client: Client, language: str) -> None:
    answer = client.post("/language", {"language": language})
    assert answer.status_code == 400
    assert not answer.cookies


def test_it_changes_nothing_when_it_is_only_looked_at(client: Client) -> None:
    assert client.get("/language").status_code == 405


def test_it_is_offered_where_coming_back_loses_nothing(client: Client) -> None:
    switch = 'action="/language"'
    assert switch in client.get("/complaints/new").content.decode()
    assert switch not in client.post("/complaints/new", {"token": "0" * 32}).content.decode()
    assert switch in client.get("/no/such/page").content.decode()
