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
from accounts.vault.wrapped_key import Damaged
from marking.desk import sweeping, tasks
from marking.desk.cases import mail
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.desk.filing import services as filing
from tests.marking.desk.complaints import ADDRESS, NOW, TEXT, complaint, filed

pytestmark = pytest.mark.django_db
ANSWER = "We found that you did not agree, and the work is blocked."
LATER = NOW + timedelta(minutes=6)


class ServerAway(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Iterable[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("the server is away")


class PickyServer(BaseEmailBackend):
    """A mail server that refuses an address by the number in its name, and takes all others."""

    def send_messages(self, messages: Iterable[EmailMessage]) -> int:
        for message in messages:
            name = message.to[0].partition("@")[0]
            if name.isdigit():
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (int(name), b"no")})
            outgoing.outbox.append(message)
        return 1


@pytest.fixture
def picky_server(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.{PickyServer.__name__}"


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


def next_try(case: Case) -> timedelta | None:
    case.refresh_from_db()
    return None if case.mail_again_at is None else case.mail_again_at - NOW


@pytest.mark.usefixtures("server_away")
def test_each_failure_doubles_the_time_to_the_next_try_up_to_a_limit(case: Case) -> None:
    waited = []
    for _ in range(9):
        mail.mail_receipt(case.pk, now=NOW)
        waited.append(next_try(case))
    minutes = [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert waited == [timedelta(minutes=each) for each in minutes]


@pytest.mark.usefixtures("server_away")
def test_the_sweep_waits_as_long(case: Case, settings: Settings) -> None:
    for _ in range(2):
        mail.mail_receipt(case.pk, now=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail.mail_what_is_left(now=LATER, most=10) == 0
    assert mail.mail_what_is_left(now=NOW + timedelta(minutes=10), most=10) == 1


@pytest.mark.usefixtures("picky_server")
@pytest.mark.parametrize(("code", "is_refused"), [(450, False), (530, False), (550, True), (553, True)])
def test_it_gives_up_at_once_on_an_address_that_is_refused_for_good(code: int, is_refused: bool) -> None:
    case = filed(contact=f"{code}@example.org")
    assert not mail.mail_receipt(case.pk, now=NOW)
    case.refresh_from_db()
    assert (case.mail_refused_at == NOW) is is_refused
    assert case.receipt_mailed_at is None
    mail.mail_what_is_left(now=LATER, most=10)
    case.refresh_from_db()
    assert case.mail_failures == (1 if is_refused else 2)


@pytest.mark.usefixtures("picky_server")
def test_a_case_whose_address_is_refused_for_good_can_be_closed(officer: User) -> None:
    case = answered(filed(contact="550@example.org"), officer)
    mail.mail_answer(case.pk, now=NOW)
    case.refresh_from_db()
    services.close(by=officer, case=case, now=NOW + timedelta(hours=1))
    assert case.state == "closed"


@pytest.mark.usefixtures("picky_server")
def test_addresses_that_fail_do_not_hold_up_others() -> None:
    for _ in range(3):
        filed(contact="450@example.org", kind="intimate_image")  # due first
    honest = filed(kind="tool_feedback")
    times = [LATER + timedelta(minutes=minute) for minute in range(4)]
    assert [mail.mail_what_is_left(now=time, most=1) for time in times].count(1) == 1
    honest.refresh_from_db()
    assert honest.receipt_mailed_at is not None


def test_an_address_that_cannot_be_written_is_given_up_and_its_claim_with_it() -> None:
    case = filed(contact=f"a@{'ü' * 60}.com")
    assert not mail.mail_receipt(case.pk, now=NOW)
    case.refresh_from_db()
    assert (case.receipt_mailed_at, case.mail_refused_at) == (None, NOW)


def test_a_claim_is_given_up_whatever_goes_wrong(case: Case) -> None:
    other = filed()
    Case.objects.filter(pk=case.pk).update(contact=bytes(other.contact or b""))
    with pytest.raises(Damaged):
        mail.mail_receipt(case.pk, now=NOW)
    assert next_try(case) == timedelta(minutes=5)
    assert case.receipt_mailed_at is None


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
