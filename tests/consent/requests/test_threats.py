"""What a requester must not learn, and must not do. Each of these fails without its defence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.contacts.opting_out import opt_out
from consent.history.models import Event
from consent.requests import holding, quotas, services
from consent.requests.delivery import deliver
from consent.requests.holding import Arrival
from consent.requests.lifecycle import move
from consent.requests.links import request_by_token, token_for
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.requests.sweeping import sweep
from consent.scope.documents import read_scope
from tests.consent.people import account
from tests.consent.requests.asking import ADDRESS, fields, sent
from tests.mails import letters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MASKED = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"),
    (re.compile(r'name="csrfmiddlewaretoken" value="\w+"'), "CSRF"),
    (re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?"), "TIME"),
    (re.compile(r"\w+\d*@\w+\.example|lin@example\.com"), "ADDRESS"),
)


def masked(answer: HttpResponse) -> tuple[int, str]:
    """An answer with ids, times and the address masked: its status, where it leads, its body."""
    text = f"{answer.get('Location', '')}\n{answer.content.decode()}"
    for pattern, word in MASKED:
        text = pattern.sub(word, text)
    return answer.status_code, text


@pytest.fixture
def browser(client: Client, creator: User) -> Client:
    client.force_login(creator)
    return client


def at(which: str, request: Request) -> str:
    return reverse(f"requests:{which}", args=[request.reference])


# --- enumeration (A-5) ---------------------------------------------------------------------------------------------------


def _registered(count: int) -> list[str]:
    users = User.objects.bulk_create(
        User(email=f"r{number}@known.example", password="!") for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, verified=True, primary=True) for each in users
    )
    return [each.email for each in users]


def _queries(act: Callable[[], Any]) -> tuple[Any, int]:
    """What ``act`` answers, and how many queries it took."""
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    return answer, len(queries)


def _asked(browser: Client, form: dict[str, Any], address: str) -> tuple[list[tuple[int, str]], int]:
    """Ask ``address`` by the pages: what they answer, and how many queries that took."""

    def ask() -> list[HttpResponse]:
        made = browser.post(reverse("requests:new"), {**form, "address": address})
        reference = made.headers["Location"].rsplit("/", 1)[-1]
        sending = browser.post(reverse("requests:send", args=[reference]))
        return [made, sending, browser.get(reverse("requests:detail", args=[reference]))]

    answers, count = _queries(ask)
    return [masked(each) for each in answers], count


def _allow(settings: Settings, most: int) -> None:
    values = {**settings.ENVIRONMENT.values, "YINJI_REQUESTS_PER_DAY": most}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values=values)


def test_it_asks_a_hundred_registered_and_a_hundred_unknown_contacts_in_as_many_steps(
    creator: User, settings: Settings
) -> None:
    _allow(settings, 1000)
    sent(creator, "first@unknown.example")  # what is only loaded once
    registered = {_queries(lambda: sent(creator, each))[1] for each in _registered(100)}  # noqa: B023
    unknown = {_queries(lambda: sent(creator, f"u{number}@unknown.example"))[1] for number in range(100)}  # noqa: B023
    assert registered == unknown
    assert len(registered) == 1


def test_it_shows_the_same_pages_for_registered_and_unknown_contacts(browser: Client, creator: User) -> None:
    form = fields(creator)
    _asked(browser, form, "first@unknown.example")
    registered = [_asked(browser, form, each) for each in _registered(5)]
    assert registered == [_asked(browser, form, f"u{number}@unknown.example") for number in range(5)]
    assert all(each == registered[0] for each in registered)


def test_it_takes_as_many_steps_for_an_address_that_somebody_else_asked_before(
    browser: Client, creator: User, person: User
) -> None:
    form = fields(creator)
    _asked(browser, form, "first@unknown.example")
    sent(person, "known@unknown.example")
    assert _asked(browser, form, "known@unknown.example") == _asked(browser, form, "new@unknown.example")


# --- silent safety (A-16) ------------------------------------------------------------------------------------------------


def _register_person() -> User:
    return account(ADDRESS, "Lin Mei")


def _answer(request: Request, state: RequestState) -> None:
    """The person opens the link, shows who they are, and ends it as ``state``, as their own room does."""
    person, now = User.objects.get(email=ADDRESS), timezone.now()
    request.refresh_from_db()
    move(request, RequestState.VIEWED, by=person, now=now)
    if state is not RequestState.VIEWED:
        move(request, RequestState.CONFIRMED, by=person, now=now, person=person)
        move(request, state, by=person, now=now, answered_at=now)


@contextmanager
def _blocked() -> Iterator[None]:
    holding.register("blocks", lambda person, request: Arrival.REFUSE)
    yield
    holding.forget("blocks")


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _as(state: RequestState) -> Callable[[Request], None]:
    return lambda request: _answer(request, state)


def _out(request: Request) -> None:
    opt_out(request.contact)


def _none(request: Request) -> None:
    return None


SCENES: dict[str, tuple[bool, Callable[..., Any], Callable[[Request], None], Callable[[Request], None]]] = {
    "expired": (True, _nothing, _none, _none),
    "unknown": (False, _nothing, _none, _none),
    "blocked": (True, _blocked, _none, _none),
    "opted_out": (True, _nothing, _out, _none),
    "viewed": (True, _nothing, _none, _as(RequestState.VIEWED)),
    "refused": (True, _nothing, _none, _as(RequestState.REFUSED)),
    "misdirected": (True, _nothing, _none, _as(RequestState.MISDIRECTED)),
    "reported": (True, _nothing, _none, _as(RequestState.REPORTED)),
}
"""Whether the person has an account, who stands at the door, what happens before the delivery, and after it."""


def _trace(browser: Client, creator: User, scene: str, end: str) -> list[object]:
    """All that a requester can get to see of one request, from its form to what follows its end."""
    is_registered, door, before, after = SCENES[scene]
    if is_registered:
        _register_person()
    seen, form = [], fields(creator)
    with door():
        seen.append(masked(browser.post(reverse("requests:new"), form)))
        request = Request.objects.get()
        seen.append(masked(browser.post(at("send", request))))
        before(request)
        deliver(request.pk)
        after(request)
        seen += _look_around(browser, request)
        _let_pass(4 * DAY)
        seen += ENDS[end](browser, request, form)
    events = Event.objects.filter(subject=request.log_subject).values_list("event", "by")
    return [*seen, list(events)]


def _wait(browser: Client, request: Request, form: dict[str, Any]) -> list[object]:
    """Remind, try to ask again, and wait until the deadline is over."""
    seen: list[object] = [masked(browser.post(at("remind", request), follow=True))]
    seen.append(masked(browser.get(at("edit", request))))
    seen.append(masked(browser.post(reverse("requests:new"), form)))  # open still, as far as they know
    _let_pass(11 * DAY)
    sweep()
    seen += _look_around(browser, request)
    seen.append(masked(browser.post(at("cancel", request), follow=True)))
    return [*seen, *_ask_again(browser, form)]


def _cancel(browser: Client, request: Request, form: dict[str, Any]) -> list[object]:
    """Take it back, and ask again."""
    seen = [masked(browser.post(at("cancel", request), follow=True)), *_look_around(browser, request)]
    return [*seen, *_ask_again(browser, form)]


def _edit(browser: Client, request: Request, form: dict[str, Any]) -> list[object]:
    """Send another version."""
    seen = [masked(browser.post(at("edit", request), {**form, "outputs": 1}, follow=True))]
    deliver(Request.objects.get(version=2).pk)
    return [*seen, *_look_around(browser, request)]


def _ask_again(browser: Client, form: dict[str, Any]) -> list[object]:
    browser.post(reverse("requests:new"), form)
    latest = Request.objects.latest("created_at")
    seen = [masked(browser.post(at("send", latest), follow=True))]
    deliver(latest.pk)
    return [*seen, *_look_around(browser, latest)]


ENDS = {"wait": _wait, "cancel": _cancel, "edit": _edit}
"""What the requester does four days after they sent it."""


def _look_around(browser: Client, request: Request) -> list[object]:
    shelves = [browser.get(reverse("requests:list"), {"shown": each}) for each in ("", "no_answer")]
    return [masked(each) for each in (browser.get(at("detail", request)), *shelves)]


def _let_pass(time: timedelta) -> None:
    """Move all times of requests back, as if ``time`` had passed."""
    moments = (
        "created_at",
        "sent_at",
        "answer_by",
        "answered_at",
        "reminded_at",
        "delivered_at",
        "deliver_at",
    )
    Request.objects.update(**{name: F(name) - time for name in moments})


@pytest.mark.parametrize("end", ENDS)
def test_it_shows_the_requester_the_same_whatever_the_person_does(
    browser: Client, creator: User, end: str
) -> None:
    traces = {}
    for scene in SCENES:
        with transaction.atomic():
            traces[scene] = _trace(browser, creator, scene, end)
            transaction.set_rollback(True)
    assert [scene for scene, trace in traces.items() if trace != traces["expired"]] == []


@pytest.mark.parametrize("act", ["cancel", "edit"])
def test_it_lets_a_requester_drop_what_ended_without_their_knowledge(
    creator: User, person: User, act: str
) -> None:
    request = sent(creator)
    deliver(request.pk)
    _answer(request, RequestState.REFUSED)
    (services.cancel if act == "cancel" else _edited)(by=creator, request=request)
    request.refresh_from_db()
    assert request.state == RequestState.REFUSED
    assert request.dropped_as == ("cancelled" if act == "cancel" else "superseded")


def _edited(*, by: User, request: Request) -> Request:
    return services.edit(by=by, request=request, scope=read_scope(request.scope))


# --- a requester who harasses --------------------------------------------------------------------------------------------


def test_it_brings_nothing_more_from_whom_the_person_refused(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request = sent(creator)
    deliver(request.pk)
    _answer(request, RequestState.REFUSED)
    EmailAddress.objects.create(user=person, email="other@example.com", verified=True)
    for address, work in ((ADDRESS, "work:0000000001"), ("other@example.com", "work:0000000002")):
        again = sent(creator, address, subject=work)
        with django_capture_on_commit_callbacks(execute=True):
            assert not deliver(again.pk)
    assert len(letters()) == 1


def test_it_sends_three_requests_in_thirty_days_to_one_contact_edits_among_them(creator: User) -> None:
    first = sent(creator)
    second = _edited(by=creator, request=first)
    _edited(by=creator, request=second)
    with pytest.raises(Refusal) as refused:
        sent(creator, subject="work:0000000001")
    assert refused.value.code == "asked_often"
    services.cancel(by=creator, request=Request.objects.get(version=3))
    _let_pass(quotas.WINDOW)
    assert sent(creator, subject="work:0000000002").state == RequestState.HELD


def test_it_sends_so_many_requests_a_day(creator: User, settings: Settings) -> None:
    _allow(settings, 2)
    sent(creator, "a@example.com")
    sent(creator, "b@example.com")
    with pytest.raises(Refusal) as refused:
        sent(creator, "c@example.com")
    assert (refused.value.code, refused.value.status) == ("too_many_requests", 429)


def test_it_leaves_a_person_alone_for_thirty_days_after_an_open_refusal(creator: User, person: User) -> None:
    request, now = sent(creator), timezone.now()
    deliver(request.pk)
    _answer(request, RequestState.REFUSED)
    Request.objects.filter(pk=request.pk).update(refused_openly=True)
    with pytest.raises(Refusal) as refused:
        sent(creator, subject="work:0000000001", now=now + 29 * DAY)
    assert refused.value.code == "cooling_down"
    assert sent(creator, subject="work:0000000002", now=now + 31 * DAY)


# --- a request that is edited after it was read ----------------------------------------------------------------------------


def test_it_lets_nobody_answer_a_version_that_was_replaced(creator: User, person: User) -> None:
    request = sent(creator)
    deliver(request.pk)
    _answer(request, RequestState.VIEWED)
    read = Request.objects.get(pk=request.pk)
    wider = replace(read_scope(request.scope), outputs=300)
    services.edit(by=creator, request=request, scope=wider)
    assert request_by_token(token_for(read)) is None
    with pytest.raises(Refusal) as refused:
        move(read, RequestState.CONFIRMED, by=person, now=timezone.now(), person=person)
    assert refused.value.status == 409
