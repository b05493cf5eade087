"""Visits to a provider that opens a session for each: fetched until it has an answer, bound to the visit, erased afterwards."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.core.serializers import serialize
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.identity import asking, queries, questions, redacting, services
from accounts.identity.ages import Band, band_of
from accounts.identity.models import IdentityCheck, IdentityClaim, IdentityQuestion
from accounts.identity.naming import bears_name
from accounts.identity.providers.protocol import Finding, Trouble
from accounts.identity.states import ClaimState, QuestionState
from accounts.users.models import User
from accounts.vault.keeper import Field, open_fields
from config.environment import read

from .asked import environment_of
from .providers.asked_adapters import Adapter, Visited, fresh
from .providers.fake_servers import said
from .providers.fake_stripe import Stripe

PAGE, BACK = "/me/identity/", "/me/identity/provider/back"


@pytest.fixture
def stripe(running: dict[str, Adapter], settings: Settings) -> Visited:
    found = fresh(running["stripe"])
    assert isinstance(found, Visited)
    settings.ENVIRONMENT = environment_of("stripe", found)
    return found


@pytest.fixture
def fake(stripe: Visited) -> Stripe:
    assert isinstance(stripe.fake, Stripe)
    return stripe.fake


@pytest.fixture
def visitor(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def visited(visitor: Client, fake: Stripe) -> datetime:
    """When somebody came back who showed a document."""
    _go(visitor, fake)
    return timezone.now()


def _leave(client: Client) -> str:
    page = client.post("/me/identity/provider").content.decode()
    found = re.search(r'href="(http[^"]+/start/[^"]+)"', page)
    assert found, page
    return unescape(found[1])


def _go(client: Client, fake: Stripe) -> None:
    client.get(BACK, fake.visit(_leave(client)))


def _sweep(now: datetime) -> None:
    asking.sweep(now, 20)
    redacting.sweep(now, 20)


def _redacted(fake: Stripe) -> list[bool]:
    return [bool(each["redaction"]) for each in fake.sessions.values()]


class TestAnswer:
    def test_it_verifies_under_the_name_of_the_document(
        self, visited: datetime, user: User, keeper: None
    ) -> None:
        _sweep(visited)
        claim = IdentityClaim.objects.get()
        assert open_fields(claim.reference, frozenset({Field.NAME})) == {Field.NAME: "Ada Lovelace"}
        assert band_of(user, visited) is Band.ADULT
        assert bears_name(user, "ada lovelace")

    def test_nothing_of_the_document_is_kept(self, visited: datetime, fake: Stripe) -> None:
        session = fake.reference
        _sweep(visited)
        claim, check = IdentityClaim.objects.get(), IdentityCheck.objects.get()
        assert (claim.state, check.reference) == (ClaimState.VERIFIED, session)
        rows = serialize("json", [claim, check, *IdentityQuestion.objects.all()])
        assert not any(each in rows for each in ("123456789", "123 456 789", "Lovelace", "passport"))

    def test_what_is_not_ready_is_fetched_again(
        self, visitor: Client, user: User, stripe: Visited, fake: Stripe
    ) -> None:
        fake.outcome = {"status": "processing"}
        back, now = fake.visit(_leave(visitor)), timezone.now()
        IdentityQuestion.objects.update(
            expires_at=now + timedelta(seconds=20)
        )  # who comes back late has time, too
        visitor.get(BACK, back)
        now = timezone.now()
        _sweep(now)
        question = IdentityQuestion.objects.get()
        assert (question.state, question.trouble) == (QuestionState.WAITING, Trouble.NOT_READY)
        fake.sessions[fake.reference]["status"] = "verified"
        _sweep(now + asking.PAUSES[0])
        assert queries.is_verified(user)

    def test_it_is_fetched_for_a_quarter_of_an_hour(
        self, visited: datetime, user: User, stripe: Visited, fake: Stripe
    ) -> None:
        stripe.server.mishap = lambda asked: said(503, {})
        now = visited
        for pause in (*asking.PAUSES[:3], timedelta()):
            assert IdentityQuestion.objects.get().state == QuestionState.WAITING
            _sweep(now)
            now += pause
        assert now - visited < questions.VISIT
        assert IdentityQuestion.objects.get().state == QuestionState.OVER
        assert (queries.is_verified(user), _redacted(fake)) == (False, [False])
        stripe.server.mishap = None
        _sweep(now + redacting.AGAIN)
        assert _redacted(fake) == [True]

    @pytest.mark.parametrize("finding", [Finding.MISMATCH, Finding.NO_RECORD, Finding.INVALID_INPUT])
    def test_a_no_verifies_nobody_and_makes_the_next_visit_wait(
        self, visitor: Client, user: User, fake: Stripe, finding: Finding
    ) -> None:
        fake.show(finding)
        _go(visitor, fake)
        _sweep(timezone.now())
        assert (IdentityCheck.objects.get().finding, IdentityClaim.objects.exists()) == (finding, False)
        refused = visitor.post("/me/identity/provider")
        assert "Try again later" in " ".join(map(str, get_messages(refused.wsgi_request)))
        assert _redacted(fake) == [True]

    def test_the_page_says_what_the_provider_looks_at(self, visitor: Client, fake: Stripe) -> None:
        assert "looks at a document and your face" in visitor.get(PAGE).content.decode()


class TestForgery:
    def test_nobody_is_verified_by_the_session_of_another_person(
        self, visitor: Client, user: User, other_user: User, fake: Stripe
    ) -> None:
        other = Client()
        other.force_login(other_user)
        theirs = fake.visit(_leave(other))
        mine = fake.visit(_leave(visitor))
        stolen = IdentityQuestion.objects.get(user=other_user).session
        IdentityQuestion.objects.filter(user=user).update(session=stolen)
        visitor.get(BACK, mine)
        asking.sweep(timezone.now(), 20)
        question = IdentityQuestion.objects.get(user=user)
        assert (question.state, question.trouble) == (QuestionState.OVER, Trouble.FORGED)
        assert not queries.is_verified(user)

        other.get(BACK, theirs)
        asking.sweep(timezone.now(), 20)
        assert queries.is_verified(other_user)

    def test_a_session_in_the_address_is_not_read(self, visitor: Client, user: User, fake: Stripe) -> None:
        """Nor anything else that comes as a code: this provider gives none."""
        given = fake.visit(_leave(visitor))
        visitor.get(BACK, given | {"code": fake.reference})
        assert IdentityQuestion.objects.get().state == QuestionState.AWAY
        visitor.get(BACK, given | {"session": "vs_forged"})
        asking.sweep(timezone.now(), 20)
        assert queries.is_verified(user)

    def test_to_come_back_before_anything_was_shown_verifies_nobody(
        self, visitor: Client, user: User, fake: Stripe
    ) -> None:
        fake.outcome = {}
        _go(visitor, fake)
        _sweep(timezone.now())
        assert (queries.is_verified(user), _redacted(fake)) == (False, [True])
        assert fake.sessions[fake.reference]["status"] == "canceled"


class TestErase:
    def test_what_was_answered_is_erased_once(self, visited: datetime, stripe: Visited, fake: Stripe) -> None:
        _sweep(visited)
        question = IdentityQuestion.objects.get()
        assert (question.session, question.redact_at, _redacted(fake)) == ("", None, [True])
        count = len(stripe.server.asked)
        _sweep(visited + timedelta(days=1))
        assert len(stripe.server.asked) == count

    def test_it_is_not_erased_while_it_is_asked_about(self, visitor: Client, fake: Stripe) -> None:
        _leave(visitor)
        now = timezone.now()
        assert redacting.sweep(now, 20) == 0
        _sweep(now + questions.VISIT)  # the person never came back
        assert _redacted(fake) == [True]

    def test_a_visit_that_another_one_replaced_is_erased(self, visitor: Client, fake: Stripe) -> None:
        _leave(visitor)
        _leave(visitor)
        redacting.sweep(timezone.now(), 20)
        assert _redacted(fake) == [True, False]

    def test_with_the_account_what_is_left_is_erased(
        self, visited: datetime, user: User, fake: Stripe
    ) -> None:
        services.erase(by=None, user=user)
        _sweep(timezone.now())
        assert (_redacted(fake), IdentityClaim.objects.exists()) == ([True], False)

    def test_during_an_outage_it_is_asked_for_again_each_hour(
        self, visited: datetime, stripe: Visited, fake: Stripe
    ) -> None:
        asking.sweep(visited, 20)
        stripe.server.mishap = lambda asked: said(503, {})
        assert redacting.sweep(visited, 20) == 0
        stripe.server.mishap = None
        assert redacting.sweep(visited + redacting.AGAIN - timedelta(seconds=1), 20) == 0
        assert redacting.sweep(visited + redacting.AGAIN, 20) == 1
        assert _redacted(fake) == [True]

    def test_it_waits_while_the_site_asks_another_provider(
        self, visited: datetime, fake: Stripe, stripe: Visited, settings: Settings
    ) -> None:
        for name in ("manual", "oidc"):
            settings.ENVIRONMENT = read(
                {"YINJI_IDENTITY_PROVIDER": name, "YINJI_IDENTITY_URL": stripe.server.url}
            )
            _sweep(visited)
        assert (IdentityQuestion.objects.get().session, _redacted(fake)) == (fake.reference, [False])
        settings.ENVIRONMENT = environment_of("stripe", stripe)
        _sweep(visited)
        assert _redacted(fake) == [True]

    @pytest.mark.parametrize("fields", [{"session": ""}, {"redact_at": None}])
    def test_the_database_lets_none_be_forgotten(self, visited: datetime, fields: dict[str, object]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityQuestion.objects.update(**fields)
