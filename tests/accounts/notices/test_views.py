"""The inbox …"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.notices import kinds
from accounts.notices.kinds import Kind, register
from accounts.notices.models import Notice
from accounts.notices.preferences import preferences_of
from accounts.notices.queries import unread_count
from accounts.notices.views import PAGE_SIZE
from accounts.records.models import Record
from accounts.retention import emptying
from accounts.retention.months import months_before
from accounts.users.models import User
from accounts.vault.models import PersonKey
from accounts.vault.wrapped_key import new_wrapped_key

from .conftest import NOW, READ, Tell

INBOX, MARK, MAIL = "/me/notices/", "/me/notices/read", "/me/notices/mail"


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def shown(browser: Client, url: str = INBOX) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_empty_at_first(browser: Client) -> None:
    assert "No notices yet" in shown(browser)


def test_it_shows_what_happened_newest_first_and_where_to_go(browser: Client, tell: Tell) -> None:
    tell(kind="test.read", params={"name": "Old <b>Ben</b>"}, url_args=[])
    tell(now=NOW + timedelta(minutes=1))
    page = shown(browser)
    assert "Ben Bitdiddle asks for “a film”." in page
    assert 'href="/me/api/abc/revoke"' in page
    assert "Old &lt;b&gt;Ben&lt;/b&gt; read it." in page
    assert page.index("asks for “a film”") < page.index("read it.")


def test_it_shows_nothing_of_others(browser: Client, tell: Tell, other_user: User) -> None:
    tell(user=other_user)
    assert "No notices yet" in shown(browser)


def test_it_marks_what_is_unread_and_nothing_by_looking(browser: Client, tell: Tell) -> None:
    tell()
    for _ in range(2):
        assert ">Unread</span>" in shown(browser)
    assert unread_count(Notice.objects.get().user) == 1


def test_it_marks_all_as_read_that_was_seen(browser: Client, tell: Tell, user: User) -> None:
    seen = tell()
    tell(now=NOW + timedelta(minutes=1))  # came after the page was loaded
    browser.post(MARK, {"up_to": seen.pk})
    assert unread_count(user) == 1
    browser.post(MARK, {"up_to": Notice.objects.first().pk})  # type: ignore[union-attr]
    page = shown(browser)
    assert ">Unread</span>" not in page
    assert "Mark all as read" not in page


def test_it_marks_nothing_for_others_nor_without_a_notice(
    browser: Client, tell: Tell, other_user: User
) -> None:
    theirs = tell(user=other_user)
    tell()
    assert browser.post(MARK, {"up_to": theirs.pk}).status_code == 404
    assert browser.post(MARK, {"up_to": "nonsense"}).status_code == 302
    assert not Notice.objects.filter(read_at__isnull=False).exists()


def test_it_is_laid_out_in_pages(browser: Client, tell: Tell) -> None:
    for minute in range(PAGE_SIZE + 1):
        tell(
            kind="test.read",
            params={"name": f"No. {minute}."},
            url_args=[],
            now=NOW + timedelta(minutes=minute),
        )
    assert "No. 0." not in shown(browser)
    last = shown(browser, f"{INBOX}?page=2")
    assert "No. 0." in last
    assert "Mark these and older ones as read" in last


def test_it_asks_no_more_of_the_database_for_many(
    browser: Client, tell: Tell, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(PAGE_SIZE):
        tell()
    shown(browser)  # the first visit notes the session
    with django_assert_max_num_queries(12):
        shown(browser)


def test_it_stays_readable_when_a_kind_or_an_address_is_gone(
    browser: Client, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dict(kinds._kinds)
    register(Kind("test.old", "Once", "%(name)s did it.", url_name="notices:inbox"))
    tell(kind="test.old", url_args=[])
    tell(kind="test.read", url_args=[])
    monkeypatch.setattr(
        kinds, "_kinds", {**known, "test.old": Kind("test.old", "Once", "%(who)s did it.", "gone:gone")}
    )
    page = shown(browser)
    assert "… did it." in page
    monkeypatch.setattr(kinds, "_kinds", {"test.read": READ})
    assert "no longer knows this kind" in shown(browser)


def test_it_says_of_a_notice_that_no_key_opens_that_it_cannot_be_read(
    browser: Client, tell: Tell, user: User
) -> None:
    tell()
    PersonKey.objects.filter(user=user).update(wrapped=new_wrapped_key())
    assert "can no longer be read" in shown(browser)
    PersonKey.objects.filter(user=user).update(wrapped=None, destroyed_at=timezone.now())
    assert "can no longer be read" in shown(browser)


@pytest.mark.django_db
def test_it_wants_an_account(client: Client) -> None:
    for url in (INBOX, MAIL):
        assert client.get(url).headers["Location"].startswith("/accounts/login/")


class TestTheMenu:
    """The account menu …"""

    def test_it_says_how_much_is_unread_by_one_query(self, browser: Client, tell: Tell) -> None:
        for _ in range(3):
            tell()
        with CaptureQueriesContext(connection) as asked:
            page = shown(browser, "/me/")
        assert len([query for query in asked if "accounts_notice" in query["sql"]]) == 1
        assert page.count('>3<span class="visually-hidden"> unread</span>') == 3  # summary, menu, side

    def test_it_asks_nothing_for_people_without_an_account(
        self, client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(0):
            client.get("/")
            assert unread_count(AnonymousUser()) == 0


class TestTheMailPage:
    """The page on mails …"""

    def test_it_keeps_a_choice(self, browser: Client, user: User) -> None:
        page = shown(browser, MAIL)
        assert "Something was read" in page
        assert page.index("These are always mailed") < page.index("Somebody asks for your consent")
        answer = browser.post(MAIL, {"language": "zh-hans", "wanted": ["webhook.disabled"]}, follow=True)
        assert answer.status_code == 200
        chosen = preferences_of(user)
        assert chosen.language == "zh-hans"
        assert "test.read" in chosen.unwanted
        assert "webhook.disabled" not in chosen.unwanted
        assert "test.asked" not in chosen.unwanted

    @pytest.mark.parametrize("said", [{"language": "tlh"}, {"language": "en", "wanted": ["test.asked"]}, {}])
    def test_it_refuses_what_is_no_choice(self, browser: Client, said: dict[str, object]) -> None:
        assert browser.post(MAIL, {"x": "y"} | said).status_code == 422


def test_what_it_says_goes_with_its_class(browser: Client, tell: Tell) -> None:
    tell(kind="test.read", params={"name": "Old Ben"}, url_args=[])
    told = Notice.objects.get().created_at
    emptying.run(now=months_before(told, -36))
    assert Notice.objects.get().emptied_at is None
    for _time in range(2):
        emptying.run(now=months_before(told, -37))
    page = shown(browser)
    assert "Erased on" in page
    assert "Old Ben" not in page
    assert Record.objects.filter(kind="retention.emptied").count() == 1
