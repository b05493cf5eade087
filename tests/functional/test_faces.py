"""A creator is asked whose the faces in a file are, on a telephone, with scripts and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.drawn_faces import scene
from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PHONE = {"width": 360, "height": 740}
EMAIL = "faces@example.com"
ACCOUNT = (
    "from accounts.users.models import User;"
    f"user = User.objects.get(email='{EMAIL}'); user.set_password('{people.PASSWORD}'); user.save()"
)


@pytest.fixture(scope="module")
def creator(site: Site) -> str:
    """The address of an account that may upload."""
    document = ("--real-name", "Faces", "--document", "passport:E12345679")
    site.manage("user", "create", EMAIL, *document, "--approve")
    site.manage("shell", "-c", ACCOUNT)
    return EMAIL


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A picture of two drawn faces."""
    path = tmp_path / "group.png"
    Image.fromarray(scene((40, 90), (380, 90))).save(path)
    return path


def _open(browser: Browser, **options: object) -> Page:
    page = browser.new_context(viewport=PHONE, **options).new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    page.on("console", lambda line: pytest.fail(line.text) if "Content Security" in line.text else None)
    return page


def _accessible(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def test_a_creator_answers_for_each_face_and_the_work_is_marked(
    browser: Browser, site: Site, creator: str, group: Path
) -> None:
    page = _open(browser, locale="en-US")
    people.sign_in(page, site, creator)
    people.upload(page, site, group)
    page.get_by_role("link", name="Open").click()
    page.get_by_role("link", name="Say whose they are").click(timeout=60_000)
    expect(page.locator(".framed rect")).to_have_count(2)
    image = page.locator(".framed img")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0  # waits for it
    frame = page.locator(".framed rect").first.bounding_box()
    around = image.bounding_box()
    assert frame is not None
    assert around is not None
    assert around["x"] < frame["x"] < around["x"] + around["width"] / 2
    _accessible(page)
    for number, answer in (("1", "synthetic"), ("2", "not_a_face")):
        page.locator(f"input[name=face_{number}][value={answer}]").check()
    page.get_by_role("button", name="Record the answers").click()
    people.download(page, group.with_name("marked.png"))
    page.get_by_role("link", name="Look at them").click()
    _accessible(page)


def test_a_real_person_makes_the_work_wait_also_without_scripts(
    browser: Browser, site: Site, creator: str, group: Path
) -> None:
    page = _open(browser, locale="zh-CN", color_scheme="dark", java_script_enabled=False)
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=login]").fill(creator)
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/works/")
    page.goto(f"{site.address}/works/new")
    page.locator("input[type=file]").set_input_files(str(group))
    people.declare(page)
    page.locator("main form button[type=submit]").click()
    for _ in range(120):
        if page.locator("a[href$='/faces']").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator("a[href$='/faces']").first.click()
    page.locator("input[name=face_1][value=real_person]").check()
    page.locator("input[name=face_2][value=synthetic]").check()
    page.locator("form:has(input[name=face_1]) button").click()
    expect(page.locator(".badge").first).to_have_text("等待本人同意")


def test_the_answer_beforehand_is_offered_where_no_face_is_declared(
    browser: Browser, site: Site, creator: str
) -> None:
    page = _open(browser, locale="en-US")
    people.sign_in(page, site, creator)
    page.goto(f"{site.address}/works/new")
    box = page.get_by_label("Every face in these files is synthetic")
    for depicts, is_offered in (
        ("nobody", True),
        ("face", False),
        ("voice", True),
        ("face_and_voice", False),
    ):
        page.locator(f"input[name=depicts][value={depicts}]").check()
        expect(box).to_be_visible(visible=is_offered)
    _accessible(page)
