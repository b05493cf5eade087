"""'I never agreed', resolved in a real browser: by the record, without a human; and by one's own receipt, where it is not so."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site, running

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 360, "height": 740}
PASSWORD = "correct horse battery"
TEXT = "This is my face, and I never agreed to it."
PREPARE = """
import json
from tests.consent.depicting import on_record, published, work_of
from tests.consent.people import NUMBERS, account, granted
person = account("lin@example.com", "Lin Mei")
creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
work, _use = published(creator, granted(person, creator))
nobodys = work_of(creator, "released")
for each in (nobodys, work):
    on_record(each)
print(json.dumps([nobodys.code, work.code]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("never-agreed")) as started:
        yield started


@pytest.fixture(scope="module")
def works(site: Site) -> tuple[str, str]:
    """A work to which nobody agreed, and one to which Lin Mei did."""
    nobodys, agreed = json.loads(site.manage("shell", "-v", "0", "-c", PREPARE))
    return nobodys, agreed


def _open(browser: Browser, **options: object) -> Page:
    page = browser.new_context(locale="en-US", viewport=PHONE, **options).new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    return page


def _fine(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def _complain(page: Page, site: Site, work: str) -> tuple[str, str]:
    page.goto(f"{site.address}/w/{work}")
    page.get_by_role("link", name="Complain about this work").click()
    page.get_by_label("It shows me or uses my voice, and I did not agree").check()
    page.get_by_label("What should we know?").fill(TEXT)
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.locator("h1")).to_have_text("Your case is received")
    number, code = page.locator("dd.code").all_text_contents()
    return number, code


def test_without_consent_on_record_the_work_goes_dark_at_once(
    browser: Browser, site: Site, works: tuple[str, str]
) -> None:
    stranger, creator = _open(browser, java_script_enabled=False), _open(browser)
    people.sign_in(creator, site, "creator@example.com", PASSWORD)

    _complain(stranger, site, works[0])
    expect(stranger.locator("main")).to_contain_text("turned off at once")
    stranger.goto(f"{site.address}/w/{works[0]}")
    expect(stranger.locator("h1")).to_have_text("Access is off")
    assert stranger.context.cookies() == []

    assert creator.request.get(f"{site.address}/works/{works[0]}/download").status == 410
    creator.goto(f"{site.address}/me/notices/")
    creator.get_by_role("link", name="A decision that concerns you").first.click()
    expect(creator.locator("main")).to_contain_text("Access to the content is off")
    expect(creator.locator("main")).to_contain_text("By a machine alone")
    assert TEXT not in creator.content()
    _fine(creator)


def test_where_consent_is_on_record_the_complainant_sees_their_own_receipt_and_the_desk_the_record(
    browser: Browser, site: Site, works: tuple[str, str]
) -> None:
    person, officer = _open(browser), _open(browser)
    number, code = _complain(person, site, works[1])
    person.goto(f"{site.address}/w/{works[1]}")
    expect(person.locator("h1")).to_have_text("Declared and marked as AI-generated")

    people.sign_in(person, site, "lin@example.com", PASSWORD)
    person.goto(f"{site.address}/complaints/{number}/mine")
    _fine(person)
    person.get_by_label("Case code").fill(code)
    person.get_by_role("button", name="Show what I signed").click()
    expect(person.locator("main")).to_contain_text("You granted it")
    _fine(person)
    person.get_by_role("link", name="Receipt of").first.click()
    expect(person.locator("main")).to_contain_text("Receipt of a consent")

    people.sign_in(officer, site, "operator@localhost.localdomain", site.operator_password())
    officer.goto(f"{site.address}/desk/cases/{number}")
    expect(officer.locator("main")).to_contain_text("Everybody who was named in it agreed")
    expect(officer.locator("main")).to_contain_text("has granted their likeness for this work")
    expect(officer.locator("main")).not_to_contain_text("Lin Mei")
    officer.get_by_role("button", name="Take this case").click()
    _fine(officer)
    officer.get_by_label("Reason, which the complainant reads").fill(
        "Your signed receipt shows what you agreed to."
    )
    officer.get_by_role("button", name="Turn down").click()
    expect(officer.locator("main")).to_contain_text("The case is turned down.")
    ((code, sentence),) = [
        (each["code"], each["sentence"])
        for each in site.manage_json("records", "verify", "--deep", code=1)["findings"]
    ]
    assert (code, works[0] in sentence) == ("work_not_allowed", True)
