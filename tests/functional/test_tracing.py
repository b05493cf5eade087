"""A marked file, found somewhere, is traced to the person behind it: two others approve by passkey, and the person learns of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.conftest import photograph
from tests.functional import consenting, people
from tests.functional.consenting import PATIENCE, Visitor, look, visitor
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

MAKER = ("trace-maker@example.com", "Grace Hopper", "310101197802030049")
ASKER = ("trace-asks@example.com", "Alan Turing", "110101198506150019")
COLLEAGUE = ("trace-colleague@example.com", "Joan Clarke", "440305199211300072")
GUARD = ("trace-guard@example.com", "Emmy Noether", "420102198506231037")
ROLES = {ASKER: "tracing_officer", COLLEAGUE: "tracing_officer", GUARD: "privacy_officer"}
MOST_CLICKS = 12
"""Of the officer, from the file to the name: a minute, if each takes five seconds."""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.fromarray(photograph(480, 640, 77)).save(path)
    return path


def test_a_marked_file_is_traced_to_a_person_with_two_approvals(
    browser: Browser, site: Site, picture: Path, tmp_path: Path
) -> None:
    consenting.open_accounts(site, MAKER, *ROLES)
    for account, role in ROLES.items():
        site.manage("user", "role", account[0], role)
    maker, asker, colleague, guard = (visitor(browser, site, "en-US") for _ in range(4))
    for who, account in ((maker, MAKER), (asker, ASKER), (colleague, COLLEAGUE), (guard, GUARD)):
        who.sign_in(account[0])
    marked = _released(maker, site, picture, tmp_path / "marked.png")

    asker.begin_to_count()
    _trace(asker, marked)
    request = _ask(asker)
    for approver in (colleague, guard):
        approver.add_passkey()
        _approve(approver, request)
    _wait_until_open(asker, request)
    asker.press("main form[action*='/persons/'] button")
    expect(asker.page.locator("main")).to_contain_text(MAKER[1])
    expect(asker.page.locator("main")).to_contain_text(MAKER[2])
    mark = asker.page.locator(".viewer-marks span").first
    assert _producer_id(asker) in (mark.get_attribute("data-mark") or "")
    assert asker.clicks <= MOST_CLICKS
    look(asker, "opened-identity")
    _the_other_sees_no_name(colleague, request)

    asker.press("main form[action$='/close'] button")
    expect(asker.page.locator("main form[action*='/persons/']")).to_have_count(0)
    _the_person_learns_of_it(maker, asker)


def _released(maker: Visitor, site: Site, picture: Path, target: Path) -> Path:
    people.upload(maker.page, site, picture)
    maker.page.get_by_role("link", name="Open").first.click()
    return people.download(maker.page, target)


def _trace(asker: Visitor, marked: Path) -> None:
    asker.go("/desk/trace/")
    look(asker, "trace")
    asker.page.locator("input[type=file]").set_input_files(str(marked))
    asker.press("main form[enctype] button[type=submit]")
    asker.page.locator("main a[href*='/desk/elevations/new']").wait_for(timeout=PATIENCE)
    expect(asker.page.locator("main")).not_to_contain_text(MAKER[1])
    look(asker, "traced")


def _ask(asker: Visitor) -> str:
    page = asker.page
    asker.press("main a[href*='/desk/elevations/new']")
    page.locator("textarea[name=reason]").wait_for()
    look(asker, "ask-for-an-opening")
    asker.press(page.get_by_label("Verified name"))
    asker.press(page.get_by_label("Document number"))
    asker.press("input[name=basis][value=authority]")
    page.locator("textarea[name=reason]").fill("The police of the district ask who released this picture.")
    page.locator("input[name=document_sha256]").fill("ab" * 32)
    asker.press("main form button[type=submit]")
    page.locator("form[action$='/cancel']").wait_for()
    look(asker, "opening-asked")
    return page.url


def _approve(approver: Visitor, request: str) -> None:
    page = approver.page
    approver.go("/me/notices/")
    expect(page.locator("main")).to_contain_text("waits for approval")
    approver.go(request)
    approver.press("main form[action$='/sign'] button")
    page.locator(".agreed-text").wait_for()
    look(approver, "approve")
    approver.press("passkey-signature button")
    page.locator(".message.tone-jade").first.wait_for()


def _wait_until_open(asker: Visitor, request: str) -> None:
    """Look again until the keeper has opened it."""
    for _ in range(PATIENCE // 500):
        asker.go(request)
        if asker.page.locator("main form[action*='/persons/']").count():
            return
        asker.page.wait_for_timeout(500)
    raise AssertionError(f"it was not opened:\n{asker.page.locator('main').inner_text()}\n{asker.site.log()}")


def _producer_id(who: Visitor) -> str:
    return who.page.locator("header .menu-who .code").text_content() or ""


def _the_other_sees_no_name(approver: Visitor, request: str) -> None:
    approver.go(request)
    expect(approver.page.locator("main form[action*='/persons/']")).to_have_count(0)
    expect(approver.page.locator("main")).not_to_contain_text(MAKER[1])


def _the_person_learns_of_it(maker: Visitor, asker: Visitor) -> None:
    maker.go("/me/notices/")
    expect(maker.page.locator("main")).to_contain_text("Staff saw your sealed identity")
    maker.press("main a[href='/me/accesses/']:visible")
    expect(maker.page.locator("main")).to_contain_text("The police of the district ask")
    expect(maker.page.locator("main")).to_contain_text(_producer_id(asker))
    look(maker, "who-saw-my-identity")
