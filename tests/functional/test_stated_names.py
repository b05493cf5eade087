"""A site that takes people at their word: the page of the claim says by itself that it did."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible
from tests.functional.site import running


def test_the_page_says_by_itself_that_the_worker_answered(browser: Browser, tmp_path: Path) -> None:
    with (
        running(tmp_path, YINJI_IDENTITY_PROVIDER="local") as site,
        browser.new_context(locale="en-US") as context,
    ):
        page = context.new_page()
        people.sign_up(page, site, "mei@example.com")
        page.get_by_label("Name as printed on the document").fill("林小梅")
        page.get_by_label("Document number").fill("11010519491231002X")
        page.get_by_role("button", name="Submit the claim").click()

        expect(page.locator("main")).to_contain_text("Stated by the person, only its form was checked")
        expect(page.locator("main")).to_contain_text("not verified by a third party")
        expect(page.locator("[hx-get]")).to_have_count(0)
        assert_accessible(page)
