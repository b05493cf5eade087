"""A stranger complains, and the desk answers, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 360, "height": 740}
TEXT = "This is my face, and nobody asked me."
ANSWER = "You are right: nobody asked you. The work is withdrawn."


def _open(browser: Browser, **options: object) -> Page:
    page = browser.new_context(locale="en-US", **options).new_page()  # type: ignore[arg-type]
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
