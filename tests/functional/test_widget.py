"""The element that other sites embed, on a page of another origin."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>News</title>
<script src="{site}/static/js/widget.js" defer></script></head>
<body><main><h1>News</h1><yinji-check><a href="{site}/">Check a file</a></yinji-check></main></body></html>"""


@contextmanager
def another_site(site: Site) -> Iterator[str]:
    """A server whose pages embed the element, under a policy as strict as the documentation asks for."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(lang=self.path.strip("/"), site=site.address).encode()
            policy = f"default-src 'none'; script-src {site.address}; connect-src {site.address}"
            self.send_response(200)
            for name, value in {
                "Content-Type": "text/html",
                "Content-Length": str(len(body)),
                "Content-Security-Policy": policy,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def elsewhere(site: Site) -> Iterator[str]:
    with another_site(site) as address:
        yield address


def _opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    page.goto(address)
    return page


def test_a_file_is_checked_from_the_page_of_another_site(
    browser: Browser, site: Site, elsewhere: str, unmarked: Path
) -> None:
    context = browser.new_context()
    page = _opened(context, f"{elsewhere}/en")
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_have_text("Choose a picture first.")
    page.get_by_label("Choose a picture").set_input_files(str(unmarked))
    page.keyboard.press("Tab")
    expect(page.locator("*:focus").last).to_have_text("Check this file")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("No label found", timeout=60_000)
    more = page.get_by_role("status").get_by_role("link")
    assert more.get_attribute("href") == f"{site.address}/"
    assert context.cookies() == []
    assert_accessible(page)
    context.close()


def test_it_speaks_the_language_of_its_page_and_says_why_a_file_is_refused(
    browser: Browser, elsewhere: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"this is no picture")
    context = browser.new_context(locale="en-US")
    page = _opened(context, f"{elsewhere}/zh-CN")
    page.get_by_label("选择图片").set_input_files(str(tmp_path / "broken.png"))
    page.get_by_role("button", name="核验此文件").click()
    expect(page.get_by_role("status")).to_contain_text("PNG", timeout=60_000)
    expect(page.get_by_role("status")).not_to_contain_text("expected")
    context.close()


def test_the_page_that_shows_it_fits_a_phone(browser: Browser, site: Site) -> None:
    for language in ("zh-CN", "en-US"):
        context = browser.new_context(locale=language, viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"{site.address}/widget")
        expect(page.locator("yinji-check form")).to_be_visible()
        assert_fits(page)
        context.close()


NOTE = {"text": {"zh": "画面所示的讲话从未发生。", "en": "The speech shown here was never held."}}
REFUTED = {
    "verdict": "confirmed",
    "sentence": "Confirmed.",
    "marked_here": {"work": "8Z0K3M2Q1R", "state": "refuted", "refutation": NOTE, "changes": []},
    "conflicts": [],
}


@pytest.mark.parametrize(
    ("language", "choose", "check"),
    [("en", "Choose a picture", "Check this file"), ("zh-CN", "选择图片", "核验此文件")],
)
def test_it_tells_that_a_work_is_refuted(
    browser: Browser, elsewhere: str, unmarked: Path, language: str, choose: str, check: str
) -> None:
    context = browser.new_context()
    page = _opened(context, f"{elsewhere}/{language}")
    page.route(
        "**/api/v1/verifications",
        lambda route: route.fulfill(json=REFUTED, headers={"Access-Control-Allow-Origin": "*"}),
    )
    page.get_by_label(choose).set_input_files(str(unmarked))
    page.get_by_role("button", name=check).click()
    expect(page.get_by_role("status")).to_contain_text(NOTE["text"][language[:2]])
    context.close()


def test_a_link_stands_in_its_place_without_javascript(browser: Browser, site: Site, elsewhere: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = _opened(context, f"{elsewhere}/en")
    page.get_by_role("link", name="Check a file").click()
    page.wait_for_url(f"{site.address}/")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_own_page_is_accessible_and_shows_it(
    browser: Browser, site: Site, scheme: str, unmarked: Path
) -> None:
    context = browser.new_context(locale="en-US", color_scheme=scheme)  # type: ignore[arg-type]
    page = _opened(context, f"{site.address}/widget")
    page.get_by_label("Choose a picture").set_input_files(str(unmarked))
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_role("status")).to_contain_text("No label found", timeout=60_000)
    assert_accessible(page)
    context.close()
