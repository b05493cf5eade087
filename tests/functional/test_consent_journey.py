"""A consent from the upload to its end, on a phone: asked for, given with a passkey, published, and withdrawn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.conftest import photograph
from tests.drawn_faces import face
from tests.functional import consenting
from tests.functional.consenting import Visitor, look, visitor
from tests.functional.people import sign_in
from tests.functional.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


@dataclass(frozen=True)
class Case:
    """One language, and people and a picture of its own: the site knows a picture that was taken down again."""

    language: str
    seed: int
    creator: tuple[str, str, str]
    person: tuple[str, str, str]
    awaiting: str
    ended: str
    ended_on: str


ENGLISH = Case(
    "en-US", 41,
    ("journey-ada@example.com", "Ada Lovelace", "330106198704122118"),
    ("journey-mei@example.com", "Lin Mei", "510107199203173421"),
    "Awaiting consent", "Consent ended", "Consent ended on",
)  # fmt: skip
CHINESE = Case(
    "zh-CN", 42,
    ("journey-wu@example.com", "吴梅村", "420102198506231010"),
    ("journey-lin@example.com", "林小梅", "440305199108092041"),
    "等待本人同意", "同意已终止", "年",
)  # fmt: skip


@pytest.fixture
def picture(tmp_path: Path, case: Case) -> Path:
    """A picture that shows somebody."""
    pixels = photograph(480, 640, case.seed)
    pixels[120:360, 200:440] = face(240)
    path = tmp_path / "portrait.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize("case", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_a_consent_is_asked_for_given_used_and_withdrawn(
    browser: Browser, site: Site, case: Case, picture: Path, tmp_path: Path
) -> None:
    consenting.open_accounts(site, case.creator, case.person)
    creator, person, anybody = (visitor(browser, site, case.language) for _ in range(3))
    creator.sign_in(case.creator[0])
    person.sign_in(case.person[0])
    person.add_passkey()
    person.page.context.clear_cookies()

    code = consenting.upload(creator, picture)
    expect(creator.page.locator("main .badge").first).to_have_text(case.awaiting)
    consenting.say_what_it_is_for(creator, code)
    consenting.ask(creator, *reversed(case.person[:2]))
    look(creator, "consent-asked")
    consenting.tour(creator, "/consent/requests/")
    link = consenting.link_from_mail(site, case.person[0])
    _opening_it_changes_nothing(anybody, link)

    consenting.agree(person, link)
    to_give = person.clicks
    consenting.wait_for_release(creator, code)
    marked = consenting.fetch(creator, tmp_path / "marked.png")
    look(creator, "released")
    assert _standing(anybody, code) == "valid"
    consenting.check(anybody, marked)
    expect(anybody.page.locator("main")).to_contain_text(code)

    consenting.withdraw(person)
    assert person.clicks <= min(3, to_give)
    look(person, "grant")
    _it_is_dark(creator, case, code)
    assert _standing(anybody, code) == "ended"
    anybody.go(f"/w/{code}")
    expect(anybody.page.locator(".certificate-void h1")).to_contain_text(case.ended_on)
    look(anybody, "certificate")
    anybody.go(f"/v/{code}")
    expect(anybody.page.locator("main h2")).to_contain_text(case.ended)
    look(anybody, "status")
    _further_pages(creator, person, anybody)


def _opening_it_changes_nothing(anybody: Visitor, link: str) -> None:
    """What a mail scanner does."""
    before = consenting.counted(anybody.site)
    for _ in range(2):
        assert consenting.answer_of(anybody, link)[0] == 200
    assert anybody.page.context.cookies() == []
    assert consenting.counted(anybody.site) == before


def _standing(anybody: Visitor, code: str) -> str:
    """What the public check says, for machines."""
    return str(json.loads(consenting.answer_of(anybody, f"/v/{code}.json")[1])["status"])


def _it_is_dark(who: Visitor, case: Case, code: str) -> None:
    """The download says that it ended, and of whom nothing."""
    status, body = consenting.answer_of(who, f"/works/{code}/download")
    assert status == 410
    assert case.person[0] not in body
    assert case.person[1] not in body


def _further_pages(creator: Visitor, person: Visitor, anybody: Visitor) -> None:
    person.page.locator("main a[href^='/receipts/']").first.click()
    person.page.wait_for_url("**/receipts/**")
    look(person, "receipt")
    own = ("/me/notices/", "/me/webhooks/", "/me/children/", "/me/likeness/", "/me/likeness/rules")
    consenting.tour(person, *own)
    consenting.tour(creator, "/me/notices/", "/consent/requests/", "/works/")
    consenting.tour(anybody, "/receipts/check")


def test_the_desks_fit_a_phone(browser: Browser, site: Site) -> None:
    reviewer = visitor(browser, site, "en-US")
    sign_in(reviewer.page, site, "operator@localhost.localdomain", site.operator_password())
    consenting.tour(reviewer, "/desk/statements/", "/desk/guardians/")
