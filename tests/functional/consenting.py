"""What a creator and the person shown do about a consent, step by step, in browser pages of either language."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site
from tests.functional.test_second_factor import AUTHENTICATOR

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PASSWORD = "correct horse battery"
PATIENCE = 60_000
"""Milliseconds that the worker may take over a picture."""
SIGN_UP = """
import json, sys
from tests.consent.people import account
for email, name, number in {accounts!r}:
    account(email, name, number)
"""


@dataclass
class Visitor:
    """Somebody with a telephone. ``clicks``: how often they pressed something since they began to count."""

    page: Page
    site: Site
    clicks: int = 0

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.site.address}{path}")

    def press(self, what: str | Locator) -> None:
        self.clicks += 1
        (self.page.locator(what).first if isinstance(what, str) else what).click()

    def begin_to_count(self) -> None:
        self.clicks = 0

    def sign_in(self, email: str) -> None:
        """With a password, as somebody without a passkey does."""
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")
        self.page.wait_for_url("**/works/")

    def add_passkey(self) -> None:
        """Let the telephone make one, which also signs in."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.go("/accounts/2fa/webauthn/add/")
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("main button[type=submit]").first.click()
        self.page.locator("input[name=name]").fill("My phone")
        self.page.locator("input[name=passwordless]").check()
        self.page.locator("main button").last.click()
        self.page.wait_for_url("**/recovery-codes/**")


def visitor(browser: Browser, site: Site, language: str) -> Visitor:
    """Somebody new, whose browser asks for ``language``."""
    context = browser.new_context(locale=language, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: _fail(f"script error on {page.url}: {error}"))
    page.on("console", lambda line: _fail(line.text) if "Content Security" in line.text else None)
    return Visitor(page, site)


def _fail(said: str) -> None:
    raise AssertionError(said)


def look(who: Visitor, name: str) -> None:
    """The page fits the telephone and, in English, is accessible by day and by night; ``SCREENSHOTS`` names a folder for pictures."""
    who.page.wait_for_load_state()
    assert_fits(who.page)
    language, folder = who.page.locator("html").get_attribute("lang"), os.environ.get("SCREENSHOTS")
    for scheme in ("light", "dark") if language == "en" or folder else ():
        who.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        who.page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished))")
        assert_accessible(who.page)
        if folder:
            _take(who.page, Path(folder), f"{name}-{language}-{scheme}")
    who.page.emulate_media(color_scheme="light")


def _take(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for device, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(path=folder / f"{name}-{device}.png", full_page=True, animations="disabled")


def open_accounts(site: Site, *accounts: tuple[str, str, str]) -> None:
    """Make accounts (address, real name, number of an identity card) whose names are checked."""
    site.manage("shell", "-v", "0", "-c", SIGN_UP.format(accounts=accounts))


def upload(creator: Visitor, picture: Path) -> str:
    """Hand in a picture that shows somebody; return the work's number."""
    page = creator.page
    creator.go("/works/new")
    page.locator("input[type=file]").set_input_files(str(picture))
    people.declare(page, depicts="face")
    page.locator("main form button[type=submit]").click()
    opened = page.locator(".upload a[href*='/works/']")
    opened.wait_for(timeout=PATIENCE)
    opened.click()
    page.wait_for_url(re.compile("/works/[0-9A-Z]{10}$"))
    return page.url.rpartition("/")[2]


def say_what_it_is_for(creator: Visitor, code: str) -> None:
    """Choose the common use "a post" and keep what it fills in."""
    page = creator.page
    page.locator(f"main a[href='/works/{code}/consent']").click()
    page.wait_for_url(f"**/works/{code}/consent")
    look(creator, "consent-empty")
    page.locator("main a[href$='/consent/terms']").click()
    page.locator("main a[href='?use=post']").click()
    page.wait_for_url("**?use=post")
    look(creator, "terms")
    _save(page)


def ask(creator: Visitor, name: str, address: str) -> None:
    """Name the person; what of them is in the picture is known from its declaration."""
    page = creator.page
    page.locator("main a[href$='/consent/ask']").click()
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=address]").fill(address)
    look(creator, "ask")
    _save(page)


def _save(page: Page) -> None:
    """Send the page's form, which must be taken."""
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert page.url.endswith("/consent"), page.locator("main").inner_text()


def link_from_mail(site: Site, address: str) -> str:
    """The address of the one page that the mail to ``address`` leads to."""
    found = re.search(r"http://localhost:\d+(/c/[\w-]+/)\s", site.mail_to(address))
    assert found, site.mail_to(address)
    return found[1]


def agree(person: Visitor, link: str) -> None:
    """From the mail's link to the signature, with a passkey both to sign in and to sign."""
    page = person.page
    person.go(link)
    look(person, "landing")
    person.begin_to_count()
    person.press(f"main a[href*='next={link}']")
    person.press("#passkey_login")
    page.wait_for_url(f"**{link}")
    person.press("form[action$='/open'] button")
    page.wait_for_url("**/me/likeness/requests/**")
    assert page.locator(".veiled-picture").evaluate("image => getComputedStyle(image).filter") != "none"
    person.press("label[for=unveil]")
    picture = page.locator(".veiled-picture")
    expect(picture).to_have_css("filter", "none")
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0  # waits for it
    boxes = page.locator("main form.form input[type=checkbox]")
    boxes.first.wait_for()
    for box in boxes.all():
        assert not box.is_checked()
        person.press(box)
    look(person, "request")
    person.press(page.locator("main form.form button").first)
    page.wait_for_url("**/reauthenticate/**")
    look(person, "once-more")
    person.press("main a[href*='webauthn'], main form[action*='webauthn'] button")
    page.wait_for_url("**/2fa/webauthn/reauthenticate/**")
    person.press("#mfa_webauthn_reauthenticate")
    page.locator(".agreed-text").wait_for()
    look(person, "sign")
    person.press("passkey-signature button")
    page.locator(".message.tone-jade").first.wait_for()


def withdraw(person: Visitor) -> None:
    """From any page of the site."""
    page = person.page
    person.begin_to_count()
    person.press("header nav a[href='/me/likeness/']")
    page.wait_for_url("**/me/likeness/")
    look(person, "likeness")
    person.press("main a[href$='/withdraw']")
    page.wait_for_url("**/withdraw")
    look(person, "withdraw")
    person.press("main form button")
    page.wait_for_url(re.compile("/me/likeness/grants/[0-9a-f-]+$"))


def wait_for_release(creator: Visitor, code: str) -> None:
    """Look again until the worker has released the work."""
    for _ in range(PATIENCE // 500):
        creator.go(f"/works/{code}")
        if creator.page.locator("main a[href$='/download']").count():
            return
        creator.page.wait_for_timeout(500)
    raise AssertionError(f"{code} was not released:\n{creator.page.locator('main').inner_text()}")


def fetch(creator: Visitor, target: Path) -> Path:
    """Download the marked file from the work's page."""
    with creator.page.expect_download() as started:
        creator.page.locator("main a[href$='/download']").first.click()
    started.value.save_as(target)
    return target


def check(anybody: Visitor, path: Path) -> None:
    """What anybody does on the home page."""
    anybody.go("/")
    anybody.page.locator("input[type=file]").set_input_files(str(path))
    anybody.page.locator("main form button").first.click()
    anybody.page.locator(".verdict").wait_for(timeout=PATIENCE)


def counted(site: Site) -> int:
    """How many records there are."""
    return int(site.manage_json("records", "verify")["records"])


def answer_of(who: Visitor, path: str) -> tuple[int, str]:
    """Status and body of a plain GET in the visitor's browser."""
    answer = who.page.request.get(f"{who.site.address}{path}")
    return answer.status, answer.text()


def tour(who: Visitor, *paths: str) -> None:
    """Look at further pages."""
    for path in paths:
        who.go(path)
        look(who, path.strip("/").replace("/", "-"))
