from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.urls("tests.accounts.api.sample"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("refusal", 409, "no_more_paper"),
        ("missing", 404, "not_found"),
        ("forbidden", 403, "forbidden"),
        ("large", 413, "too_large"),
        ("suspicious", 400, "bad_request"),
        ("broken", 500, "internal_error"),
    ],
)
def test_it_answers_every_error_as_a_problem_document(
    client: Client, how: str, status: int, code: str
) -> None:
    answer = client.get(f"/sample/fail/{how}")

    document = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code)
    assert document["type"] == "about:blank"
    assert "secret detail" not in answer.content.decode()


def test_it_says_the_sentence_of_a_refusal(client: Client) -> None:
    assert client.get("/sample/fail/refusal").json()["detail"] == "The printer is out of paper."


def test_it_logs_what_broke(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/sample/fail/broken")

    assert "GET /sample/fail/broken failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_it_says_which_fields_are_wrong(client: Client, bearer: dict[str, str]) -> None:
    answer = client.post("/sample/write", {}, headers=bearer)

    document = answer.json()
    assert (answer.status_code, document["code"]) == (422, "invalid_request")
    assert {error["where"] for error in document["errors"]} == {"form.title", "file.file"}


def test_it_answers_unreadable_bodies(client: Client, bearer: dict[str, str]) -> None:
    broken_json = client.post("/sample/note", b"{", content_type="application/json", headers=bearer)
    broken_form = client.post(
        "/sample/write", b"x", content_type="multipart/form-data; boundary=" + "é" * 300, headers=bearer
    )

    assert (broken_json.status_code, broken_json.json()["code"]) == (400, "bad_request")
    assert (broken_form.status_code, broken_form.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("address", ["/sample/", "/sample/nothing", "/sample/nothing/here"])
def test_it_answers_unknown_addresses(client: Client, address: str) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_it_answers_other_methods(client: Client) -> None:
    answer = client.delete("/sample/read")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET"


def test_it_limits_callers_without_a_token_by_address(client: Client) -> None:
    statuses = [client.get("/sample/rare", REMOTE_ADDR="203.0.113.7").status_code for _ in range(3)]
    elsewhere = client.get("/sample/rare", REMOTE_ADDR="203.0.113.8")

    assert (statuses, elsewhere.status_code) == ([200, 200, 429], 200)


def test_it_counts_ipv6_addresses_of_one_network_as_one(client: Client) -> None:
    ends = ("1", "2", "ffff:3")
    statuses = [client.get("/sample/rare", REMOTE_ADDR=f"2001:db8:77:7::{end}").status_code for end in ends]
    assert statuses == [200, 200, 429]


def test_it_lets_everybody_in_while_nothing_can_be_counted(client: Client, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert {client.get("/sample/rare").status_code for _ in range(3)} == {200}


def test_it_limits_callers_with_a_token_by_account(client: Client, bearer: dict[str, str]) -> None:
    assert client.get("/sample/rare-with-token", headers=bearer).status_code == 200

    answer = client.get("/sample/rare-with-token", headers=bearer, REMOTE_ADDR="203.0.113.9")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "30"
