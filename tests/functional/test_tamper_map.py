"""The map of changes in a real browser: by mouse and keyboard, with scripts and without."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, expect

from marking.verification.presentation import shown
from marking.verification.report import Views
from marking.verification.tamper_map import tamper_map
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site
from tests.marking.verification.kept_reports import altered_report, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


def _document(language: str) -> str:
    """A whole page with a report that was made up."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    altered = altered_report(views=Views(jpeg(1000, 800), jpeg(1000, 800), jpeg(1000, 800)))
    with translation.override(language):
        now = timezone.now()
        report = replace(shown(replace(altered, marked_here=None)), map=tamper_map(altered))
        context = {"report": report, "checked_at": now, "expires_at": now}
        return render_to_string("marking/verification/kept.html", context, request)


def _shown(browser: Browser, site: Site, document: str, **options: object) -> Page:
    """Show the page as the site's own, under its policy for contents."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    policy = {"Content-Security-Policy": page.request.head(site.address).headers["content-security-policy"]}
    page.route(
        f"{site.address}/made-up",
        lambda route: route.fulfill(body=document, content_type="text/html", headers=policy),
    )
    page.goto(f"{site.address}/made-up")
    return page


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_pictures_are_chosen_one_by_one(browser: Browser, site: Site, has_scripts: bool) -> None:
    page = _shown(browser, site, _document("en"), java_script_enabled=has_scripts)
    expect(page.locator(".view-map img")).to_be_visible()
    expect(page.locator(".view-upload")).to_be_hidden()
    page.get_by_text("The released picture", exact=True).first.click()
    expect(page.locator(".view-registered")).to_be_visible()
    expect(page.locator(".view-map")).to_be_hidden()
    expect(page.locator("label[for=view_slider]")).to_have_count(int(has_scripts))


def test_a_keyboard_goes_through_the_pictures_and_moves_the_slider(browser: Browser, site: Site) -> None:
    page = _shown(browser, site, _document("en"))
    page.locator("#view_map").focus()
    for name in ("upload", "registered", "slider"):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f".view-{name}")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("before-after input")).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("before-after")).to_have_attribute("style", "--split: 100%;")
    sources = page.locator(".view-slider img").evaluate_all("all => all.map(each => each.src.slice(0, 10))")
    assert sources == ["data:image", "data:image"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_accessible_and_fits_a_phone(browser: Browser, site: Site, scheme: str, language: str) -> None:
    window = {"width": 360, "height": 740}
    page = _shown(browser, site, _document(language), color_scheme=scheme, viewport=window)
    expect(page.locator("label[for=view_slider]")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
