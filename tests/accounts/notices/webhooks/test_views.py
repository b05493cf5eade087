"""The pages of webhooks …"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.notices.webhooks.contents import keys_of, url_of
from accounts.notices.webhooks.deliveries import sweep
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.notices.webhooks.services import MOST_WEBHOOKS, add_webhook
from accounts.notices.webhooks.wording import _ERRORS
from accounts.records.models import Record
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion

from .receiver import Receiver

LIST, NEW, URL = "/me/webhooks/", "/me/webhooks/new", "https://example.com/hook"
SECRET = re.compile(r"<code>(whsec_[A-Za-z0-9+/=]{44})</code>")


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def page_of(webhook: Webhook) -> str:
    return f"{LIST}{webhook.pk}"


def recorded() -> list[str]:
    return list(Record.objects.filter(kind__startswith="webhook.").values_list("kind", flat=True))


def test_they_add_one_and_show_its_secret_once(browser: Client) -> None:
    answer = browser.post(NEW, {"url": URL})

    webhook = Webhook.objects.get()
    assert SECRET.findall(answer.content.decode()) == keys_of(webhook, now=timezone.now())
    assert "no-store" in answer.headers["Cache-Control"]
    assert url_of(webhook) == URL
    assert URL in browser.get(LIST).content.decode()
    assert not SECRET.search(browser.get(page_of(webhook)).content.decode())
    assert recorded() == ["webhook.added"]


def test_neither_address_nor_secret_stands_in_the_database(browser: Client) -> None:
    secret = SECRET.findall(browser.post(NEW, {"url": URL}).content.decode())[0]
    webhook = Webhook.objects.get()
    for column in (webhook.url, webhook.secret):
        assert b"example" not in bytes(column)
        assert secret.encode() not in bytes(column)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "This field is required."),
        ("http://example.com/", "must begin with https://"),
        ("https://10.0.0.1/", "lies in a private network"),
        ("https://me:pw@example.com/", "a user name or a password"),
        ("nonsense", "This is not an address"),
    ],
)
def test_they_say_why_an_address_is_refused(browser: Client, url: str, sentence: str) -> None:
    answer = browser.post(NEW, {"url": url})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Webhook.objects.exists()


def test_they_refuse_one_too_many(browser: Client, user: User) -> None:
    for _ in range(MOST_WEBHOOKS):
        add_webhook(by=user, url=URL)
    answer = browser.post(NEW, {"url": URL})
    assert answer.status_code == 409
    assert f"at most {MOST_WEBHOOKS} webhooks" in answer.content.decode()


def test_they_send_a_test_and_say_what_became_of_it(
    browser: Client, webhook: Webhook, receiver: Receiver
) -> None:
    receiver.statuses = [503]
    assert "on its way" in browser.post(f"{page_of(webhook)}/test", follow=True).content.decode()
    assert "under way already" in browser.post(f"{page_of(webhook)}/test", follow=True).content.decode()
    sweep(timezone.now(), 10)

    said = browser.get(page_of(webhook)).content.decode()
    for words in (
        "webhook.test",
        "Failed",
        "503",
        "It was not taken.",
        WebhookDelivery.objects.get().message_id,
    ):
        assert words in said


def test_they_change_the_secret(browser: Client, webhook: Webhook) -> None:
    answer = browser.post(f"{page_of(webhook)}/secret").content.decode()
    webhook.refresh_from_db()
    new, old = keys_of(webhook, now=timezone.now())
    assert SECRET.findall(answer) == [new]
    assert new != old
    assert "signed with the old secret as well" in answer
    assert recorded() == ["webhook.added", "webhook.secret_changed"]


def test_they_switch_it_on_again(browser: Client, webhook: Webhook) -> None:
    Webhook.objects.update(failing_since=timezone.now(), disabled_at=timezone.now())
    assert "Switched off" in browser.get(LIST).content.decode()
    assert "until it is switched on" in browser.post(f"{page_of(webhook)}/test", follow=True).content.decode()
    browser.post(f"{page_of(webhook)}/enable")
    webhook.refresh_from_db()
    assert (webhook.disabled_at, webhook.failing_since) == (None, None)
    assert recorded()[-1] == "webhook.enabled"


def test_they_show_that_it_fails(browser: Client, webhook: Webhook) -> None:
    Webhook.objects.update(failing_since=timezone.now())
    assert "Failing" in browser.get(LIST).content.decode()


def test_they_delete_it(browser: Client, webhook: Webhook) -> None:
    assert (
        "The webhook is deleted." in browser.post(f"{page_of(webhook)}/delete", follow=True).content.decode()
    )
    assert not Webhook.objects.exists()
    assert recorded()[-1] == "webhook.removed"


@pytest.mark.parametrize("action", ["test", "secret", "enable", "delete"])
def test_they_do_nothing_for_others(client: Client, webhook: Webhook, other_user: User, action: str) -> None:
    client.force_login(other_user)
    assert client.get(page_of(webhook)).status_code == 404
    assert client.post(f"{page_of(webhook)}/{action}").status_code == 404
    assert recorded() == ["webhook.added"]


def test_a_webhook_goes_with_the_account(user: User, webhook: Webhook) -> None:
    now = timezone.now()
    request_deletion(by=user, now=now)
    erase_account(by=None, user=user, now=now + RETENTION + timedelta(days=1))
    assert not Webhook.objects.exists()


def test_every_error_has_a_sentence() -> None:
    with translation.override("en"):
        assert all(str(sentence).endswith(".") for sentence in _ERRORS.values())
