"""Passkeys with the browser's own virtual authenticator, and codes as an authenticator app makes them."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional import people
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser, site: Site) -> Page:
    """A new account's page, signed in."""
    page = browser.new_context(locale="en-US").new_page()
    people.sign_up(page, site, f"second-{time.time_ns()}@example.com")
    return page


def _confirm_password(page: Page) -> None:
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def _sign_out(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/accounts/logout/")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{site.address}/")


def _code(secret: str, now: float) -> str:
    """The six digits of RFC 6238 for a base32 secret: HMAC-SHA-1, 30 seconds."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(now // 30)), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_a_passkey_signs_in_without_a_password(page: Page, site: Site) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{site.address}/accounts/2fa/webauthn/add/")
    _confirm_password(page)
    page.locator("input[name=name]").fill("My laptop")
    page.locator("input[name=passwordless]").check()
    page.locator("main button").last.click()
    expect(page.locator("main")).to_contain_text("Recovery Codes")

    _sign_out(page, site)
    page.goto(f"{site.address}/accounts/login/")
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url("**/works/")


def test_an_authenticator_app_is_asked_for_at_the_next_sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/accounts/2fa/totp/activate/")
    _confirm_password(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill(_code(secret, time.time()))
    page.locator("main button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("Recovery Codes")

    page.goto(f"{site.address}/me/")
    email = re.search(r"second-\d+@example\.com", page.content())
    assert email is not None
    _sign_out(page, site)
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=login]").fill(email[0])
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/2fa/authenticate/**")
    # The code of the next half minute: the one just used is not accepted twice.
    page.locator("input[name=code]").fill(_code(secret, time.time() + 30))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/works/")
