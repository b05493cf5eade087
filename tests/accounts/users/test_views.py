from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.access.declare import PUBLIC, SIGNED_IN
from accounts.records.models import Record
from accounts.users import queries, services, views
from accounts.users.models import Agreement, User

AGREEMENT, PROFILE, DELETE = "/me/agreement", "/me/", "/me/delete"


def _messages(response: HttpResponse) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def test_it_declares_who_may_enter() -> None:
    assert views.agreement.access == PUBLIC
    for view in (views.profile, views.sign_out_everywhere, views.delete_account, views.keep_account):
        assert view.access == SIGNED_IN


@pytest.mark.parametrize("name", ["profile", "sign_out_everywhere", "delete_account", "keep_account"])
def test_it_sends_strangers_to_sign_in(client: Client, db: None, name: str) -> None:
    response = client.post(reverse(f"me:{name}"))
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["sign_out_everywhere", "keep_account"])
def test_it_changes_nothing_by_a_link(visitor: Client, name: str) -> None:
    assert visitor.get(reverse(f"me:{name}")).status_code == 405


class TestAgreement:
    def test_it_is_open_to_strangers_and_leaves_no_cookie(self, client: Client, agreement: Agreement) -> None:
        response = client.get(AGREEMENT)
        assert response.status_code == 200
        assert not response.cookies
        page = response.content.decode()
        assert 'id="marking"' in page
        assert "GB 45438-2025" in page
        assert "<strong>visible label</strong>" in page
        assert agreement.sha256 in page
        assert "csrfmiddlewaretoken" not in page

    def test_it_speaks_chinese(self, client: Client, agreement: Agreement) -> None:
        response = client.get(AGREEMENT, headers={"accept-language": "zh-hans"})
        assert response.context["text_language"] == "zh-Hans"
        assert "显式标识" in response.content.decode()

    def test_it_is_not_found_before_it_is_published(self, client: Client, db: None) -> None:
        assert client.get(AGREEMENT).status_code == 404

    def test_it_escapes_what_an_operator_writes(self, client: Client, agreement: Agreement) -> None:
        Agreement.objects.update(body_en="## <script>\n\n- **<b>**")
        page = client.get(AGREEMENT).content.decode()
        assert "&lt;script&gt;" in page
        assert "<strong>&lt;b&gt;</strong>" in page

    def test_it_is_not_accepted_by_strangers(self, client: Client, agreement: Agreement) -> None:
        response = client.post(AGREEMENT, {"version": agreement.version, "accepted": "on"})
        assert response.status_code == 200
        assert not Record.objects.filter(kind="agreement.accepted").exists()

    def test_it_is_accepted_with_a_tick(self, visitor: Client, user: User, agreement: Agreement) -> None:
        assert visitor.get(AGREEMENT).context["due"] == agreement
        response = visitor.post(AGREEMENT, {"version": agreement.version, "accepted": "on"})
        assert response["Location"] == PROFILE
        assert queries.must_accept(user) is None
        assert "You have accepted this version" in visitor.get(AGREEMENT).content.decode()

    def test_it_asks_for_the_tick(self, visitor: Client, user: User, agreement: Agreement) -> None:
        response = visitor.post(AGREEMENT, {"version": agreement.version})
        assert "Please tick the box" in response.content.decode()
        assert queries.must_accept(user) == agreement

    def test_it_asks_to_read_the_version_that_came_meanwhile(
        self,
        visitor: Client,
        user: User,
        agreement: Agreement,
        next_agreement: Callable[[], Agreement],
    ) -> None:
        next_agreement()
        response = visitor.post(AGREEMENT, {"version": agreement.version, "accepted": "on"})
        assert response["Location"] == AGREEMENT
        assert "please read that one" in _messages(response)

    @pytest.mark.parametrize(
        ("target", "reached"), [("/works/new", "/works/new"), ("https://elsewhere.example/", PROFILE)]
    )
    def test_it_goes_on_to_where_one_came_from_and_never_elsewhere(
        self, visitor: Client, agreement: Agreement, target: str, reached: str
    ) -> None:
        response = visitor.post(
            f"{AGREEMENT}?next={target}", {"version": agreement.version, "accepted": "on"}
        )
        assert response["Location"] == reached


class TestProfile:
    def test_it_shows_ones_own_things_and_the_ways_on(
        self, visitor: Client, user: User, other_user: User, agreement: Agreement
    ) -> None:
        page = visitor.get(PROFILE).content.decode()
        assert user.producer_id in page
        assert user.email in page
        assert other_user.producer_id not in page
        assert "not verified by a third party" in page
        assert "Accept it before you submit a work" in page
        for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list"):
            assert f'href="{reverse(name)}"' in page

    def test_it_says_who_accepted_the_agreement(
        self, visitor: Client, user: User, agreement: Agreement
    ) -> None:
        services.accept_on_behalf(by=None, user=user)
        page = visitor.get(PROFILE).content.decode()
        assert "on your behalf" in page
        assert "Accept it before" not in page

    def test_it_shows_a_verified_name_as_what_it_is(self, client: Client, verified_user: User) -> None:
        client.force_login(verified_user)
        page = client.get(PROFILE).content.decode()
        assert "Checked by the operator" in page
        assert "Ada Lovelace" not in page


class TestSigningOutEverywhere:
    def test_it_ends_every_session_of_this_account_alone(
        self, visitor: Client, user: User, other_user: User
    ) -> None:
        elsewhere, stranger = Client(), Client()
        for browser, account in ((elsewhere, user), (stranger, other_user)):
            browser.force_login(account)
            assert browser.get(PROFILE).status_code == 200
        visitor.get(PROFILE)

        response = visitor.post(reverse("me:sign_out_everywhere"))

        assert response["Location"] == reverse("account_login")
        for browser in (visitor, elsewhere):
            assert browser.get(PROFILE)["Location"].startswith(reverse("account_login"))
        assert stranger.get(PROFILE).status_code == 200
        assert set(UserSession.objects.values_list("user", flat=True)) == {other_user.pk}
        assert Record.objects.filter(kind="account.sessions_ended").count() == 1


class TestDeleting:
    def test_it_asks_for_the_password_again(self, client: Client, user: User) -> None:
        client.force_login(user)
        for method in (client.get, client.post):
            assert reverse("account_reauthenticate") in method(DELETE)["Location"]
        user.refresh_from_db()
        assert user.deletion_requested_at is None

    def test_it_explains_asks_and_can_be_taken_back(self, visitor: Client, user: User) -> None:
        asked = visitor.get(DELETE)["Location"]
        assert visitor.post(asked, {"password": "correct horse battery"})["Location"] == DELETE
        assert "six months" in visitor.get(DELETE).content.decode()

        assert visitor.post(DELETE)["Location"] == DELETE
        user.refresh_from_db()
        assert user.deletion_requested_at is not None
        assert "Keep my account" in visitor.get(DELETE).content.decode()
        assert "is requested" in visitor.get(PROFILE).content.decode()
        assert "already been requested" in _messages(visitor.post(DELETE))

        assert visitor.post(reverse("me:keep_account"))["Location"] == PROFILE
        user.refresh_from_db()
        assert user.deletion_requested_at is None
        assert "has not been requested" in _messages(visitor.post(reverse("me:keep_account")))
