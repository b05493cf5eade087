"""A check as it is served: sent while the file is examined, ended by whoever leaves, kept by whoever asks."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.conftest import photograph
from tests.functional import people
from tests.functional.accessibility import assert_accessible, assert_fits
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
PATIENCE_SECONDS = 60.0


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A picture of 12 megapixels, which takes a while."""
    path = tmp_path / "large.jpg"
    Image.fromarray(photograph(750, 1000)).resize((4000, 3000)).save(path, quality=90)
    return path


def _send(site: Site, path: Path) -> socket.socket:
    """Post a file as a form does; return the line on which the answer comes."""
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    body += path.read_bytes() + b"\r\n--b--\r\n"
    head = (
        f"POST / HTTP/1.1\r\nHost: localhost:{site.port}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    line = socket.create_connection(("localhost", site.port), PATIENCE_SECONDS)
    line.sendall(head.encode() + body)
    return line


def _begun(line: socket.socket) -> bytes:
    """Everything that is there as soon as the page has begun."""
    begun = b""
    while b"Your file is being checked" not in begun:
        piece = line.recv(1 << 20)
        assert piece, begun
        begun += piece
    return begun


def _ended(line: socket.socket) -> bytes:
    """Everything that is still to come."""
    with line, line.makefile("rb") as rest:
        return rest.read()


def _incoming(site: Site) -> list[Path]:
    return list((site.folder / "data" / "incoming").iterdir())


def test_the_page_is_sent_while_the_file_is_examined(site: Site, large: Path) -> None:
    line = _send(site, large)
    begun = _begun(line)
    assert begun.startswith(b"HTTP/1.1 200")
    assert b"Watermark: looked for" not in begun, "the page came when everything was over"
    rest = _ended(line)
    assert b"Watermark: looked for" in rest
    assert b"</html>" in rest
    assert _incoming(site) == []


def test_who_leaves_leaves_nothing_behind_and_makes_room(site: Site, large: Path, unmarked: Path) -> None:
    for _ in range(2):  # as many as there are places
        line = _send(site, large)
        _begun(line)
        line.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _is_served(site, unmarked):
        assert time.monotonic() < deadline, "who left still holds a place"
    assert _incoming(site) == []


def _is_served(site: Site, path: Path) -> bool:
    answer = _ended(_send(site, path))
    return answer.startswith(b"HTTP/1.1 200") and b"No label found" in answer


def test_a_refusal_has_a_true_status(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("no picture")
    assert _ended(_send(site, path)).startswith(b"HTTP/1.1 415")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_result_takes_the_place_of_the_progress_and_is_kept_on_request(
    browser: Browser, site: Site, unmarked: Path, has_scripts: bool
) -> None:
    page = _page(browser, java_script_enabled=has_scripts)
    people.verify(page, site, unmarked)
    expect(page.locator(".checking")).to_be_hidden()
    expect(page.locator("h1")).to_have_count(1)
    answered = re.compile("No label found")  # only scripts change the title of a page that came in pieces
    (expect(page).to_have_title if has_scripts else expect(page).not_to_have_title)(answered)
    page.get_by_role("button", name="Keep this result").click()
    page.wait_for_url(re.compile(r"/checks/[\w-]{22}$"))
    expect(page.locator("main")).to_contain_text("A result as of")
    expect(page.locator("main")).not_to_contain_text("photo.jpg")
    assert page.context.cookies() == []


def test_the_verdict_is_read_first(browser: Browser, site: Site, unmarked: Path) -> None:
    page = _page(browser)
    people.verify(page, site, unmarked)
    expect(page.locator("h1")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_results_are_accessible_and_fit_a_phone(
    browser: Browser, site: Site, unmarked: Path, scheme: str, language: str
) -> None:
    window = {"width": 360, "height": 740}
    page = _page(browser, locale=language, color_scheme=scheme, viewport=window)
    page.goto(site.address)
    page.locator("input[type=file]").set_input_files(str(unmarked))
    page.locator("main form button").first.click()
    page.locator(".verdict").wait_for()
    _is_fit(page)
    page.locator("form[action='/checks/'] button").click()
    page.wait_for_url(re.compile("/checks/."))
    _is_fit(page)
    page.goto(f"{site.address}/checks/AAAAAAAAAAAAAAAAAAAAAA")
    _is_fit(page)


def _is_fit(page: Page) -> None:
    assert_accessible(page)
    assert_fits(page)


def _page(browser: Browser, **options: object) -> Page:
    context = browser.new_context(**{"locale": "en-US", **options})  # type: ignore[arg-type]
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
    return page
