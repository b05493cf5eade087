"""What happens reaches its person in three ways, through the site as it is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from standardwebhooks import Webhook

from tests.accounts.notices.webhooks.receiver import Receiver, receiving
from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 360, "height": 740}
EMAIL = "nora@example.com"
HAPPEN = f"""
from django.db import transaction
from accounts.notices.services import notify
from accounts.users.models import User
with transaction.atomic():
    notify(user=User.objects.get(email="{EMAIL}"), kind="webhook.disabled", subject="webhook:1",
           params={{"host": "far.example"}}, url_args=["6f1c2a34-0000-4000-8000-000000000000"])
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def _check(page: Page) -> None:
    """The page fits a phone and is accessible, by day and by night."""
    assert_fits(page)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert_accessible(page)


def test_a_person_is_told_by_inbox_mail_and_webhook(browser: Browser, site: Site, receiver: Receiver) -> None:
    page = browser.new_context(locale="en-US", viewport=PHONE).new_page()  # type: ignore[arg-type]
    people.sign_up(page, site, EMAIL)

    page.goto(f"{site.address}/me/webhooks/")
    _check(page)
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add the webhook").click()
    secret = page.locator("main code").first.inner_text()
    _check(page)
    page.goto(f"{site.address}/me/webhooks/")
    page.get_by_role("link", name=receiver.url).click()
    page.get_by_role("button", name="Send a test").click()

    site.manage("shell", "-c", HAPPEN)
    for _ in range(100):
        if len(receiver.received) == 2:
            break
        page.wait_for_timeout(300)
    types = [Webhook(secret).verify(each.body, each.headers)["type"] for each in receiver.received]
    assert sorted(types) == ["webhook.disabled", "webhook.test"]
    page.reload()
    expect(page.locator("main")).to_contain_text("Delivered")
    _check(page)

    mail = site.mail_to(EMAIL)
    assert "A webhook was switched off" in mail
    assert "far.example" not in mail
    page.goto(f"{site.address}/me/notices/mail")
    _check(page)
    page.goto(f"{site.address}/me/notices/")
    expect(page.locator("main")).to_contain_text("at far.example any more")
    expect(page.locator("header .menu summary")).to_contain_text("1 unread")
    _check(page)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("header .menu summary")).not_to_contain_text("unread")
