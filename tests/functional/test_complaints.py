"""A stranger complains, and the desk answers, in a real browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 360, "height": 740}
TEXT = "This is my face, and nobody asked me."
ANSWER = "You are right: nobody asked you. The work is withdrawn."
RECEIVED = {"en-US": "Your case is received", "zh-CN": "投诉已收到"}
"""What stands above a filed case, by the language of the browser."""


@dataclass
class Hand:
    """Somebody at a page of forms; what they answer and how often they press a link or a button is counted."""

    page: Page
    answered: list[str] = field(default_factory=list)
    presses: int = 0

    def press(self, selector: str) -> None:
        self._only(selector).click()
        self.presses += 1

    def answer(self, **answers: str) -> None:
        """Type a text, choose one of several, or tick a box (``"on"``), by the name of the field."""
        for name, said in answers.items():
            box = f"main [name={name}]"
            if said == "on" or self.page.locator(box).count() > 1:
                self._only(f'{box}[value="{said}"]' if said != "on" else box).check()
            else:
                self._only(box).fill(said)
            self.answered.append(name)

    def demanded(self) -> set[str]:
        """The names of the fields that the form on the page does not go without."""
        found = self.page.locator("main form [required]").evaluate_all("all => all.map(each => each.name)")
        return set(found)

    def _only(self, selector: str) -> Locator:
        expect(self.page.locator(selector)).to_have_count(1)
        return self.page.locator(selector)


def _open(browser: Browser, *, locale: str = "en-US", **options: object) -> Page:
    page = browser.new_context(locale=locale, **options).new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    return page


def _follow(page: Page, site: Site, number: str, code: str) -> None:
    page.goto(f"{site.address}/complaints/{number}")
    page.get_by_label("Case code").fill(code)
    page.get_by_role("button", name="Show the case").click()


def test_a_stranger_complains_from_a_report_and_reads_the_answer(
    browser: Browser, site: Site, photo: Path
) -> None:
    stranger, officer = _open(browser, java_script_enabled=False), _open(browser, viewport=PHONE)
    address = "stranger@example.org"

    people.verify(stranger, site, photo)
    stranger.get_by_role("button", name="No, it is wrong").click()
    expect(stranger.get_by_label("This site's answer about a file is wrong")).to_be_checked()
    stranger.get_by_label("It shows me or uses my voice, and I did not agree").check()
    stranger.get_by_label("Add the fingerprint").check()
    stranger.get_by_label("What should we know?").fill(TEXT)
    stranger.get_by_label("E-mail address").fill(address)
    stranger.get_by_role("button", name="Send the complaint").click()
    expect(stranger.locator("h1")).to_have_text("Your case is received")
    number, code = stranger.locator("dd.code").all_text_contents()
    assert f"/complaints/{number}" in site.mail_to(address)

    _follow(stranger, site, number, "0000000001")
    expect(stranger.locator("main")).to_contain_text("No case goes by this number and this code")
    _follow(stranger, site, number, code)
    expect(stranger.locator("main")).to_contain_text("Answered at the latest")

    people.sign_in(officer, site, "operator@localhost.localdomain", site.operator_password())
    officer.get_by_role("link", name="Desk", exact=True).click()
    officer.get_by_role("main").get_by_role("listitem").get_by_role("link", name="Cases", exact=True).click()
    expect(officer.get_by_role("link", name=number)).to_be_visible()
    assert_fits(officer)
    officer.get_by_role("link", name=number).click()
    expect(officer.locator("main")).to_contain_text(TEXT)
    expect(officer.locator("main")).not_to_contain_text(address)
    officer.get_by_role("button", name="Take this case").click()
    officer.get_by_label("Answer, which the complainant reads").fill(ANSWER)
    officer.get_by_role("button", name="Send the answer").click()
    expect(officer.locator("main")).to_contain_text("The case is answered.")
    assert_accessible(officer)
    assert_fits(officer)

    _follow(stranger, site, number, code)
    expect(stranger.locator("main")).to_contain_text(ANSWER)
    assert TEXT not in stranger.content()
    assert stranger.context.cookies() == []
    assert site.manage_json("records", "verify")["findings"] == []


@pytest.mark.parametrize("language", RECEIVED)
def test_it_takes_two_answers_and_three_presses_from_the_home_page(
    browser: Browser, site: Site, language: str
) -> None:
    hand = _at_the_form(browser, site, language)
    assert hand.demanded() == {"kind", "description"}
    hand.answer(kind="no_consent", description=TEXT)
    hand.press("main form.form button")
    _is_received(hand, language)
    assert (hand.answered, hand.presses) == (["kind", "description"], 3)


@pytest.mark.parametrize("language", RECEIVED)
def test_a_complete_notice_of_an_intimate_picture_takes_six_answers_and_as_many_presses(
    browser: Browser, site: Site, language: str
) -> None:
    hand = _at_the_form(browser, site, language)
    hand.answer(
        kind="intimate_image",
        description=TEXT,
        contact="shown@example.org",
        location="https://example.org/picture",
        good_faith="on",
        signature="Lin Mei",
    )
    hand.press("main form.form button")
    _is_received(hand, language)
    expect(hand.page.locator("main dl time")).to_have_count(1)  # its clock has begun: nothing is missing
    assert (len(hand.answered), hand.presses) == (6, 3)


@pytest.mark.parametrize("language", RECEIVED)
def test_one_press_leads_from_a_report_to_the_same_form(
    browser: Browser, site: Site, unmarked: Path, language: str
) -> None:
    """Nothing is filed here: the whole file may send ten complaints from one address in an hour."""
    page = _on_a_phone(browser, language)
    page.goto(site.address)
    page.locator("input[type=file]").set_input_files(str(unmarked))
    page.locator("main form button[type=submit]").first.click()
    page.locator(".verdict").wait_for(timeout=60_000)
    hand = Hand(page)
    hand.press("main button[name=begin]")
    assert hand.demanded() == {"kind", "description"}
    assert hand.presses == 1


def _on_a_phone(browser: Browser, language: str) -> Page:
    return _open(browser, locale=language, viewport=PHONE, java_script_enabled=False)


def _at_the_form(browser: Browser, site: Site, language: str) -> Hand:
    """Somebody on a phone, without JavaScript, who has come from the home page to the form."""
    hand = Hand(_on_a_phone(browser, language))
    hand.page.goto(site.address)
    hand.press("footer a[href='/complaints/']")
    hand.press("main a[href='/complaints/new']")
    return hand


def _is_received(hand: Hand, language: str) -> None:
    """The case is filed, said in the language of the browser, and nothing of it stays there."""
    expect(hand.page.locator("h1")).to_have_text(RECEIVED[language])
    expect(hand.page.locator("dd.code")).to_have_count(2)
    assert hand.page.context.cookies() == []


def test_a_double_click_is_one_case(browser: Browser, site: Site) -> None:
    page = _open(browser)
    page.goto(f"{site.address}/complaints/new?about=label")
    page.get_by_label("What should we know?").fill("Its label is painted over, see the corner.")
    page.get_by_role("button", name="Send the complaint").dblclick()
    expect(page.locator("h1")).to_have_text("Your case is received")
    shown = page.locator("dd.code").all_text_contents()
    page.reload()
    assert page.locator("dd.code").all_text_contents() == shown


@pytest.mark.parametrize(("language", "scheme"), [("en-US", "light"), ("zh-CN", "dark")])
def test_the_pages_of_complaints_are_accessible_and_fit_a_phone(
    browser: Browser, site: Site, language: str, scheme: str
) -> None:
    context = browser.new_context(locale=language, color_scheme=scheme, viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    for address in ("/complaints/", "/complaints/new", "/complaints/status"):
        page.goto(f"{site.address}{address}")
        assert_accessible(page)
        assert_fits(page)
    page.goto(f"{site.address}/complaints/new?about=other")
    page.locator("textarea").fill("说明：标识被涂抹，见右下角，请处理。")
    page.locator("main form button").first.click()
    page.wait_for_selector("dd.code")
    assert_accessible(page)
    number, code = page.locator("dd.code").all_text_contents()
    page.goto(f"{site.address}/complaints/{number}")
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    page.wait_for_selector(".timeline")
    assert_accessible(page)
    assert re.fullmatch(r"[0-9A-Z]{10}", number)
    context.close()
