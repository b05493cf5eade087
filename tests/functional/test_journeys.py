"""The journeys of the product in a real browser, against the site as it is served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.functional import people
from tests.functional.accessibility import assert_accessible
from tests.functional.copies import screenshot
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def _page(browser: Browser, **options: object) -> Page:
    context = browser.new_context(locale="en-US", accept_downloads=True, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    return page


def test_a_person_signs_up_proves_a_name_marks_a_photo_and_anybody_verifies_it(
    browser: Browser, site: Site, photo: Path, tmp_path: Path
) -> None:
    creator, reviewer, anybody = _page(browser), _page(browser), _page(browser)

    people.sign_up(creator, site, "mei@example.com")
    creator.goto(f"{site.address}/works/new")
    expect(creator).to_have_url(re.compile("/me/identity/"))

    people.claim_name(creator, site, "林小梅", "11010519491231002X")
    people.sign_in(reviewer, site, "operator@localhost.localdomain", site.operator_password())
    people.approve_first_claim(reviewer, site)
    creator.reload()
    expect(creator.locator("main")).to_contain_text("not verified by a third party")

    people.upload(creator, site, photo)
    creator.get_by_role("link", name="Open").click()
    marked = people.download(creator, tmp_path / "marked.jpg")

    people.verify(anybody, site, marked)
    expect(anybody.locator(".verdict")).to_have_attribute("class", re.compile("tone-seal"))
    expect(anybody.locator("main")).to_contain_text("Released by this site")
    code = creator.url.rsplit("/", 1)[-1]
    expect(anybody.locator("main")).to_contain_text(code)

    with Image.open(marked) as picture:
        half = picture.resize((picture.width // 2, picture.height // 2))
        half.save(tmp_path / "half.jpg", quality=75)
        (tmp_path / "screen.jpg").write_bytes(screenshot(picture))
    people.verify(anybody, site, tmp_path / "screen.jpg")
    expect(anybody.locator("main")).to_contain_text("Released by this site")
    expect(anybody.locator("main")).to_contain_text(code)
    people.verify(anybody, site, tmp_path / "half.jpg")
    expect(anybody.locator(".verdict")).to_have_attribute("class", re.compile("tone-seal"))
    expect(anybody.locator("main")).to_contain_text(code)
    assert anybody.context.cookies() == []

    anybody.goto(f"{site.address}/w/{code}")
    expect(anybody.locator("main")).to_contain_text(code)
    assert "mei@example.com" not in anybody.content()
    assert "林小梅" not in anybody.content()

    report = site.manage_json("verify", str(tmp_path / "half.jpg"), code=1)["reports"][0]
    assert report["marked_here"]["work"] == code
    assert report["marked_here"]["removed"] == ["implicit_label", "credential"]
    assert site.manage_json("records", "verify")["findings"] == []


def test_several_files_are_sent_each_with_its_own_progress(
    browser: Browser, site: Site, photo: Path, tmp_path: Path
) -> None:
    site.manage("user", "create", "many@example.com", "--real-name", "Many", "--document", "passport:E12345678",
                "--approve")  # fmt: skip
    _set_password(site, "many@example.com")
    page = _page(browser)
    people.sign_in(page, site, "many@example.com")
    second = tmp_path / "second.png"
    with Image.open(photo) as picture:
        picture.resize((400, 300)).save(second)
    page.goto(f"{site.address}/works/new")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"this is no picture")
    page.locator("input[type=file]").set_input_files([str(photo), str(second), str(broken)])
    people.declare(page)
    page.get_by_role("button", name="Upload and mark").click()
    expect(page.locator(".upload")).to_have_count(3)
    expect(page.get_by_role("link", name="Open")).to_have_count(2, timeout=30_000)
    expect(page.locator(".upload [data-reason]:visible")).to_contain_text("not a picture of a known format")

    page.goto(f"{site.address}/works/new")
    page.locator("input[type=file]").set_input_files(str(second))
    people.declare(page)
    page.locator("textarea[name=parameters]").evaluate("field => field.value = 'x'.repeat(20001)")
    page.get_by_role("button", name="Upload and mark").click()
    reason = page.locator(".upload [data-reason]:visible")
    expect(reason).to_contain_text("Prompt, seed and other parameters: ")
    expect(reason).to_contain_text("at most 20000 characters")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()  # it would be sent as it was


def test_everything_works_without_javascript(
    browser: Browser, site: Site, photo: Path, tmp_path: Path
) -> None:
    site.manage("user", "create", "plain@example.com", "--real-name", "Plain", "--document", "passport:E87654321",
                "--approve")  # fmt: skip
    _set_password(site, "plain@example.com")
    page = _page(browser, java_script_enabled=False)
    people.sign_in(page, site, "plain@example.com")
    page.goto(f"{site.address}/works/new")
    page.locator("input[type=file]").set_input_files(str(photo))
    people.declare(page)
    page.get_by_role("button", name="Upload and mark").click()
    page.wait_for_url(re.compile("/works/[0-9A-Z]{10}$"))
    for _ in range(60):
        if page.get_by_role("link", name="Download").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    marked = people.download(page, tmp_path / "marked.jpg")
    people.verify(page, site, marked)
    expect(page.locator("main")).to_contain_text("Released by this site")


def test_no_page_scrolls_sideways_on_a_phone(
    browser: Browser, site: Site, photo: Path, tmp_path: Path
) -> None:
    for email, document, approval in (
        ("long@example.com", "E11111111", ["--approve"]),
        ("w@example.com", "E22222222", []),
    ):
        site.manage(
            "user", "create", email, "--real-name", "Long", "--document", f"passport:{document}", *approval
        )
    _set_password(site, "long@example.com")
    page = _page(browser, viewport={"width": 360, "height": 740})
    people.sign_in(page, site, "long@example.com")
    people.upload(page, site, photo.rename(tmp_path / f"{'long' * 45}.jpg"))
    page.get_by_role("link", name="Open").click()
    page.wait_for_url(re.compile("/works/[0-9A-Z]{10}$"))
    work = page.url.removeprefix(site.address)
    for address in ("/", "/works/", work, f"{work}/delete", "/me/", "/accounts/sessions/"):
        assert _width(page, site, address) <= 360, address
    page.context.clear_cookies()
    people.sign_in(page, site, "operator@localhost.localdomain", site.operator_password())
    for address in ("/desk/identity/", "/desk/records/"):
        assert _width(page, site, address) <= 360, address
        expect(page.locator("main table").first).to_be_visible()


def _width(page: Page, site: Site, address: str) -> int:
    page.goto(f"{site.address}{address}")
    return int(page.evaluate("document.documentElement.scrollWidth"))


def _set_password(site: Site, email: str) -> None:
    site.manage("shell", "-c", "from accounts.users.models import User;"
                f"u=User.objects.get(email='{email}');u.set_password('{people.PASSWORD}');u.save()")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_public_pages_are_accessible(browser: Browser, site: Site, scheme: str, language: str) -> None:
    context = browser.new_context(locale=language, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for address in ("/", "/accounts/signup/", "/accounts/login/", "/me/agreement"):
        page.goto(f"{site.address}{address}")
        assert_accessible(page)
    context.close()


def test_a_keyboard_reaches_the_file_and_the_button_in_order(browser: Browser, site: Site) -> None:
    page = _page(browser)
    page.goto(site.address)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Skip to")
    names = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(
            page.locator("*:focus").evaluate_all("found => found.map(e => e.type || e.tagName)[0] || ''")
        )
    assert names.index("file") < names.index("submit", names.index("file"))
