"""What people do on the site, step by step, in a browser page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.functional.site import Site

PASSWORD = "three blind watermarks"


def sign_up(page: Page, site: Site, email: str) -> None:
    """Make an account and confirm its address with the code from the mail."""
    page.goto(f"{site.address}/accounts/signup/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("input[name=agreement]").check()
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.locator("input[name=code]").wait_for()
    code = re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4}|[A-Z0-9]{6,8})\s*$", site.mail_to(email), re.MULTILINE)
    assert code is not None, site.mail_to(email)
    page.locator("input[name=code]").fill(code[1])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/me/identity/")


def sign_in(page: Page, site: Site, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main").get_by_role("button", name="Sign In", exact=False).first.click()
    page.wait_for_url("**/works/")


def claim_name(page: Page, site: Site, name: str, number: str) -> None:
    page.goto(f"{site.address}/me/identity/")
    page.get_by_label("Name as printed on the document").fill(name)
    page.get_by_label("Document number").fill(number)
    page.get_by_role("button", name="Submit the claim").click()
    expect(page.get_by_text("Withdraw the claim")).to_be_visible()


def approve_first_claim(page: Page, site: Site) -> None:
    """What a reviewer does, signed in already."""
    page.goto(f"{site.address}/desk/identity/")
    page.locator("main a[href^='/desk/identity/']:not([href='/desk/identity/'])").first.click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("main")).to_contain_text("The claim is accepted.")


def declare(page: Page, *, depicts: str = "nobody") -> None:
    page.locator("input[name=tool]").fill("Example Diffusion")
    page.locator("input[name=tool_version]").fill("3.1")
    page.locator("input[name=kind][value=scene]").check()
    page.locator(f"input[name=depicts][value={depicts}]").check()


def upload(page: Page, site: Site, *files: Path) -> None:
    """Choose files, declare them and wait until the server has each."""
    page.goto(f"{site.address}/works/new")
    page.locator("input[type=file]").set_input_files([str(path) for path in files])
    declare(page)
    page.get_by_role("button", name="Upload and mark").click()
    expect(page.get_by_role("link", name="Open")).to_have_count(len(files), timeout=60_000)


def download(page: Page, target: Path) -> Path:
    """From a work's page: wait for the release, then fetch the marked file."""
    link = page.get_by_role("link", name="Download").first
    link.wait_for(timeout=60_000)
    with page.expect_download() as started:
        link.click()
    started.value.save_as(target)
    return target


def verify(page: Page, site: Site, path: Path) -> None:
    """What anybody does on the home page."""
    page.goto(site.address)
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="Check this file").click()
    page.locator(".verdict").wait_for(timeout=60_000)
