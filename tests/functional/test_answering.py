"""A person answers a request on a phone: by code without an account, and signed with a passkey of their own."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional.site import Site
from tests.functional.test_second_factor import AUTHENTICATOR

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
PHONE = {"width": 390, "height": 844}
PASSWORD = "correct horse battery"
ASK = """
import json, sys
from accounts.users.models import User
from consent.requests.links import token_for
from tests.consent.answers.asked import asked
from tests.consent.people import account

stem = {stem!r}
person = account(f"lin-{{stem}}@example.com", "Lin Mei", {number!r}) if {has_account} else None
requester = User.objects.filter(email="asker@example.com").first()
requester = requester or account("asker@example.com", "Ada Lovelace", "51010719750505789X")
request = asked(requester, address=f"lin-{{stem}}@example.com")
print(json.dumps({{"link": token_for(request), "reference": str(request.answer_reference)}}))
"""


@dataclass(frozen=True)
class Asked:
    """A request that waits at the site."""

    address: str
    link: str
    reference: str


def ask(site: Site, *, has_account: bool, number: str = "33010619900101123X") -> Asked:
    stem = str(time.time_ns())
    script = ASK.format(stem=stem, number=number, has_account=has_account)
    said = site.manage("shell", "-v", "0", "-c", script)
    found = json.loads(said.strip().splitlines()[-1])
    return Asked(f"lin-{stem}@example.com", f"{site.address}/c/{found['link']}/", found["reference"])


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the phone's side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_it_is_refused_by_code_without_an_account(browser: Browser, site: Site) -> None:
    asked, page = ask(site, has_account=False), browser.new_context(locale="en-US", viewport=PHONE).new_page()
    page.goto(asked.link)
    assert page.context.cookies() == []
    assert fits(page)
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"\b(\d{6})\b", site.mail_to(asked.address).partition("\n\n")[2])
    assert code
    page.locator("input[name=code]").fill(code[1])
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("main")).to_contain_text("Of me, this is used: face.")
    assert fits(page)
    page.get_by_role("button", name="Refuse without a word").click()
    expect(page.locator("main")).to_contain_text("You have refused.")


def test_it_is_agreed_to_with_a_passkey(browser: Browser, site: Site) -> None:
    asked, page = ask(site, has_account=True), browser.new_context(locale="en-US", viewport=PHONE).new_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(asked.link)
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.locator("input[name=login]").fill(asked.address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(asked.link)
    _add_passkey(page, site)
    page.goto(asked.link)
    page.get_by_role("button", name="Look at the request").click()
    boxes = page.locator("main form input[type=checkbox]")
    boxes.first.wait_for()
    for box in boxes.all():
        assert not box.is_checked()
        box.check()
    assert fits(page)
    page.get_by_role("button", name="Show me the text").click()
    expect(page.locator(".agreed-text")).to_contain_text("I allow")
    assert fits(page)
    page.get_by_role("button", name="Sign and send").click()
    expect(page.locator("main")).to_contain_text("You have agreed.")


def _add_passkey(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/accounts/2fa/webauthn/add/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.locator("input[name=name]").fill("My phone")
    page.locator("main button").last.click()
    expect(page.locator("main")).to_contain_text("Recovery Codes")


def test_pages_in_chinese_fit_a_phone(browser: Browser, site: Site) -> None:
    asked = ask(site, has_account=True, number="440305198808084566")
    page = browser.new_context(locale="zh-CN", viewport=PHONE).new_page()
    page.goto(asked.link)
    assert fits(page)
    _sign_in(page, site, asked.address)
    page.goto(f"{site.address}/me/likeness/requests/{asked.reference}/")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert fits(page)
    page.goto(f"{site.address}/me/likeness/requests/{asked.reference}/narrow")
    assert fits(page)


def _sign_in(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/works/")
