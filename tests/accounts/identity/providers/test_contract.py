"""What every adapter of an outside provider keeps, against a server that speaks the provider's own protocol.

Where a row can have no meaning for an adapter, the fact that makes it so is held instead.
"""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.identity import visiting
from accounts.identity.levels import CEILINGS, Level, ceiling
from accounts.identity.models import IdentityClaim, IdentityQuestion
from accounts.identity.providers import registry
from accounts.identity.providers.protocol import Answer, Finding, Trouble
from accounts.refusals import Refusal
from accounts.users.models import User

from ..asked import environment_of
from .asked_adapters import BACK, HASTY, NAMES, NOON, STATED, VISITS, Adapter, Stated, Visited, new_journey
from .fake_servers import ADA, Said, said
from .fake_stripe import Stripe

DECIDING = [each for each in Finding if each is not Finding.UNAVAILABLE]
LATER = timedelta(seconds=30)


class TestAll:
    """No adapter goes without this contract."""

    def test_each_that_the_site_knows_is_asked_here(self) -> None:
        assert set(NAMES) == registry.OUTSIDE
        assert set(VISITS) == registry.VISITED

    def test_whose_word_is_worth_a_third_partys_is_one_of_them(self) -> None:
        assert {name for name, level in CEILINGS.items() if level.is_third_party} == registry.OUTSIDE

    def test_what_is_asked_here_is_what_the_site_asks(self, adapter: Adapter, settings: Settings) -> None:
        settings.ENVIRONMENT = environment_of(adapter.name, adapter)
        asked = registry.visited() or registry.current()
        here = adapter.provider()
        assert (type(asked), asked.name) == (type(here), here.name) == (type(here), adapter.name)


def _outcome(answer: Answer) -> tuple[Finding, Trouble | None]:
    return answer.finding, answer.trouble


class TestFinding:
    """Success, mismatch, no record, invalid input."""

    @pytest.mark.parametrize("finding", DECIDING)
    def test_it_says_what_the_provider_found(self, adapter: Adapter, finding: Finding) -> None:
        if finding not in adapter.findings:
            _is_told_nothing_of_anybody(adapter)
            return
        answer = adapter.ask(finding)
        assert _outcome(answer) == (finding, None)
        assert answer.level == (Level.THIRD_PARTY_MATCH if finding is Finding.MATCH else Level.NONE)
        assert answer.at == NOON
        assert answer.evidence is not None
        assert (answer.person is not None) is (isinstance(adapter, Visited) and finding is Finding.MATCH)

    def test_it_names_itself_its_method_and_the_providers_own_number(self, adapter: Adapter) -> None:
        answer = adapter.ask()
        assert answer.provider == adapter.name
        assert ceiling(answer.provider) == Level.THIRD_PARTY_MATCH
        assert 0 < len(answer.provider) <= IdentityClaim._meta.get_field("provider").max_length
        assert 0 < len(answer.method) <= IdentityClaim._meta.get_field("method").max_length
        assert answer.reference

    def test_it_commits_to_the_answer_and_gives_nothing_of_it_away(self, adapter: Adapter) -> None:
        first, second = adapter.ask().evidence, adapter.ask().evidence
        assert first is not None
        assert second is not None
        assert len(first.commitment) == 32
        assert first.commitment != second.commitment
        assert not first.is_of(b"another answer")

    def test_it_shows_nobody_in_its_repr_or_its_log(
        self, adapter: Adapter, caplog: pytest.LogCaptureFixture
    ) -> None:
        shown = repr(adapter.ask())
        adapter.server.mishap = lambda asked: said(500, {"Message": ADA[0]})
        shown += repr(adapter.ask()) + caplog.text
        assert not any(each in shown for each in (*ADA, "Lovelace", "Ab3-subject", "123456789"))

    def test_it_puts_nobody_into_an_address(self, adapter: Adapter) -> None:
        for finding in adapter.findings:
            adapter.ask(finding)
        addresses = " ".join(each.path for each in adapter.server.asked)
        assert not any(part in addresses for stated in STATED.values() for part in stated)


class TestTimeout:
    def test_a_slow_server_is_no_answer(self, adapter: Adapter) -> None:
        adapter.server.pause = 0.4
        assert _outcome(adapter.ask(deadlines=HASTY)) == (Finding.UNAVAILABLE, Trouble.TIMED_OUT)


class TestOutage:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_it_is_no_answer(self, adapter: Adapter, status: int) -> None:
        adapter.server.mishap = lambda asked: Said(status, b"<h1>Bad Gateway</h1>")
        assert _outcome(adapter.ask()) == (Finding.UNAVAILABLE, Trouble.OUTAGE)

    def test_a_server_that_is_away_is_no_answer(self, adapter: Adapter) -> None:
        answer = adapter.ask(url="http://127.0.0.1:9")
        assert _outcome(answer) == (Finding.UNAVAILABLE, Trouble.NO_CONNECTION)

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b"{", b"null", b'"0"', b"\xff\xfe", b'{"Response": 1}', b'{"Code": "200"}']
    )
    def test_nonsense_is_no_answer(self, adapter: Adapter, body: bytes) -> None:
        adapter.server.mishap = lambda asked: Said(200, body)
        finding, trouble = _outcome(adapter.ask())
        assert finding is Finding.UNAVAILABLE
        assert trouble in {Trouble.MALFORMED, Trouble.FORGED}

    @pytest.mark.parametrize(
        "body",
        [
            b'{"Code": "200", "ResultObject": {"BizCode": "9"}}',
            b'{"Code": "200", "ResultObject": {"BizCode": true}}',
            b'{"Response": {"Result": "1"}}',
            b'{"Response": {"Result": null}}',
            b'{"object": "identity.verification_session", "status": "verified"}',
        ],
    )
    def test_a_code_that_nobody_knows_is_no_answer(self, adapter: Adapter, body: bytes) -> None:
        adapter.server.mishap = lambda asked: Said(200, body)
        assert adapter.ask().finding is Finding.UNAVAILABLE

    def test_a_redirect_is_not_followed(self, adapter: Adapter) -> None:
        elsewhere = {"Location": f"{adapter.server.url}/elsewhere"}
        adapter.server.mishap = lambda asked: Said(302, b"", elsewhere)
        assert _outcome(adapter.ask()) == (Finding.UNAVAILABLE, Trouble.REDIRECTED)
        assert not any(each.path == "/elsewhere" for each in adapter.server.asked)

    def test_a_wrong_secret_is_refused_and_is_no_answer(self, adapter: Adapter) -> None:
        answer = adapter.ask(secret="another secret")
        assert _outcome(answer) == (Finding.UNAVAILABLE, Trouble.NOT_ACCEPTED)

    @pytest.mark.parametrize("minutes", [-20, 20])
    def test_a_clock_that_is_wrong_is_no_answer(self, adapter: Adapter, minutes: int) -> None:
        answer = adapter.ask(now=NOON + timedelta(minutes=minutes))
        if isinstance(adapter.fake, Stripe):
            # Nothing that goes either way is signed with a time: the visit's own secret binds both.
            assert answer.finding is Finding.MATCH
            assert not any("date" in each.headers for each in adapter.server.asked)
        else:
            assert _outcome(answer) == (Finding.UNAVAILABLE, Trouble.CLOCK)

    def test_a_clock_that_is_a_little_wrong_does_not_matter(self, adapter: Adapter) -> None:
        for seconds in (-45, 45):
            assert adapter.ask(now=NOON + timedelta(seconds=seconds)).finding is Finding.MATCH

    def test_environment_proxies_are_not_used(
        self, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert adapter.ask().finding is Finding.MATCH


class TestReplay:
    def test_a_request_that_was_recorded_gives_no_answer_later(self, adapter: Adapter) -> None:
        """Sent by somebody who has its bytes alone: the answer is read as the adapter reads any."""
        if isinstance(adapter, Visited):
            _repeats_no_visit(adapter)
            return
        adapter.ask()
        (recorded,) = adapter.server.asked
        adapter.fake.clock += adapter.fake.repeatable + timedelta(seconds=1)
        adapter.server.mishap = lambda asked: adapter.fake(recorded)
        answer = adapter.ask()
        assert answer.finding is Finding.UNAVAILABLE
        assert answer.trouble in {Trouble.NOT_ACCEPTED, Trouble.CLOCK}

    def test_it_never_asks_twice_with_the_same_proof(self, adapter: Adapter) -> None:
        """Nor when it asks again because there was no answer."""
        adapter.server.mishap = lambda asked: said(503, {})
        adapter.ask()
        adapter.server.mishap = None
        adapter.ask(now=NOON + LATER)
        adapter.ask(now=NOON + 2 * LATER)
        posts = [each for each in adapter.server.asked if each.method == "POST"]
        assert len(posts) > 1
        assert len({_proof(each.headers, each.body) for each in posts}) == len(posts)


class TestCallbackForgery:
    @pytest.mark.parametrize("given", [("", ""), ("", "code"), ("forged", ""), ("forged", "code")])
    def test_an_answer_to_no_visit_verifies_nobody(
        self, adapter: Adapter, user: User, settings: Settings, given: tuple[str, str]
    ) -> None:
        settings.ENVIRONMENT = environment_of(adapter.name, adapter)
        assert (registry.visited() is None) is isinstance(
            adapter, Stated
        )  # who is sent nowhere is called from nowhere
        with pytest.raises(Refusal) as caught:
            visiting.come_back(by=user, state=given[0], code=given[1], issuer="")
        assert caught.value.code == "visit_unknown"
        assert (IdentityQuestion.objects.count(), adapter.server.asked) == (0, [])

    @pytest.mark.parametrize("code", ["", "vs_forged", "../v1/accounts", "vs_x?y=z", "code"])
    def test_a_code_or_session_that_nobody_gave_is_no_answer(self, adapter: Adapter, code: str) -> None:
        if isinstance(adapter, Stated):
            assert not hasattr(adapter.provider(), "redeem")
            return
        assert adapter.provider().redeem(code, new_journey(), BACK, NOON).finding is Finding.UNAVAILABLE


class TestErase:
    def test_nothing_of_a_visit_stays_with_the_provider(self, adapter: Adapter) -> None:
        provider, session = adapter.provider(), _session(adapter)
        before = len(adapter.server.asked)
        assert provider.erase(session)
        if isinstance(adapter.fake, Stripe):
            assert adapter.fake.sessions[session]["redaction"] == {"status": "processing"}
        else:  # it holds nothing for this site, so that there is nothing to ask for
            assert (session, len(adapter.server.asked)) == ("", before)

    def test_to_ask_again_does_no_harm(self, adapter: Adapter) -> None:
        provider, session = adapter.provider(), _session(adapter)
        assert [provider.erase(session) for _ in range(3)] == [True] * 3
        redactions = [each for each in adapter.server.asked if each.path.endswith("/redact")]
        assert len(redactions) == bool(session)

    def test_during_an_outage_only_what_is_nothing_is_erased(self, adapter: Adapter) -> None:
        provider, session = adapter.provider(), _session(adapter)
        adapter.server.mishap = lambda asked: said(503, {})
        assert provider.erase(session) is not bool(session)


def _is_told_nothing_of_anybody(adapter: Adapter) -> None:
    """It takes no facts: nothing was stated that could be wrong."""
    provider = adapter.provider()
    assert isinstance(adapter, Visited)
    assert not hasattr(provider, "check")
    assert list(inspect.signature(provider.begin).parameters) == ["journey", "state", "back"]
    assert list(inspect.signature(provider.redeem).parameters) == ["code", "journey", "back", "now"]


def _repeats_no_visit(adapter: Visited) -> None:
    """What was brought back from a visit answers no other one, before it was fetched and after."""
    provider, journey = adapter.provider(), new_journey()
    visit = provider.begin(journey, "state", BACK)
    code = adapter.brought(visit)
    assert provider.redeem(code, journey, BACK, NOON).finding is Finding.MATCH
    for _ in range(2):
        assert provider.redeem(code, new_journey(), BACK, NOON).finding is Finding.UNAVAILABLE


def _session(adapter: Adapter) -> str:
    """The session of a visit that ended well; empty without one."""
    if isinstance(adapter, Stated):
        adapter.ask()
        return ""
    visit = adapter.provider().begin(new_journey(), "state", BACK)
    adapter.brought(visit)
    return str(visit.session)


def _proof(headers: dict[str, str], body: bytes) -> str:
    """What of a request proves who sends it, and when or for which visit."""
    named = [headers.get(name, "") for name in ("authorization", "x-acs-signature-nonce", "idempotency-key")]
    return " ".join([*named, body.decode()])
