from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.records.models import Record
from consent.answers import codes
from consent.answers.models import MOST_TRIES, MailedCode
from consent.requests.models import Request
from tests.interleaved import at_once
from tests.mails import letters

pytestmark = pytest.mark.django_db
Sent = Callable[[], str]


@pytest.fixture
def sent(request_public: Request, django_capture_on_commit_callbacks: Callable[..., object]) -> Sent:
    """Sends a code and returns it, as the person reads it in the mail."""

    def _sent() -> str:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            assert codes.send(request_public, now=timezone.now())
        found = re.search(r"\b\d{6}\b", letters()[-1].body)
        assert found
        return found[0]

    return _sent


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_it_is_right_once(request_public: Request, sent: Sent) -> None:
    code = sent()
    now = timezone.now()
    assert codes.is_right(request_public, code, now=now)
    assert not codes.is_right(request_public, code, now=now)
    assert letters()[-1].to == ["lin@example.com"]
    assert code not in str(MailedCode.objects.values_list("sha256", "salt"))


def test_it_runs_out_and_does_not_come_back(request_public: Request, sent: Sent) -> None:
    code = sent()
    late = timezone.now() + codes.VALID_FOR
    assert not codes.is_right(request_public, wrong(code), now=late - timedelta(seconds=1))
    assert not codes.is_right(request_public, code, now=late)
    with transaction.atomic():  # the clock goes back, and something happens on the site meanwhile
        from consent.history.services import note

        note("answer:0", "code_wrong", by=None, person=None, now=late)
    assert not codes.is_right(request_public, code, now=timezone.now())


def test_it_ends_the_code_before(request_public: Request, sent: Sent) -> None:
    first, second = sent(), sent()
    if first != second:
        assert not codes.is_right(request_public, first, now=timezone.now())
    assert codes.is_right(request_public, second, now=timezone.now())


def test_it_tells_nobody_but_the_person_that_it_is_shut(
    request_public: Request, sent: Sent, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    code = sent()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        for _ in range(MOST_TRIES + 2):
            assert not codes.is_right(request_public, wrong(code), now=timezone.now())
    assert not codes.is_right(request_public, code, now=timezone.now())
    assert [each.to for each in letters()] == [["lin@example.com"]] * 2
    assert "entered wrongly five times" in letters()[-1].body


def test_it_sends_five_a_day(request_public: Request) -> None:
    now = timezone.now()
    assert all(codes.send(request_public, now=now) for _ in range(codes.MOST_A_DAY))
    assert codes.send(request_public, now=now) is None
    assert codes.send(request_public, now=now + timedelta(days=1, seconds=1))


def test_it_knows_no_code_where_none_was_sent(request_public: Request) -> None:
    assert not codes.is_right(request_public, "000000", now=timezone.now())


@pytest.mark.parametrize(
    "impossible",
    [
        {"tries": 6},
        {"tries": 0, "used_at": timezone.now()},
        {"tries": 4, "shut_at": timezone.now()},
        {"ends_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_the_database_refuses_impossible_codes(
    request_public: Request, impossible: dict[str, object]
) -> None:
    made = codes.send(request_public, now=timezone.now())
    assert made
    with pytest.raises(IntegrityError), transaction.atomic():
        MailedCode.objects.filter(pk=made.pk).update(**impossible)


@pytest.mark.django_db(transaction=True)
def test_it_evaluates_five_of_two_hundred_guesses_at_once(request_public: Request) -> None:
    assert codes.send(request_public, now=timezone.now())
    code = re.search(r"\b\d{6}\b", letters()[-1].body)
    assert code
    guesses = [f"{number:06d}" for number in range(201) if f"{number:06d}" != code[0]][:200]

    def guess(ten: list[str]) -> list[bool]:
        return [codes.is_right(request_public, each, now=timezone.now()) for each in ten]

    assert at_once(*[partial(guess, guesses[at::20]) for at in range(20)]) == [[False] * 10] * 20
    assert Record.objects.filter(kind="answer.code_wrong").count() == MOST_TRIES
    assert MailedCode.objects.get().tries == MOST_TRIES
    assert not codes.is_right(request_public, code[0], now=timezone.now())
