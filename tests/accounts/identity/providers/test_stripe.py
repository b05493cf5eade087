"""Sessions at Stripe that are forged, of somebody else, of the test mode, or not ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from accounts.identity.providers.exchange import Endpoint
from accounts.identity.providers.protocol import Finding, Person, Trouble
from accounts.identity.providers.stripe import PAGES, URL, StripeProvider

from .asked_adapters import BACK, NOON, Adapter, Visited, fresh, new_journey
from .fake_servers import SECRET, said
from .fake_stripe import DOCUMENT, OUTPUTS, PLACE, Stripe


@pytest.fixture
def stripe(running: dict[str, Adapter]) -> Visited:
    found = fresh(running["stripe"])
    assert isinstance(found, Visited)
    return found


@pytest.fixture
def fake(stripe: Visited) -> Stripe:
    assert isinstance(stripe.fake, Stripe)
    return stripe.fake


def _outcome(stripe: Visited) -> tuple[Finding, Trouble | None]:
    answer = stripe.ask()
    return answer.finding, answer.trouble


def _person(stripe: Visited) -> Person | None:
    return stripe.ask().person


class TestSession:
    def test_it_is_opened_for_the_visit_and_tells_nothing_of_the_account(self, stripe: Visited) -> None:
        journey = new_journey()
        visit = stripe.provider().begin(journey, "the state", BACK)
        (asked,) = stripe.server.asked
        given = dict(parse_qsl(asked.body.decode()))
        assert (asked.method, asked.path) == ("POST", PLACE)
        assert asked.headers["authorization"] == f"Bearer {SECRET}"
        assert asked.headers["idempotency-key"] == journey.nonce
        assert given == {
            "type": "document",
            "client_reference_id": journey.challenge,
            "return_url": f"{BACK}?state=the+state",
            "options[document][require_live_capture]": "true",
            "options[document][require_matching_selfie]": "true",
        }
        assert journey.verifier not in asked.body.decode() + visit.address

    def test_one_visit_opens_one(self, stripe: Visited, fake: Stripe) -> None:
        journey = new_journey()
        first, second = (stripe.provider().begin(journey, "state", BACK) for _ in range(2))
        assert (first, len(fake.sessions)) == (second, 1)
        assert stripe.provider().begin(journey, "another state", BACK) is None

    def test_the_way_back_brings_the_state_alone(self, stripe: Visited, fake: Stripe) -> None:
        visit = stripe.provider().begin(new_journey(), "state", BACK)
        assert fake.visit(visit.address) == {"state": "state"}

    def test_what_is_sensitive_is_asked_for_by_name(self, stripe: Visited) -> None:
        stripe.ask()
        fetched = stripe.server.asked[-1]
        assert parse_qs(urlsplit(fetched.path).query) == {
            "expand[]": ["verified_outputs.dob", "last_verification_report.document.number"]
        }

    @pytest.mark.parametrize("url", ["https://elsewhere.example/start/x", "javascript:alert(1)", "", None])
    def test_its_page_is_at_stripe(self, stripe: Visited, fake: Stripe, url: str | None) -> None:
        fake.changes = {"url": url}
        assert stripe.provider().begin(new_journey(), "state", BACK) is None

    def test_stripes_own_page_is_taken(self) -> None:
        address = f"{PAGES}/start/live_abc?locale=zh#hint"
        assert StripeProvider(Endpoint(URL), SECRET)._page({"url": address}) == address

    @pytest.mark.parametrize("session", ["vs_../../accounts", "cs_1", "", 7, "vs_" + "x" * 98])
    def test_an_id_that_cannot_be_one_is_not_taken(self, stripe: Visited, fake: Stripe, session: Any) -> None:
        fake.changes = {"id": session}
        assert stripe.provider().begin(new_journey(), "state", BACK) is None

    def test_one_of_the_test_mode_verifies_nobody(self, stripe: Visited, fake: Stripe) -> None:
        """There anybody passes as anybody."""
        fake.changes = {"livemode": False}
        assert stripe.provider().begin(new_journey(), "state", BACK) is None
        fake.changes, fake.outcome = {}, {"status": "verified", "livemode": False}
        assert _outcome(stripe) == (Finding.UNAVAILABLE, Trouble.NOT_ACCEPTED)


class TestForgery:
    def test_a_session_that_was_opened_for_somebody_else_is_forged(self, stripe: Visited) -> None:
        provider, mine, theirs = stripe.provider(), new_journey(), new_journey()
        stripe.brought(provider.begin(mine, "state", BACK))
        code = stripe.brought(provider.begin(theirs, "state", BACK))
        assert provider.redeem(code, mine, BACK, NOON).trouble is Trouble.FORGED
        assert provider.redeem(code, theirs, BACK, NOON).finding is Finding.MATCH

    def test_another_session_than_the_one_asked_for_is_forged(self, stripe: Visited, fake: Stripe) -> None:
        fake.outcome = {"status": "verified", "id": "vs_another"}
        assert _outcome(stripe) == (Finding.UNAVAILABLE, Trouble.FORGED)

    def test_one_that_answers_a_visit_with_the_session_of_another_opens_none(
        self, stripe: Visited, fake: Stripe
    ) -> None:
        stripe.ask()
        earlier = fake.sessions[fake.reference]
        stripe.server.mishap = lambda asked: said(200, {**earlier, "url": f"{fake.url}/start/x"})
        assert stripe.provider().begin(new_journey(), "state", BACK) is None


class TestFound:
    def test_it_names_whom_the_document_is_of(self, stripe: Visited) -> None:
        person = _person(stripe)
        assert person is not None
        assert (person.name, person.birth_date) == ("Ada Lovelace", date(1990, 2, 3))
        assert "123456789" not in person.subject

    def test_one_document_is_one_subject_however_it_is_spelt(self, stripe: Visited, fake: Stripe) -> None:
        first = _person(stripe)
        fake.document = {**DOCUMENT, "number": "123-456-789"}
        second = _person(stripe)
        fake.document = {**DOCUMENT, "issuing_country": "FR"}
        third = _person(stripe)
        assert first is not None
        assert second is not None
        assert third is not None
        assert (first.subject == second.subject, first.subject == third.subject) == (True, False)

    @pytest.mark.parametrize(
        ("names", "name"),
        [
            (("娜娜", "欧阳"), "欧阳娜娜"),
            ((None, "Sukarno"), "Sukarno"),
            (("Sukarno", None), "Sukarno"),
        ],
    )
    def test_names_are_read_as_they_are_written(
        self, stripe: Visited, fake: Stripe, names: tuple[str | None, str | None], name: str
    ) -> None:
        fake.outputs = {**OUTPUTS, "first_name": names[0], "last_name": names[1]}
        person = _person(stripe)
        assert person is not None
        assert person.name == name

    @pytest.mark.parametrize("born", [None, {}, {"year": 1990}, {"year": 1990, "month": 2, "day": 30}])
    def test_a_birth_date_that_is_none_is_unknown(self, stripe: Visited, fake: Stripe, born: Any) -> None:
        fake.outputs = {**OUTPUTS, "dob": born}
        person = _person(stripe)
        assert person is not None
        assert person.birth_date is None

    @pytest.mark.parametrize(
        ("outputs", "document"),
        [
            ({"first_name": None, "last_name": None}, {}),
            ({}, {"number": None}),
            ({}, {"number": " "}),
            ({}, {"issuing_country": None}),
            ({}, {"type": 7}),
        ],
    )
    def test_a_match_that_names_nobody_is_no_answer(
        self, stripe: Visited, fake: Stripe, outputs: dict[str, Any], document: dict[str, Any]
    ) -> None:
        fake.outputs, fake.document = {**OUTPUTS, **outputs}, {**DOCUMENT, **document}
        assert _outcome(stripe) == (Finding.UNAVAILABLE, Trouble.MALFORMED)

    @pytest.mark.parametrize(
        ("changes", "finding", "trouble"),
        [
            ({"status": "processing"}, Finding.UNAVAILABLE, Trouble.NOT_READY),
            ({"status": "something new"}, Finding.UNAVAILABLE, Trouble.MALFORMED),
            ({"status": "canceled"}, Finding.NO_RECORD, None),
            ({"status": "requires_input", "last_error": None}, Finding.NO_RECORD, None),
            ({"status": "verified", "redaction": {"status": "processing"}}, Finding.NO_RECORD, None),
        ],
    )
    def test_each_status_is_read(
        self,
        stripe: Visited,
        fake: Stripe,
        changes: dict[str, Any],
        finding: Finding,
        trouble: Trouble | None,
    ) -> None:
        fake.outcome = changes
        assert _outcome(stripe) == (finding, trouble)

    @pytest.mark.parametrize(
        ("code", "finding"),
        [
            *[(each, Finding.MISMATCH) for each in ("selfie_face_mismatch", "selfie_manipulated")],
            *[
                (each, Finding.INVALID_INPUT)
                for each in (
                    "document_expired",
                    "document_type_not_supported",
                    "document_unverified_other",
                    "selfie_document_missing_photo",
                    "selfie_unverified_other",
                )
            ],
            *[
                (each, Finding.NO_RECORD)
                for each in (
                    "abandoned",
                    "consent_declined",
                    "country_not_supported",
                    "device_not_supported",
                    "under_supported_age",
                    "one of tomorrow",
                )
            ],
        ],
    )
    def test_each_error_is_read(self, stripe: Visited, fake: Stripe, code: str, finding: Finding) -> None:
        fake.outcome = {"status": "requires_input", "last_error": {"code": code, "reason": "…"}}
        assert _outcome(stripe) == (finding, None)


class TestErase:
    def test_what_is_being_processed_is_not_erased_yet(self, stripe: Visited, fake: Stripe) -> None:
        fake.outcome = {"status": "processing"}
        stripe.ask()
        assert not stripe.provider().erase(fake.reference)
        fake.sessions[fake.reference]["status"] = "verified"
        assert stripe.provider().erase(fake.reference)

    def test_a_visit_that_nobody_ended_is_closed(self, stripe: Visited, fake: Stripe) -> None:
        visit = stripe.provider().begin(new_journey(), "state", BACK)
        assert stripe.provider().erase(visit.session)
        assert fake.sessions[visit.session]["status"] == "canceled"

    def test_what_is_not_there_need_not_be_erased(self, stripe: Visited) -> None:
        assert stripe.provider().erase("vs_of_long_ago")

    def test_whoever_only_says_200_erased_nothing(self, stripe: Visited) -> None:
        stripe.server.mishap = lambda asked: said(200, {})
        assert not stripe.provider().erase("vs_1")
