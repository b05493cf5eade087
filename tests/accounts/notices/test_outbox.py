"""The outbox …"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.template import TemplateDoesNotExist
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from accounts.notices import outbox, tasks
from accounts.notices.contents import address_of, params_of
from accounts.notices.models import OutgoingMail
from accounts.notices.outbox import CLAIMED_FOR, ROWS_KEPT, send, sweep, write_mail
from accounts.notices.sending import one_line
from accounts.notices.states import LONGEST_WAIT, SendingState, next_try
from accounts.refusals import Refusal
from accounts.vault.wrapped_key import new_wrapped_key
from tests.functional.site import free_port

from .conftest import NOW
from .mail_server import MailServer, running

pytestmark = pytest.mark.django_db
ADDRESS = "marguerite@example.org"
END = NOW + timedelta(days=3)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def started(port: int) -> Iterator[MailServer]:
    with running(port) as server:
        yield server


@pytest.fixture
def server(started: MailServer, port: int, settings: Settings) -> MailServer:
    """A mail server that has heard nothing yet."""
    started.recipients, started.data, started.addresses, started.taken = [], [], [], []
    use(settings, port)
    return started


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def written(**changed: Any) -> OutgoingMail:
    said = {
        "address": ADDRESS,
        "template": "notice",
        "params": {"title": "Something happened"},
        "language": "en",
        "not_after": END,
        "now": NOW,
    }
    return write_mail(**(said | changed))


def states() -> list[tuple[str, int, str]]:
    return list(OutgoingMail.objects.values_list("state", "failures", "last_error"))


def test_it_delivers_to_a_real_server(server: MailServer) -> None:
    mail = written()
    assert send(mail.pk, now=NOW)

    (message,) = server.taken
    assert server.addresses == [ADDRESS]
    assert message["To"] == ADDRESS
    assert message["Subject"] == "[Yinji 印记] Something happened"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{mail.pk}@127.0.0.1>"
    assert "http://127.0.0.1:8000/me/notices/" in message.get_content()


def test_it_sends_each_mail_once(server: MailServer) -> None:
    mail = written()
    assert send(mail.pk, now=NOW)
    assert not send(mail.pk, now=NOW)
    assert sweep(NOW, 10) == 0
    assert len(server.taken) == 1


def test_it_writes_chinese_that_arrives(server: MailServer) -> None:
    written(params={"title": "有人请求使用您的肖像 <&>"}, language="zh-hans")
    assert sweep(NOW, 10) == 1

    (message,) = server.taken
    assert message["Subject"].strip() == "[Yinji 印记] 有人请求使用您的肖像 <&>"
    assert message.get_content().splitlines()[0] == "有人请求使用您的肖像 <&>"


def test_it_lets_no_value_begin_a_header(server: MailServer) -> None:
    written(params={"title": "Hello\r\nBcc: eve@example.org\r\n\r\nbody\x0b\u2028more\x00"})
    assert sweep(NOW, 10) == 1

    (message,) = server.taken
    assert message["Bcc"] is None
    assert message["Subject"].strip() == "[Yinji 印记] Hello Bcc: eve@example.org body more"
    assert server.addresses == [ADDRESS]


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@example.org\r\nBcc: eve@example.org", "a@b@c", "a@example.org, b@example.org"],
)
def test_it_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(Refusal) as refusal:
        written(address=address)
    assert refusal.value.code == "email_invalid"
    assert not OutgoingMail.objects.exists()


def test_it_refuses_a_template_that_is_not_there() -> None:
    with pytest.raises(TemplateDoesNotExist):
        written(template="nothing")


def test_it_keeps_address_and_values_sealed_while_a_mail_waits() -> None:
    mail = OutgoingMail.objects.get(pk=written().pk)
    assert (address_of(mail), params_of(mail)) == (ADDRESS, {"title": "Something happened"})
    stored = bytes(mail.address or b"") + bytes(mail.params or b"") + bytes(mail.wrapped_key or b"")
    assert ADDRESS.encode() not in stored
    assert b"Something" not in stored


@pytest.mark.parametrize("step", ["recipients", "data"])
def test_it_tries_again_after_a_passing_refusal(server: MailServer, step: str) -> None:
    setattr(server, step, ["451 later", "450 not yet"])
    mail = written()
    assert not send(mail.pk, now=NOW)
    assert [state[:2] for state in states()] == [("waiting", 1)]
    assert sweep(NOW + timedelta(seconds=59), 10) == 0  # not due
    assert sweep(NOW + timedelta(minutes=1), 10) == 0
    assert sweep(NOW + timedelta(minutes=3), 10) == 1
    assert states() == [("sent", 2, "")]


@pytest.mark.parametrize("step", ["recipients", "data"])
def test_it_gives_up_at_once_what_is_refused_for_good(
    server: MailServer, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    setattr(server, step, ["550 no such person"])
    mail = written()
    assert not send(mail.pk, now=NOW)
    assert states() == [("given_up", 0, "550")]
    assert sweep(END, 10) == 0
    assert server.taken == []
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("accounts.")]
    assert ours == [f"mail {mail.pk} is given up: 550"]


def test_it_does_not_give_up_where_the_site_itself_is_not_let_in(server: MailServer) -> None:
    server.recipients = ["530 sign in first"]
    assert not send(written().pk, now=NOW)
    assert states() == [("waiting", 1, "530")]


def test_it_loses_nothing_while_the_server_is_away(port: int, settings: Settings) -> None:
    use(settings, free_port())
    first = written()
    written(now=NOW + timedelta(seconds=1))
    assert not send(first.pk, now=NOW)
    assert sweep(NOW + timedelta(minutes=1), 10) == 0  # one try says it of all
    assert [failures for _, failures, _ in states()] == [1, 1]
    with running(settings.EMAIL_PORT) as server:
        assert sweep(NOW + timedelta(minutes=5), 10) == 2
        assert len(server.taken) == 2
    assert {state for state, *_ in states()} == {"sent"}


def test_it_does_not_ask_a_server_that_is_away_for_every_mail(settings: Settings) -> None:
    use(settings, free_port())
    for second in range(3):
        written(now=NOW + timedelta(seconds=second))
    sweep(NOW + timedelta(minutes=1), 10)
    assert sorted(failures for _, failures, _ in states()) == [0, 0, 1]


def test_it_gives_up_when_the_time_is_over(server: MailServer) -> None:
    server.recipients = ["451 later"]
    mail = written(not_after=NOW + timedelta(seconds=30))
    assert not send(mail.pk, now=NOW)
    assert not send(mail.pk, now=NOW + timedelta(seconds=30))
    assert sweep(NOW + timedelta(seconds=30), 10) == 0
    assert states() == [("given_up", 1, "451")]
    assert server.taken == []


@pytest.mark.parametrize("answers", [[], ["550 no"]])
def test_it_erases_whom_and_what_a_mail_was_for_once_it_has_ended(
    server: MailServer, answers: list[str]
) -> None:
    server.recipients = answers
    mail = written()
    send(mail.pk, now=NOW)
    mail.refresh_from_db()
    assert (mail.wrapped_key, mail.address, mail.params, mail.due_at) == (None, None, None, None)
    assert mail.ended_at == NOW


def test_it_sends_nothing_that_was_cancelled(server: MailServer) -> None:
    mail = written()
    assert outbox.cancel(mail.pk, now=NOW)
    assert not outbox.cancel(mail.pk, now=NOW)
    assert not send(mail.pk, now=NOW)
    assert states() == [("given_up", 0, "cancelled")]
    assert OutgoingMail.objects.get().address is None


def test_it_sends_again_what_a_dead_worker_had_claimed(server: MailServer) -> None:
    mail = written()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        due_at=NOW + CLAIMED_FOR
    )  # the claim of a worker that died
    assert not send(mail.pk, now=NOW)
    assert sweep(NOW + CLAIMED_FOR, 10) == 1


def test_it_gives_up_a_mail_that_no_key_opens(server: MailServer) -> None:
    mail = written()
    written()
    OutgoingMail.objects.filter(pk=mail.pk).update(wrapped_key=new_wrapped_key())
    assert sweep(NOW, 10) == 1  # the other one
    assert sorted(states()) == [("given_up", 0, "Damaged"), ("sent", 0, "")]


def test_it_wakes_the_worker_once_the_change_is_committed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, server: MailServer
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        mail = written(now=timezone.now(), not_after=timezone.now() + timedelta(days=1))
    assert len(waiting) == 1
    tasks.send_mail(str(mail.pk))
    tasks.send_mail(str(mail.pk))
    assert len(server.taken) == 1


def test_it_forgets_in_the_end_that_there_was_a_mail(server: MailServer) -> None:
    send(written().pk, now=NOW)
    sweep(NOW + ROWS_KEPT - timedelta(seconds=1), 10)
    assert OutgoingMail.objects.exists()
    tasks.sweep()  # by the real clock, years later
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "sent"},
        {"state": "sent", "ended_at": NOW, "due_at": None},
        {"state": "lost"},
        {"address": None},
        {"wrapped_key": None},
        {"due_at": None},
        {"ended_at": NOW},
        {"not_after": NOW},
        {"template": ""},
        {"language": ""},
    ],
)
def test_the_database_refuses_a_mail_that_cannot_be(changed: dict[str, object]) -> None:
    mail = written()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**changed)


@examples(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(0, 10**6))
def test_each_wait_is_twice_as_long_and_none_ends_too_late(failures: int, seconds: int) -> None:
    end = NOW + timedelta(seconds=seconds)
    wait = next_try(failures, now=NOW, not_after=end) - NOW
    assert wait == min(timedelta(minutes=2 ** min(failures - 1, 20)), LONGEST_WAIT, end - NOW)


@examples(max_examples=30, deadline=None)
@given(st.text(max_size=40))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.isprintable()
    assert one_line(line) == line


def test_states_are_the_ones_the_database_knows() -> None:
    assert {each.value for each in SendingState} == {"waiting", "sent", "given_up"}
    assert tasks.send_mail.name == outbox.SEND_TASK


def test_all_mail_to_an_address_is_given_up_and_erased_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    mails = [written(address=each) for each in (ADDRESS, ADDRESS.upper(), "zeno@example.org")]
    broken = written()
    OutgoingMail.objects.filter(pk=broken.pk).update(wrapped_key=new_wrapped_key())
    assert outbox.cancel_all_to([ADDRESS], now=NOW) == 2
    found = {each.pk: each for each in OutgoingMail.objects.all()}
    assert [found[each.pk].state for each in mails] == ["given_up", "given_up", "waiting"]
    assert found[mails[0].pk].address is None
    assert found[broken.pk].state == "waiting"
    assert str(broken.pk) in caplog.text
    assert ADDRESS not in caplog.text
