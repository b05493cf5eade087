from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.api.idempotency import StillRunning, answer_once, purge_expired, request_digest
from accounts.api.models import IdempotentAnswer
from accounts.refusals import Refusal
from accounts.users.models import User
from tests.accounts.api import sample

pytestmark = pytest.mark.urls("tests.accounts.api.sample")


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> None:
    sample.done.clear()


def draw(
    client: Client, bearer: dict[str, str], key: str | None, title: str = "cat", content: bytes = b"x"
) -> Any:
    headers = bearer if key is None else bearer | {"Idempotency-Key": key}
    fields = {"title": title, "file": SimpleUploadedFile("a.png", content)}
    return client.post("/sample/write", fields, headers=headers)


def test_it_does_every_request_without_a_key(client: Client, bearer: dict[str, str]) -> None:
    assert [draw(client, bearer, None).json()["name"] for _ in range(2)] == ["cat 1", "cat 2"]


def test_it_answers_a_repeated_request_once_more_and_does_it_once(
    client: Client, bearer: dict[str, str]
) -> None:
    first, second = draw(client, bearer, "k"), draw(client, bearer, "k")

    assert sample.done == ["cat"]
    assert (second.status_code, second.content) == (first.status_code, first.content) == (201, first.content)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("other", [{"title": "dog"}, {"content": b"y"}])
def test_it_refuses_another_request_under_the_same_key(
    client: Client, bearer: dict[str, str], other: dict[str, Any]
) -> None:
    draw(client, bearer, "k")

    answer = draw(client, bearer, "k", **other)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_it_tells_json_bodies_apart(client: Client, bearer: dict[str, str]) -> None:
    headers = bearer | {"Idempotency-Key": "k"}

    def note(name: str) -> int:
        return client.post(
            "/sample/note", {"name": name}, content_type="application/json", headers=headers
        ).status_code

    assert [note("a"), note("a"), note("b")] == [201, 201, 422]


def test_it_asks_to_wait_while_the_first_request_runs(client: Client, bearer: dict[str, str]) -> None:
    draw(client, bearer, "k")
    IdempotentAnswer.objects.update(status=None)

    answer = draw(client, bearer, "k")

    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
    assert answer.headers["Retry-After"] == "2"


def test_it_frees_the_key_of_a_request_that_was_refused(client: Client, bearer: dict[str, str]) -> None:
    assert draw(client, bearer, "k", title="refused").json()["code"] == "no_more_paper"
    assert draw(client, bearer, "k").status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_it_refuses_a_malformed_key(client: Client, bearer: dict[str, str], key: str) -> None:
    answer = draw(client, bearer, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


def _request() -> HttpRequest:
    return RequestFactory().post("/x", headers={"Idempotency-Key": "k"})


def _answer(owner: User, number: int, now: datetime) -> dict[str, Any]:
    response = answer_once(_request(), owner, lambda: (200, {"n": number}), now=now)
    return {"replayed": "Idempotent-Replayed" in response.headers, "body": response.content}


def test_it_keeps_keys_of_different_accounts_apart(user: User, other_user: User) -> None:
    now = timezone.now()

    assert _answer(user, 1, now)["body"] == b'{"n": 1}'
    assert _answer(other_user, 2, now)["body"] == b'{"n": 2}'


def test_it_forgets_a_key_after_a_day(user: User) -> None:
    now = timezone.now()
    _answer(user, 1, now)

    assert _answer(user, 2, now + timedelta(hours=23)) == {"replayed": True, "body": b'{"n": 1}'}
    assert _answer(user, 3, now + timedelta(hours=24)) == {"replayed": False, "body": b'{"n": 3}'}


def test_it_purges_what_expired_and_nothing_else(user: User, other_user: User) -> None:
    now = timezone.now()
    _answer(user, 1, now - timedelta(hours=25))
    _answer(other_user, 1, now)

    assert purge_expired() == 1
    assert IdempotentAnswer.objects.get().owner == other_user


def test_it_refuses_with_codes(user: User) -> None:
    request = RequestFactory().post("/x", headers={"Idempotency-Key": ""})

    with pytest.raises(Refusal, match="1 to 255"):
        answer_once(request, user, lambda: (200, {}))


@given(st.binary(max_size=64), st.binary(max_size=64))
@settings(max_examples=30, deadline=None)
def test_the_digest_tells_files_apart_and_boundaries_not(one: bytes, other: bytes) -> None:
    def digest(content: bytes) -> str:
        fields = {"b": "2", "a": ["1", "3"], "file": SimpleUploadedFile("f", content)}
        return request_digest(RequestFactory().post("/x", fields))

    assert (digest(one) == digest(other)) == (one == other)


def test_the_digest_leaves_the_file_readable() -> None:
    request = RequestFactory().post("/x", {"file": SimpleUploadedFile("f", b"content")})
    request_digest(request)

    assert request.FILES["file"].read() == b"content"


def test_it_lets_one_of_two_simultaneous_requests_in(
    transactional_db: None, django_user_model: type[User]
) -> None:
    owner = django_user_model.objects.create_user("ada@example.com")
    first_runs, second_was_answered = Event(), Event()

    def slow() -> tuple[int, dict[str, Any]]:
        first_runs.set()
        assert second_was_answered.wait(10)
        return 200, {"n": 1}

    def ask_first() -> bytes:
        try:
            return answer_once(_request(), owner, slow).content
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        first = other.submit(ask_first)
        assert first_runs.wait(10)
        with pytest.raises(StillRunning):
            answer_once(_request(), owner, lambda: (200, {"n": 2}))
        second_was_answered.set()

    assert first.result() == b'{"n": 1}'
    assert answer_once(_request(), owner, lambda: (200, {"n": 3})).content == b'{"n": 1}'
