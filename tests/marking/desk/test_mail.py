"""Mail about cases …"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from accounts.users.models import User
from marking.desk import filing, mail, services, sweeping, tasks
from marking.desk.models import Case

from .complaints import ADDRESS, NOW, TEXT, complaint, filed

pytestmark = pytest.mark.django_db
ANSWER = "We found that you did not agree, and the work is blocked."
LATER = NOW + timedelta(minutes=6)


class ServerAway(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Iterable[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("the server is away")


@pytest.fixture
def server_away(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{ServerAway.__name__}"


def answered(case: Case, officer: User) -> Case:
    services.take(by=officer, case=case, now=NOW)
    services.answer(by=officer, case=case, text=ANSWER, now=NOW)
    return case


def test_a_receipt_names_the_case_and_its_page_and_nothing_of_its_content(case: Case) -> None:
    assert mail.mail_receipt(case.pk, now=NOW)
    (sent,) = outgoing.outbox
    assert sent.to == [ADDRESS]
    assert sent.subject == f"[Yinji 印记] Case {case.code} has been received"
    assert f"/complaints/{case.code}" in sent.body
    assert "2026-03-04 20:00" in sent.body  # Shanghai, 72 hours later
    for secret in (TEXT, "Yourcenar", "agree", ADDRESS):
        assert secret not in sent.body


def test_an_answer_is_announced_and_not_told(case: Case, officer: User) -> None:
    tasks.mail_answer(answered(case, officer).pk)
    (sent,) = outgoing.outbox
    assert f"Your case {case.code} has been answered." in sent.body
    assert ANSWER not in sent.body


def test_it_is_written_in_the_language_of_the_case() -> None:
    mail.mail_receipt(filed(language="zh-hans").pk)
    mail.mail_receipt(filed(language="en").pk)
    chinese, english = outgoing.outbox
    assert "received" in english.subject
    assert chinese.subject != english.subject


def test_each_mail_is_sent_once(case: Case, officer: User) -> None:
    tasks.mail_receipt(case.pk)
    tasks.mail_receipt(case.pk)
    answered(case, officer)
    mail.mail_answer(case.pk)
    mail.mail_answer(case.pk)
    assert len(outgoing.outbox) == 2


def test_nobody_is_written_to_who_left_no_address() -> None:
    assert not mail.mail_receipt(filed(contact="").pk)
    assert outgoing.outbox == []


def test_nobody_is_written_to_who_had_the_address_erased(case: Case) -> None:
    filing.remove_contact(case=case)
    assert not mail.mail_receipt(case.pk)
    assert outgoing.outbox == []


@pytest.mark.usefixtures("server_away")
def test_a_mail_server_that_is_away_loses_neither_case_nor_mail(
    case: Case, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert not mail.mail_receipt(case.pk, now=NOW)
    assert ADDRESS not in caplog.text
    assert "SMTPServerDisconnected" in caplog.text
    assert outgoing.outbox == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail.mail_what_is_left(now=LATER, most=10) == 1
    assert len(outgoing.outbox) == 1


def test_what_was_just_sent_to_the_queue_is_not_sent_again_at_once(case: Case) -> None:
    assert mail.mail_what_is_left(now=NOW + timedelta(minutes=1), most=10) == 0


def test_it_gives_up_after_some_days(case: Case) -> None:
    assert mail.mail_what_is_left(now=NOW + timedelta(days=4), most=10) == 0


def test_the_sweep_mails_what_is_left(case: Case, officer: User) -> None:
    answered(case, officer)
    sweeping.sweep(now=LATER)
    assert [sent.subject.split(" ", 2)[2] for sent in outgoing.outbox] == [
        f"Case {case.code} has been received",
        f"Case {case.code} has been answered",
    ]


def test_a_worker_is_asked_once_the_case_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, officer: User
) -> None:
    with django_capture_on_commit_callbacks() as asked:
        case = filing.file_case(complaint(), now=NOW)[0]
        filing.file_case(complaint(contact=""), now=NOW)
    assert len(asked) == 1
    with django_capture_on_commit_callbacks() as asked:
        answered(case, officer)
    assert len(asked) == 1
