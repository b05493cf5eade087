"""Take the pictures of ``docs/images``: ``python -m tests.functional.take_screenshots [FOLDER]``.

The eight main pages, each in both languages and both themes, of a real site with its sample works.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.functional import people
from tests.functional.browser import chromium
from tests.functional.site import ROOT, Site, running

LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
SCHEMES = ("light", "dark")
WINDOW = {"width": 1280, "height": 860}
EMAIL = "mei@example.com"


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site, chromium() as browser:
        marked = _prepare(site, browser, Path(folder))
        for language, locale in LANGUAGES.items():
            for scheme in SCHEMES:
                for name, page in _pages(site, browser, locale, scheme, marked):
                    _save(page, target / f"{name}-{language}-{scheme}.png")


def _prepare(site: Site, browser: Browser, folder: Path) -> Path:
    """One creator with three marked works, one claim that waits; return a marked file."""
    from config.paintings import PAINTINGS

    site.manage(
        "user", "create", EMAIL, "--real-name", "林小梅", "--document", "passport:E12345678", "--approve"
    )
    script = f"from accounts.users.models import User; u=User.objects.get(email={EMAIL!r});"
    site.manage("shell", "-c", script + f"u.set_password({people.PASSWORD!r}); u.save()")
    paths = []
    for name, paint in PAINTINGS.items():
        paths.append(folder / f"{name}.png")
        Image.fromarray(paint()).save(paths[-1], compress_level=1)
    words = (
        "--out",
        str(folder / "out"),
        "--user",
        EMAIL,
        "--tool",
        "Example Diffusion",
        "--tool-version",
        "3.1",
    )
    works = site.manage_json("mark", *map(str, paths), *words, "--kind", "scene")["works"]
    half = folder / "mountains-shared.jpg"
    with Image.open(works[0]["output"]) as picture:
        picture.convert("RGB").resize((picture.width // 2, picture.height // 2)).save(half, quality=75)
    return half


def _pages(
    site: Site, browser: Browser, locale: str, scheme: str, marked: Path
) -> Iterator[tuple[str, Page]]:
    context = browser.new_context(locale=locale, color_scheme=scheme, viewport=WINDOW)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site.address)
    yield "home", page
    page.locator("input[type=file]").set_input_files(str(marked))
    page.locator("main form button").first.click()
    page.locator(".verdict").wait_for()
    yield "report", page
    page.goto(f"{site.address}/accounts/signup/")
    yield "signup", page
    page.goto(f"{site.address}/accounts/login/")
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(people.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/works/")
    page.reload()  # without the greeting
    yield "works", page
    page.goto(f"{site.address}/works/new")
    yield "upload", page
    page.goto(f"{site.address}/works/")
    page.locator(".work-words a").last.click()
    page.wait_for_load_state("networkidle")
    yield "work", page
    page.goto(page.url.replace("/works/", "/w/"))
    yield "certificate", page
    page.goto(f"{site.address}/me/identity/")
    yield "identity", page
    context.close()


def _save(page: Page, path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(200, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    print(path)


if __name__ == "__main__":
    main()
