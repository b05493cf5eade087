"""Going to an identity provider and coming back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.serializers import serialize
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.identity import asking, attempts, queries, services
from accounts.identity.ages import Band, band_of
from accounts.identity.claim_vault import birth_date_of, masked_number_of
from accounts.identity.documents import STATED, DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityCheck, IdentityClaim, IdentityQuestion
from accounts.identity.naming import bears_name
from accounts.identity.states import ClaimState, QuestionState
from accounts.identity.tasks import sweep
from accounts.identity.visiting import AWAY
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.keeper import Field, open_fields

from .asked import environment_of
from .providers.asked_adapters import VISITS, Adapter, Visited, fresh
from .providers.fake_openid import SUBJECT, VERIFIED
from .providers.fake_servers import said

PAGE, BACK = "/me/identity/", "/me/identity/provider/back"


@pytest.fixture(params=VISITS)
def provider(request: pytest.FixtureRequest, running: dict[str, Adapter], settings: Settings) -> Visited:
    """The installation's provider, one after the other."""
    return _installed(request.param, running, settings)


@pytest.fixture
def oidc(running: dict[str, Adapter], settings: Settings) -> Visited:
    return _installed("oidc", running, settings)


@pytest.fixture
def result_only(running: dict[str, Adapter], settings: Settings) -> Visited:
    return _installed("result-only", running, settings)


def _installed(name: str, running: dict[str, Adapter], settings: Settings) -> Visited:
    found = fresh(running[name])
    assert isinstance(found, Visited)
    settings.ENVIRONMENT = environment_of(name, found)
    found.fake.clock = timezone.now()
    return found


@pytest.fixture
def visitor(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def _leave(client: Client) -> str:
    page = client.post("/me/identity/provider").content.decode()
    found = re.search(r'href="(http[^"]+/(?:authorize|start)[^"]+)"', page)
    assert found, page
    return unescape(found[1])


def _go(client: Client, visited: Visited) -> HttpResponse:
    """To the provider and back."""
    address = _leave(client)
    return client.get(BACK, visited.fake.visit(address))


def _messages(response: HttpResponse) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


class TestVisit:
    def test_it_verifies_whom_the_provider_has_checked(
        self, visitor: Client, user: User, provider: Visited
    ) -> None:
        assert "being fetched" in _messages(_go(visitor, provider))
        assert not queries.is_verified(user)
        assert "being fetched" in visitor.get(PAGE).content.decode()
        sweep()
        assert queries.level_of(user) == Level.THIRD_PARTY_MATCH
        check = IdentityCheck.objects.get()
        assert (check.finding, check.claim.state) == ("match", ClaimState.VERIFIED)
        assert check.reference == provider.fake.reference
        kinds = list(Record.objects.order_by("sequence").values_list("kind", flat=True))
        assert kinds == ["identity.checked", "identity.submitted", "identity.verified"]

    def test_it_says_where_it_leads_and_offers_another_way(self, visitor: Client, provider: Visited) -> None:
        page = visitor.get(PAGE).content.decode()
        assert "Through an identity provider" in page
        assert 'name="number"' in page
        assert (
            provider.server.url.partition("//")[2] in visitor.post("/me/identity/provider").content.decode()
        )

    def test_a_code_is_taken_once(self, visitor: Client, user: User, provider: Visited) -> None:
        given = provider.fake.visit(_leave(visitor))
        visitor.get(BACK, given)
        assert "no visit of yours" in _messages(visitor.get(BACK, given))
        sweep()
        assert "no visit of yours" in _messages(visitor.get(BACK, given))
        assert IdentityCheck.objects.count() == 1

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"code": "x"},
            {"state": "x"},
            {"code": "x", "state": "forged"},
            {"error": "access_denied", "state": "forged"},
        ],
    )
    def test_a_forged_answer_is_nothing(
        self, visitor: Client, user: User, provider: Visited, given: dict[str, str]
    ) -> None:
        _leave(visitor)
        assert "no visit of yours" in _messages(visitor.get(BACK, given))
        assert IdentityQuestion.objects.get().state == QuestionState.AWAY
        assert not queries.is_verified(user)

    def test_the_answer_to_somebody_elses_visit_is_nothing(
        self, visitor: Client, other_user: User, provider: Visited
    ) -> None:
        given = provider.fake.visit(_leave(visitor))
        other = Client()
        other.force_login(other_user)
        assert "no visit of yours" in _messages(other.get(BACK, given))

    def test_an_answer_in_the_name_of_another_issuer_is_nothing(
        self, visitor: Client, provider: Visited
    ) -> None:
        given = provider.fake.visit(_leave(visitor)) | {"iss": "https://elsewhere.example"}
        assert "no visit of yours" in _messages(visitor.get(BACK, given))
        assert "being fetched" in _messages(visitor.get(BACK, given | {"iss": provider.server.url}))

    def test_one_that_comes_too_late_is_nothing(self, visitor: Client, provider: Visited) -> None:
        given = provider.fake.visit(_leave(visitor))
        IdentityQuestion.objects.update(expires_at=timezone.now())
        assert "no visit of yours" in _messages(visitor.get(BACK, given))
        sweep()
        question = IdentityQuestion.objects.get()
        assert (question.state, bytes(question.sealed_journey)) == (QuestionState.OVER, b"")

    def test_who_comes_back_without_a_code_may_go_again(self, visitor: Client, provider: Visited) -> None:
        given = {"error": "access_denied", "state": provider.fake.visit(_leave(visitor))["state"]}
        assert "nothing was checked" in _messages(visitor.get(BACK, given))
        assert IdentityQuestion.objects.get().state == QuestionState.OVER
        assert _leave(visitor)

    def test_a_new_visit_ends_the_one_before(self, visitor: Client, provider: Visited) -> None:
        given = provider.fake.visit(_leave(visitor))
        _leave(visitor)
        assert "no visit of yours" in _messages(visitor.get(BACK, given))

    def test_an_outage_verifies_nobody(self, visitor: Client, user: User, provider: Visited) -> None:
        _go(visitor, provider)
        provider.server.mishap = lambda asked: said(502, {})
        sweep()
        question = IdentityQuestion.objects.get()
        # A code was spent on it; a session is fetched again.
        ended = QuestionState.OVER if provider.provider().brings_code else QuestionState.WAITING
        assert (question.state, question.trouble, queries.is_verified(user)) == (ended, "outage", False)
        assert "Through an identity provider" in visitor.get(PAGE).content.decode()

    def test_who_waits_for_an_answer_may_go_again(
        self, visitor: Client, user: User, provider: Visited
    ) -> None:
        _go(visitor, provider)
        _go(visitor, provider)
        assert sorted(IdentityQuestion.objects.values_list("state", flat=True)) == ["over", "waiting"]
        sweep()
        assert queries.is_verified(user)

    def test_a_code_that_never_got_there_is_sent_again(
        self, visitor: Client, user: User, provider: Visited, settings: Settings
    ) -> None:
        _go(visitor, provider)
        environment, url = settings.ENVIRONMENT, "http://127.0.0.1:9"
        settings.ENVIRONMENT = type(environment)(
            {**environment.values, "YINJI_IDENTITY_URL": url}, environment.texts
        )
        sweep()
        settings.ENVIRONMENT = environment
        assert IdentityQuestion.objects.get().state == QuestionState.WAITING
        asking.sweep(timezone.now() + asking.PAUSES[0], 20)
        assert queries.is_verified(user)

    def test_nobody_goes_there_from_a_site_that_has_none(self, visitor: Client) -> None:
        assert "sends nobody" in _messages(visitor.post("/me/identity/provider"))

    def test_nobody_goes_there_twice(self, visitor: Client, user: User, provider: Visited) -> None:
        _go(visitor, provider)
        sweep()
        assert "already has a real name" in _messages(visitor.post("/me/identity/provider"))

    def test_nobody_goes_there_while_it_is_away(self, visitor: Client, provider: Visited) -> None:
        provider.server.mishap = lambda asked: said(502, {})
        assert "does not answer" in _messages(visitor.post("/me/identity/provider"))
        assert not IdentityQuestion.objects.exists()

    def test_tries_at_one_that_is_away_count_for_nothing(self, visitor: Client, provider: Visited) -> None:
        provider.server.mishap = lambda asked: said(502, {})
        for _ in range(attempts.LIMITS[attempts.Scope.ACCOUNT]):
            cache.delete(AWAY)
            assert "does not answer" in _messages(visitor.post("/me/identity/provider"))
        provider.server.mishap = None
        assert "does not answer" in _messages(
            visitor.post("/me/identity/provider")
        )  # not asked again at once
        cache.delete(AWAY)
        assert _leave(visitor)

    def test_nobody_goes_there_without_end(self, visitor: Client, provider: Visited) -> None:
        for _ in range(attempts.LIMITS[attempts.Scope.ACCOUNT]):
            _leave(visitor)
        assert "operator's staff then decides" in unescape(_messages(visitor.post("/me/identity/provider")))
        assert b'name="number"' in visitor.get(PAGE).content

    def test_what_is_asked_at_another_provider_by_now_is_over(
        self, visitor: Client, provider: Visited, settings: Settings
    ) -> None:
        _go(visitor, provider)
        settings.ENVIRONMENT = type(settings.ENVIRONMENT)(
            {**settings.ENVIRONMENT.values, "YINJI_IDENTITY_PROVIDER": "manual"}, settings.ENVIRONMENT.texts
        )
        sweep()
        assert IdentityQuestion.objects.get().state == QuestionState.OVER

    def test_one_person_has_one_account(
        self, visitor: Client, user: User, other_user: User, provider: Visited
    ) -> None:
        _go(visitor, provider)
        sweep()
        other = Client()
        other.force_login(other_user)
        _go(other, provider)
        sweep()
        waiting = IdentityClaim.objects.get(user=other_user)
        assert services.reveal(by=user, claim=waiting).name in {"", "Ada Lovelace"}
        assert (waiting.state, waiting.reason, queries.is_document_taken(waiting)) == ("pending", "", True)

    def test_the_pages_of_who_waits_and_told_no_birth_date_answer(
        self, visitor: Client, other_user: User, provider: Visited
    ) -> None:
        _go(visitor, provider)
        sweep()
        other = Client()
        other.force_login(other_user)
        _go(other, provider)
        sweep()
        IdentityClaim.objects.filter(user=other_user).update(sealed_birth_date=b"")
        assert other.get(PAGE).status_code == 200
        assert birth_date_of(IdentityClaim.objects.get(user=other_user)) is None

    def test_two_people_have_two(self, visitor: Client, other_user: User, provider: Visited) -> None:
        _go(visitor, provider)
        sweep()
        provider.fake.is_another()
        other = Client()
        other.force_login(other_user)
        _go(other, provider)
        sweep()
        assert queries.is_verified(other_user)


class TestNamed:
    def test_it_keeps_the_birth_date_sealed_and_the_name_in_the_vault(
        self, visitor: Client, user: User, oidc: Visited, keeper: None
    ) -> None:
        _go(visitor, oidc)
        sweep()
        claim = IdentityClaim.objects.get()
        assert claim.document_type == DocumentType.PROVIDER_ACCOUNT
        opened = open_fields(claim.reference, frozenset({Field.NAME}))
        assert opened == {Field.NAME: "Ada Lovelace"}
        assert band_of(user, timezone.now()) is Band.ADULT
        assert bears_name(user, "ada lovelace")

    def test_a_child_is_not_let_in(self, visitor: Client, user: User, oidc: Visited) -> None:
        child = {**VERIFIED["claims"], "birthdate": (timezone.localdate() - timedelta(days=4000)).isoformat()}
        oidc.fake.userinfo["verified_claims"] = {**VERIFIED, "claims": child}
        _go(visitor, oidc)
        sweep()
        assert not IdentityClaim.objects.exists()
        assert IdentityCheck.objects.get().claim is None

    def test_a_name_that_cannot_be_one_is_not_taken(self, visitor: Client, oidc: Visited) -> None:
        oidc.fake.userinfo["verified_claims"] = {**VERIFIED, "claims": {"name": "<script>"}}
        _go(visitor, oidc)
        sweep()
        assert not IdentityClaim.objects.exists()

    def test_who_is_not_verified_there_is_not_let_in(self, visitor: Client, oidc: Visited) -> None:
        oidc.fake.userinfo = {"sub": SUBJECT, "name": "Ada Lovelace"}
        _go(visitor, oidc)
        sweep()
        assert IdentityCheck.objects.get().finding == "no_record"
        assert not IdentityClaim.objects.exists()


class TestResultOnly:
    """C-8, and R4: whoever chose this route gives no name, and publishes."""

    def test_nothing_that_says_who_is_stored(self, visitor: Client, user: User, result_only: Visited) -> None:
        result_only.fake.claims = {"name": "Ada Lovelace", "birthdate": "1990-02-03"}
        _go(visitor, result_only)
        sweep()
        claim = IdentityClaim.objects.get()
        assert bytes(claim.sealed_name) == bytes(claim.sealed_number) == bytes(claim.sealed_birth_date) == b""
        assert queries.is_verified(user)
        rows = serialize("json", [claim, *IdentityQuestion.objects.all(), *IdentityCheck.objects.all()])
        assert not any(each in rows for each in ("Ada", "1990-02-03", SUBJECT))

    def test_everything_that_reads_a_name_finds_none(
        self, visitor: Client, user: User, result_only: Visited
    ) -> None:
        _go(visitor, result_only)
        sweep()
        claim = IdentityClaim.objects.get()
        assert masked_number_of(claim) == "••••"
        assert not bears_name(user, "")
        assert band_of(user, timezone.now()) is None
        assert "matched by a third party" in visitor.get(PAGE).content.decode()
        services.end(by=None, claim=claim, reason="Reported")
        services.erase(by=None, user=user)

    def test_the_page_asks_for_nothing_on_this_route(self, visitor: Client, result_only: Visited) -> None:
        page = visitor.get(PAGE).content.decode()
        section = page[page.index('aria-labelledby="visit-title"') :]
        section = section[: section.index("</section>")]
        assert set(re.findall(r'name="(\w+)"', section)) == {"csrfmiddlewaretoken"}
        assert "asks for no name" in section


def test_nobody_types_in_an_account_at_a_provider(visitor: Client, user: User) -> None:
    assert DocumentType.PROVIDER_ACCOUNT not in STATED
    response = visitor.post(PAGE, {"document_type": "provider_account", "name": "Ada", "number": "x"})
    assert response.status_code == 200
    with pytest.raises(services.Refusal):
        services.submit_claim(by=user, document_type=DocumentType.PROVIDER_ACCOUNT, name="Ada", number="x")
