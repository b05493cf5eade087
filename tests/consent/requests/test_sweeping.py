from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.records.models import Record
from accounts.users.models import User
from consent.requests import services, tasks
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.requests.sweeping import expire_overdue, sweep
from tests.consent.requests.asking import drafted, sent
from tests.mails import letters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_expires_what_ran_out_once_and_no_draft(creator: User) -> None:
    now = timezone.now()
    request, draft = sent(creator, now=now), drafted(creator, "x@example.com", now=now)
    assert sweep(now=now + 13 * DAY) == 0
    assert (sweep(now=now + 14 * DAY), sweep(now=now + 14 * DAY)) == (1, 0)
    request.refresh_from_db()
    draft.refresh_from_db()
    assert (request.state, draft.state) == (RequestState.EXPIRED, RequestState.DRAFT)
    assert Record.objects.filter(subject=request.answer_subject, kind="answer.expired").count() == 1


def test_a_draft_that_was_left_lying_is_cancelled_after_a_year(creator: User) -> None:
    now = timezone.now()
    draft = drafted(creator, "x@example.com", now=now)
    for days, state in ((364, "draft"), (365, "cancelled"), (366, "cancelled")):
        sweep(now=now + days * DAY)
        draft.refresh_from_db()
        assert draft.state == state
    assert Record.objects.filter(subject=draft.log_subject, kind="request.cancelled").count() == 1


def test_it_leaves_an_offer_time_to_be_taken(countered: Request) -> None:
    answered = countered.answered_at
    assert answered is not None
    Request.objects.filter(pk=countered.pk).update(answer_by=answered + timedelta(minutes=1))
    assert expire_overdue(answered + 13 * DAY) == 0
    assert expire_overdue(answered + 14 * DAY) == 1


def test_it_delivers_and_reminds_where_a_message_was_lost(
    creator: User, person: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    request, now = sent(creator), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        sweep(now=now + timedelta(minutes=1))
    assert letters() == []
    with django_capture_on_commit_callbacks(execute=True):
        sweep(now=now + timedelta(minutes=6))
        sweep(now=now + timedelta(minutes=6))
    assert len(letters()) == 1
    services.remind(by=creator, request=request, now=now + 4 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        sweep(now=now + 4 * DAY + timedelta(minutes=6))
        sweep(now=now + 4 * DAY + timedelta(minutes=6))
    assert len(letters()) == 2


def test_its_tasks_can_run_at_any_time(creator: User, person: User) -> None:
    request = sent(creator)
    for _ in range(2):
        tasks.deliver(str(request.pk))
        tasks.remind(str(request.pk))
        tasks.sweep()
    request.refresh_from_db()
    assert request.state == RequestState.SENT
