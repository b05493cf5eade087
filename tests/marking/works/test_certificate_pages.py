"""Certificate pages that are kept as bytes …"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.identity.models import IdentityClaim
from accounts.identity.services import end
from accounts.users.models import User
from consent.grants.models import Grant
from consent.scope import GrantState
from marking.works import certificate_pages, services
from marking.works.models import Work
from marking.works.states import WorkState
from tests.benchmarks.certificates import table
from tests.consent.depicting import published
from tests.consent.people import NUMBERS, account, granted
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    certificate_pages._kept.clear()


@pytest.fixture
def work(verified_user: User) -> Work:
    """A released work without files, which the page does not look at."""
    return Work.objects.create(
        owner=verified_user, state=WorkState.RELEASED, released_at=timezone.now(), tool="generator", kind="content",
        depicts="nobody", source_name="a.png", source_path="originals/a", source_sha256="0" * 64, source_bytes=1,
        media_type="image/png", width=1, height=1, marked_path="marked/a", marked_sha256="0" * 64, marked_bytes=1,
    )  # fmt: skip


def page_of(work: Work, client: Client | None = None, query: str = "", **headers: str) -> str:
    response = (client or Client()).get(
        reverse("certificate:page", args=[work.code]) + query, headers=headers
    )
    assert response.status_code == 200
    return response.content.decode()


def test_a_kept_page_costs_one_query_and_is_the_same(
    work: Work, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rendered = page_of(work)
    with django_assert_num_queries(1):
        assert page_of(work) == rendered


def test_it_says_with_the_next_request_that_a_grant_does_not_stand_whatever_the_work_says(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
    work, _use = published(creator, granted(account("lin@example.com", "Lin Mei"), creator))
    before = page_of(work)
    with django_assert_num_queries(2):
        assert page_of(work) == before
    with unrecorded():
        Grant.objects.update(state=GrantState.WITHDRAWN, ended_at=timezone.now())
    assert page_of(work) != before


def test_it_says_that_a_work_was_deleted_with_the_next_request(work: Work, verified_user: User) -> None:
    assert "Declared and marked as AI-generated" in page_of(work)
    services.delete(by=verified_user, work=work)
    for _ in range(2):
        assert "This work was deleted" in page_of(work)


def test_it_says_that_a_name_is_no_longer_verified_with_the_next_request(
    work: Work, verified_user: User
) -> None:
    before = page_of(work)
    end(by=None, claim=IdentityClaim.objects.get(user=verified_user), reason="the document expired")
    after = page_of(work)
    assert after != before
    assert page_of(work) == after


def test_every_language_has_its_own(work: Work) -> None:
    english, chinese = (page_of(work, **{"Accept-Language": each}) for each in ("en", "zh-CN"))
    assert 'lang="en"' in english
    assert 'lang="zh-hans"' in chinese
    assert page_of(work, **{"Accept-Language": "en"}) == english
    reader = Client()
    reader.cookies["django_language"] = "zh-hans"
    assert page_of(work, reader) == chinese
    assert len(certificate_pages._kept) == 2


def test_what_only_one_reader_sees_is_not_kept(work: Work, verified_user: User) -> None:
    owner = Client()
    owner.force_login(verified_user)
    assert "My works" in page_of(work, owner)
    page_of(work, query="?from=elsewhere")
    assert not certificate_pages._kept
    assert "My works" not in page_of(work)
    assert "My works" in page_of(work, owner)


def test_what_has_no_certificate_has_no_page(work: Work) -> None:
    for code in ("ZZZZZZZZZZ", "UUUUUUUUUU"):
        assert Client().get(reverse("certificate:page", args=[code])).status_code == 404
    lower = Client().get(reverse("certificate:page", args=[work.code.lower()]))
    assert (lower.status_code, lower["Location"]) == (301, reverse("certificate:page", args=[work.code]))
    assert not certificate_pages._kept


def test_only_so_many_are_kept(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_pages, "MOST_KEPT", 1)
    english, chinese = (page_of(work, **{"Accept-Language": each}) for each in ("en", "zh-CN"))
    assert list(certificate_pages._kept.values()) == [chinese.encode()] != [english.encode()]


def test_the_benchmark_compares_with_its_first_row() -> None:
    assert table({"an empty view": 0.001, "a certificate": 0.00125})[2:] == [
        "| an empty view | 1.00 ms | 1000 | 100% |",
        "| a certificate | 1.25 ms | 800 | 80% |",
    ]
