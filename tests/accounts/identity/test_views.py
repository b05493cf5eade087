from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.access.declare import SIGNED_IN
from accounts.identity import asking, queries, services, views
from accounts.identity.ages import lacks_birth_date
from accounts.identity.decorators import VERIFIED, verified
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.sealing import destroy
from config.environment import read

from .asked import taken_at_word

NAME, NUMBER = "欧阳娜娜", "11010519491231002X"
FORM = {"document_type": "resident_id", "name": NAME, "number": NUMBER}
PAGE = "/me/identity/"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

Submit = Callable[..., IdentityClaim]


@pytest.fixture
def visitor(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def local(settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})


def _messages(response: HttpResponse) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


class TestBirthDate:
    PASSPORT = FORM | {"document_type": "passport", "number": "E12345678"}

    @pytest.mark.parametrize(
        ("form", "is_warned"),
        [(PASSPORT, True), (PASSPORT | {"birth_date": "1990-02-03"}, False), (FORM, False)],
        ids=["none", "stated", "in-the-number"],
    )
    def test_it_warns_while_none_is_known(
        self, visitor: Client, form: dict[str, str], is_warned: bool
    ) -> None:
        visitor.post(PAGE, form)
        assert (b"No date of birth is known" in visitor.get(PAGE).content) is is_warned

    def test_it_says_how_to_state_one_later(self, visitor: Client, user: User) -> None:
        taken_at_word(user, document_type=DocumentType.PASSPORT, name=NAME, number="E12345678")
        assert b"let you verify again" in visitor.get(PAGE).content

    def test_it_asks_none_of_an_organisation_and_of_a_claim_that_is_over(self, user: User) -> None:
        claim = services.submit_claim(
            by=user, document_type=DocumentType.ORGANISATION, name="Studio", number="91110102MACQD9K640"
        )
        assert not lacks_birth_date(claim)
        services.withdraw(by=user)
        claim.refresh_from_db()
        assert not lacks_birth_date(claim)

    def test_what_is_erased_is_not_known(self, user: User) -> None:
        claim = services.submit_claim(
            by=user, document_type=DocumentType.PASSPORT, name=NAME, number="E12345678"
        )
        destroy(user)
        assert lacks_birth_date(claim)


class TestPage:
    def test_it_sends_strangers_to_sign_in(self, client: Client, db: None) -> None:
        response = client.get(PAGE)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
        assert views.page.access == views.withdraw.access == SIGNED_IN

    def test_it_offers_the_form_and_says_who_sees_what(self, visitor: Client) -> None:
        response = visitor.get(PAGE)
        assert response.status_code == 200
        assert response.context["form"] is not None
        page = response.content.decode()
        assert "not verified by a third party" in page
        assert "every look is recorded" in page
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize(
        ("provider", "language", "sentence"),
        [
            (
                "local",
                "en",
                "only the form of the number is checked. Your name is not verified by a third party",
            ),
            ("local", "zh-hans", "本站仅检查号码格式。姓名未经第三方核验"),
            ("manual", "en", "the operator's staff decides. Your name is not verified by a third party"),
            ("manual", "zh-hans", "本站由运营者人工审核。姓名未经第三方核验"),
        ],
    )
    def test_the_form_says_that_no_third_party_checks(
        self, visitor: Client, settings: Settings, provider: str, language: str, sentence: str
    ) -> None:
        settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": provider})
        page = unescape(visitor.get(PAGE, headers={"accept-language": language}).content.decode())
        assert sentence in page

    def test_it_waits_after_a_claim(self, visitor: Client, user: User) -> None:
        response = visitor.post(PAGE, FORM)
        assert response["Location"] == PAGE
        assert "waiting for the operator" in _messages(response)

        page = visitor.get(PAGE)
        assert page.context["form"] is None
        assert page.context["claim"].state == ClaimState.PENDING
        assert NAME not in page.content.decode()
        assert NUMBER not in page.content.decode()

    def test_it_asks_again_by_itself_until_the_local_provider_has_answered(
        self, visitor: Client, user: User, local: None
    ) -> None:
        assert "load this page again" in _messages(visitor.post(PAGE, FORM))
        assert 'hx-trigger="every 2s"' in visitor.get(PAGE).content.decode()
        assert not queries.is_verified(user)

        asking.sweep(timezone.now(), 1)
        page = visitor.get(PAGE).content.decode()
        assert "hx-trigger" not in page
        assert "Stated by the person, only its form was checked, not verified by a third party" in page

    @pytest.mark.parametrize(
        ("field", "value", "complaint"),
        [
            ("number", "110105194912310021", "one of them is mistyped"),
            ("number", "", "required"),
            ("name", "<script>", "no angle brackets"),
            ("name", "", "required"),
            ("document_type", "library_card", "valid choice"),
        ],
    )
    def test_it_says_what_is_wrong_beside_the_field(
        self, visitor: Client, field: str, value: str, complaint: str
    ) -> None:
        response = visitor.post(PAGE, {**FORM, field: value})
        assert response.status_code == 200
        assert complaint in " ".join(response.context["form"].errors[field])
        assert not IdentityClaim.objects.exists()

    def test_it_refuses_a_second_claim_with_a_sentence(self, visitor: Client) -> None:
        visitor.post(PAGE, FORM)
        response = visitor.post(PAGE, FORM)
        assert response.status_code == 302
        assert "already waiting" in _messages(response)

    def test_it_answers_a_taken_document_like_any_other_that_waits(
        self, client: Client, user: User, other_user: User, accepted: Submit
    ) -> None:
        accepted(other_user)
        client.force_login(user)
        taken = client.post(PAGE, FORM)
        client.get(PAGE)
        services.withdraw(by=user)
        free = client.post(PAGE, {**FORM, "document_type": "passport", "number": "E12345678"})

        assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
        assert _messages(taken) == _messages(free)

    def test_it_shows_the_reason_of_a_rejection_as_text_and_the_form_again(
        self, visitor: Client, user: User, staff_user: User, pending: Submit
    ) -> None:
        services.reject(by=staff_user, claim=pending(user), reason="<b>Unreadable</b>")
        response = visitor.get(PAGE)
        assert "&lt;b&gt;Unreadable&lt;/b&gt;" in response.content.decode()
        assert response.context["form"] is not None


class TestWithdrawing:
    def test_it_withdraws_ones_own_claim(self, visitor: Client, user: User, pending: Submit) -> None:
        pending(user)
        response = visitor.post(reverse("identity:withdraw"))
        assert response["Location"] == PAGE
        assert queries.open_claim_of(user) is None

    def test_it_leaves_other_peoples_claims_alone(
        self, visitor: Client, other_user: User, pending: Submit
    ) -> None:
        pending(other_user)
        assert "no claim of yours" in _messages(visitor.post(reverse("identity:withdraw")))
        assert queries.open_claim_of(other_user) is not None

    def test_it_is_no_link(self, visitor: Client) -> None:
        assert visitor.get(reverse("identity:withdraw")).status_code == 405


@verified
def _gated(request: object) -> HttpResponse:
    return HttpResponse("inside")


class _Collected(list[str]):
    """The part of Django's message storage that adding needs."""

    def add(self, level: int, message: str, extra_tags: str) -> None:
        self.append(str(message))


class TestGate:
    def test_it_declares_itself(self) -> None:
        assert _gated.access == VERIFIED

    def test_it_sends_strangers_to_sign_in(self, rf: RequestFactory) -> None:
        request = rf.get("/gated?x=1")
        request.user = AnonymousUser()
        assert _gated(request)["Location"] == f"{reverse('account_login')}?next=/gated%3Fx%3D1"

    def test_it_sends_the_unverified_to_the_page_where_they_become_so(
        self, rf: RequestFactory, user: User, pending: Submit
    ) -> None:
        pending(user)
        request = rf.get("/gated")
        request.user, request._messages = user, _Collected()
        assert _gated(request)["Location"] == PAGE
        assert request._messages == ["First say who you are: this needs an accepted real name."]

    def test_it_lets_the_verified_in(self, rf: RequestFactory, user: User, accepted: Submit) -> None:
        accepted(user)
        request = rf.get("/gated")
        request.user = user
        assert _gated(request).content == b"inside"


class TestReview:
    def _url(self, claim: IdentityClaim, act: str = "") -> str:
        return reverse(f"identity_review:{act or 'claim'}", args=[claim.pk])

    @pytest.fixture
    def reviewer(self, client: Client, staff_user: User) -> Client:
        client.force_login(staff_user)
        return client

    def test_it_is_closed_to_all_but_reviewers(
        self, client: Client, user: User, other_user: User, pending: Submit
    ) -> None:
        claim = pending(user)
        urls = [reverse("identity_review:queue"), self._url(claim)]
        for url in urls:
            assert client.get(url)["Location"].startswith(reverse("account_login"))
        for somebody in (user, other_user):
            client.force_login(somebody)
            for url in urls:
                assert client.get(url).status_code == 403
            for act in ("approve", "reject"):
                assert client.post(self._url(claim, act), {"reason": "x"}).status_code == 403
        assert IdentityClaim.objects.get().state == ClaimState.PENDING

    def test_it_opens_for_reviewers_and_operators(
        self, client: Client, staff_user: User, operator: User
    ) -> None:
        for somebody in (staff_user, operator):
            client.force_login(somebody)
            response = client.get(reverse("identity_review:queue"))
            assert response.status_code == 200
            assert "Nothing waits" in response.content.decode()

    def test_it_lists_numbers_masked(self, reviewer: Client, user: User, pending: Submit) -> None:
        pending(user)
        response = reviewer.get(reverse("identity_review:queue"))
        page = response.content.decode()
        assert "11••••2X" in page
        assert NUMBER not in page
        assert NAME not in page
        assert "no-store" in response["Cache-Control"]

    def test_it_lists_many_claims_with_as_many_queries_as_one(
        self, reviewer: Client, user: User, pending: Submit, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        url = reverse("identity_review:queue")
        pending(user)
        reviewer.get(url)  # the first visit writes down the session's device
        with CaptureQueriesContext(connection) as with_one:
            reviewer.get(url)
        for number in range(30):
            claimant = User.objects.create_user(f"person{number}@example.com")
            pending(claimant, document_type="passport", number=f"E{number:08}")
        with django_assert_num_queries(len(with_one)):
            response = reviewer.get(url)
        assert len(response.context["rows"]) == 25
        assert reviewer.get(url, {"page": 2}).context["page"].number == 2

    def test_it_shows_a_claim_in_clear_and_records_the_view(
        self, reviewer: Client, user: User, pending: Submit
    ) -> None:
        claim = pending(user)
        response = reviewer.get(self._url(claim))
        page = response.content.decode()
        assert NAME in page
        assert NUMBER in page
        assert "no-store" in response["Cache-Control"]
        assert Record.objects.filter(kind="identity.viewed").count() == 1

    def test_it_shows_a_decided_claim_without_name_and_number(
        self, reviewer: Client, user: User, accepted: Submit
    ) -> None:
        response = reviewer.get(self._url(accepted(user)))
        page = response.content.decode()
        assert response.context["clear"] is None
        assert NAME not in page
        assert NUMBER not in page
        assert "not verified by a third party" in page

    @pytest.mark.parametrize("pk", [0, 10**30])
    def test_it_answers_404_where_there_is_no_claim(self, reviewer: Client, pk: int) -> None:
        assert reviewer.get(reverse("identity_review:claim", args=[pk])).status_code == 404

    def test_it_accepts(self, reviewer: Client, user: User, pending: Submit) -> None:
        response = reviewer.post(self._url(pending(user), "approve"))
        assert response["Location"] == reverse("identity_review:queue")
        assert queries.is_verified(user)

    def test_it_turns_down_with_a_reason(self, reviewer: Client, user: User, pending: Submit) -> None:
        claim = pending(user)
        response = reviewer.post(self._url(claim, "reject"), {"reason": "Unreadable"})
        assert response["Location"] == reverse("identity_review:queue")
        claim.refresh_from_db()
        assert (claim.state, claim.reason) == ("rejected", "Unreadable")

    def test_it_asks_for_a_reason(self, reviewer: Client, user: User, pending: Submit) -> None:
        claim = pending(user)
        response = reviewer.post(self._url(claim, "reject"))
        assert response["Location"] == self._url(claim)
        assert "Say why" in _messages(response)

    def test_it_warns_of_a_taken_document_and_refuses_it(
        self, reviewer: Client, user: User, other_user: User, accepted: Submit
    ) -> None:
        accepted(user)
        claim = accepted(other_user)
        assert reviewer.get(self._url(claim)).context["is_taken"]
        response = reviewer.post(self._url(claim, "approve"))
        assert response["Location"] == self._url(claim)
        assert "one document stands for one account" in _messages(response)

    def test_it_lets_nobody_decide_on_themselves(
        self, reviewer: Client, staff_user: User, pending: Submit
    ) -> None:
        claim = pending(staff_user)
        response = reviewer.get(self._url(claim))
        assert response.status_code == 403
        assert "their own identity" in response.content.decode()
        assert not Record.objects.filter(kind="identity.viewed").exists()
        assert "their own identity" in _messages(reviewer.post(self._url(claim, "approve")))
