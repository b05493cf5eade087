"""A notice …"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.urls import NoReverseMatch

from accounts.notices.contents import content_of
from accounts.notices.models import MailPreferences, Notice, OutgoingMail
from accounts.notices.outbox import sweep
from accounts.notices.preferences import choose
from accounts.notices.services import mark_all_read, notify
from accounts.notices.signals import notice_written
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from accounts.vault.sealing import destroy

from .conftest import ASKED, NOW, Tell

pytestmark = pytest.mark.django_db
SECRETS = (b"Bitdiddle", b"a film")


def test_it_says_to_its_owner_what_happened(tell: Tell) -> None:
    notice = Notice.objects.get(pk=tell().pk)

    assert (notice.kind, notice.subject, notice.created_at, notice.read_at) == (
        "test.asked",
        "request:1",
        NOW,
        None,
    )
    assert content_of(notice).params == {"name": "Ben Bitdiddle", "purpose": "a film"}
    assert content_of(notice).url_args == ("abc",)


@pytest.mark.django_db(transaction=True)
def test_it_is_written_only_in_the_transaction_of_its_change(user: User) -> None:
    with pytest.raises(TransactionManagementError):
        notify(user=user, kind="test.quiet", subject="work:1", params={})
    with transaction.atomic():
        notify(user=user, kind="test.read", subject="work:1", params={"name": "Ben"})
        transaction.set_rollback(True)  # the change failed
    assert not Notice.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_it_stands_sealed_in_the_database(tell: Tell) -> None:
    tell()
    for table in ("accounts_notice", "accounts_outgoingmail"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            stored = b"".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            )
        assert not any(secret in stored for secret in (*SECRETS, b"ada@example.com"))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": "test.unknown"}, LookupError),
        ({"params": {"name": "Ben"}}, ValueError),
        ({"url_args": []}, NoReverseMatch),
    ],
)
def test_it_is_refused_while_nobody_could_read_it(
    tell: Tell, changed: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        tell(**changed)


def test_it_is_mailed_without_saying_what_it_says(tell: Tell) -> None:
    tell()
    assert sweep(NOW, 10) == 1

    (sent,) = mail.outbox
    assert sent.to == ["ada@example.com"]
    assert sent.subject == f"[Yinji 印记] {ASKED.title}"
    assert "/me/notices/" in sent.body
    assert not any(secret.decode() in sent.subject + str(sent.body) for secret in SECRETS)


def test_it_is_not_mailed_where_its_kind_never_is(tell: Tell) -> None:
    tell(kind="test.quiet")
    assert not OutgoingMail.objects.exists()


def test_it_is_mailed_as_its_owner_chose(tell: Tell, user: User) -> None:
    choose(by=user, language="zh-hans", wanted=[])
    tell(kind="test.read")
    assert not OutgoingMail.objects.exists()
    tell(kind="test.asked")  # cannot be switched off
    assert OutgoingMail.objects.get().language == "zh-hans"


def test_it_is_not_mailed_to_an_account_that_is_closed(tell: Tell, user: User) -> None:
    user.is_active = False
    user.save()
    tell()
    assert Notice.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_it_is_told_to_whoever_listens(tell: Tell) -> None:
    heard: list[object] = []

    def listen(notice: Notice, params: dict[str, str], **kwargs: object) -> None:
        heard.append((notice.pk, params["purpose"]))

    notice_written.connect(listen)
    try:
        notice = tell()
    finally:
        notice_written.disconnect(listen)
    assert heard == [(notice.pk, "a film")]


def test_it_is_not_written_for_an_erased_account(tell: Tell, user: User) -> None:
    destroy(user)
    assert tell()._state.adding
    assert not Notice.objects.exists()


def test_it_goes_with_the_account(tell: Tell, user: User, other_user: User) -> None:
    tell()
    tell(user=other_user)
    choose(by=user, language="en", wanted=[])
    request_deletion(by=user, now=NOW)
    erase_account(by=None, user=user, now=NOW + RETENTION)

    assert [notice.user for notice in Notice.objects.all()] == [other_user]
    announcing = OutgoingMail.objects.exclude(template="deletion_promised")  # that one ran out long ago
    assert announcing.count() == 1
    assert not MailPreferences.objects.exists()


def test_it_is_marked_as_read_with_the_older_ones(tell: Tell, user: User, other_user: User) -> None:
    seen = [tell(now=NOW + timedelta(minutes=minute)) for minute in range(2)]
    unseen = [tell(now=NOW + timedelta(minutes=2)), tell(user=other_user)]

    assert mark_all_read(by=user, up_to=seen[-1], now=NOW) == 2
    assert {each.pk for each in Notice.objects.filter(read_at__isnull=True)} == {each.pk for each in unseen}
