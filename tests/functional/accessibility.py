"""Pages held against WCAG 2.2 AA as far as a machine can, with axe."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""What is new in WCAG 2.2 (2.5.8, targets of 24 by 24 pixels) axe leaves out unless it is asked."""


def assert_accessible(page: Page) -> None:
    """Fail with axe's report where a page breaks one of its rules."""
    results = Axe().run(page, options=OPTIONS)
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"


def assert_fits(page: Page) -> None:
    """Fail where a page is wider than its window."""
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], page.url
