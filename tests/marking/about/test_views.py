"""What the site says of itself …"""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.identity.levels import CEILINGS
from accounts.records.log import append
from accounts.users.models import Agreement
from accounts.users.services import publish_agreement
from config import environment
from marking.about.wording import grouped

pytestmark = pytest.mark.django_db

FILING = "网信算备110108000001号"
ADDRESS = "https://beian.cac.gov.cn/1"


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    cache.clear()


@pytest.fixture
def filed(settings: Settings) -> None:
    settings.ENVIRONMENT = environment.read(
        {
            "YINJI_ALGORITHM_FILINGS": f"{FILING} {ADDRESS}",
            "YINJI_ICP_FILING": "京ICP备1号 https://beian.miit.gov.cn/",
        }
    )


def text(browser: Client, path: str, language: str = "en") -> str:
    response = browser.get(path, headers={"accept-language": language})
    assert response.status_code == 200, response
    assert not response.cookies
    return response.content.decode()


@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize(
    "path", ["/", "/about/", "/complaints/", "/accounts/login/", "/keys", "/nothing-here"]
)
def test_its_filings_stand_on_every_page(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert re.search(rf'<a href="{ADDRESS}"[^>]*>{FILING}</a>', page)
    assert "京ICP备1号" in page


def test_a_site_without_filings_says_that_none_is_stated(client: Client) -> None:
    assert "None is stated." in text(client, "/about/")
    assert "site-filings" not in text(client, "/")


@pytest.mark.parametrize("provider", sorted(CEILINGS.keys() - {"operator"}))
@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "No name here was verified by a third party."), ("zh-hans", "这里的姓名均未经第三方核验。")],
)
def test_it_says_who_checks_names(
    client: Client, settings: Settings, provider: str, language: str, sentence: str
) -> None:
    settings.ENVIRONMENT = environment.read({"YINJI_IDENTITY_PROVIDER": provider})
    assert (sentence in text(client, "/about/", language)) is not CEILINGS[provider].is_third_party
    assert client.get("/api/v1/about").json()["identity_provider"] == provider


def test_it_says_that_nobody_witnesses_its_log(client: Client) -> None:
    assert "Not witnessed" in text(client, "/about/")
    assert "Not witnessed" in text(client, "/about/figures")


def test_every_version_of_the_agreement_stays_readable(client: Client) -> None:
    newest = publish_agreement()
    old = Agreement.objects.create(
        version=newest.version - 1,
        body_en="An old word.",
        body_zh="旧话",
        marking_en="Old marks.",
        marking_zh="旧标",
        sha256="0" * 64,
        published_at=timezone.now() - timedelta(days=400),
    )
    assert f"/about/agreements/{old.version}" in text(client, "/about/")
    page = text(client, f"/about/agreements/{old.version}")
    assert all(words in page for words in ("An old word.", "Old marks.", "0" * 64))
    assert "A newer version has taken the place of this one." in page
    assert "A newer version" not in text(client, f"/about/agreements/{newest.version}")
    assert (
        "旧话"
        in client.get(f"/about/agreements/{old.version}", headers={"accept-language": "zh"}).content.decode()
    )


def test_a_version_that_never_was_is_not_found(client: Client) -> None:
    assert client.get("/about/agreements/99").status_code == 404


def test_figures_are_shown_by_month(client: Client) -> None:
    with transaction.atomic():
        record = append(kind="work.deleted", subject="work:1", body={"was": "failed"}, by=None)
        append(kind="webhook.removed", subject="webhook:1", body={}, by=None)
    page = text(client, "/about/figures")
    assert "works deleted" in page
    assert "Other events" in page
    told = client.get(f"/about/figures/{record.at.year}.json").json()
    assert told["records"] == [1, 2]
    assert told["counts"]["work.deleted"][record.at.month - 1] == 1


@pytest.mark.parametrize(
    "path", ["/about/figures?year=1999", "/about/figures/1999.json", "/about/figures?year=x"]
)
def test_years_that_the_log_does_not_hold_are_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_kind_stands_under_one_heading() -> None:
    counts = {kind: [1] * 12 for kind in ("work.released", "grant.active", "case.received", "new.thing")}
    groups = list(grouped(counts))
    assert sorted(row.kind for group in groups for row in group.rows) == sorted(counts)
    assert len(groups) == 4
    assert groups[0].rows[0].total == 12


@pytest.mark.usefixtures("filed")
def test_programs_are_told_the_same(client: Client) -> None:
    publish_agreement()
    told = SimpleNamespace(**client.get("/api/v1/about").json())
    assert told.filings == [{"number": FILING, "address": ADDRESS}]
    assert told.marks == ["credential", "explicit_label", "implicit_label", "watermark"]
    assert told.agreement == Agreement.objects.latest("version").version
    assert told.log == {"records": 0, "witnesses": 0, "signed": 0, "is_witnessed": False}
