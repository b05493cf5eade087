"""What every adapter of an outside provider keeps, against a server that speaks the provider's own protocol."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.identity.levels import Level, ceiling
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.protocol import Finding, Trouble

from .asked_adapters import NOON, STATED, Stated, Visited
from .fake_servers import ADA, Said, said

Adapter = Stated | Visited


def test_it_says_what_the_provider_found(adapter: Adapter) -> None:
    for finding in adapter.findings:
        answer = adapter.ask(finding)
        assert answer.finding is finding
        assert answer.level == (Level.THIRD_PARTY_MATCH if finding is Finding.MATCH else Level.NONE)
        assert (answer.at, answer.trouble) == (NOON, None)
        assert answer.evidence is not None


def test_it_names_itself_its_method_and_the_providers_own_number(adapter: Adapter) -> None:
    answer = adapter.ask()
    assert ceiling(answer.provider) == Level.THIRD_PARTY_MATCH
    assert 0 < len(answer.provider) <= IdentityClaim._meta.get_field("provider").max_length
    assert 0 < len(answer.method) <= IdentityClaim._meta.get_field("method").max_length
    assert answer.reference


def test_it_commits_to_the_answer_and_gives_nothing_of_it_away(adapter: Adapter) -> None:
    first, second = adapter.ask().evidence, adapter.ask().evidence
    assert first is not None
    assert second is not None
    assert len(first.commitment) == 32
    assert first.commitment != second.commitment
    assert not first.is_of(b"another answer")


def test_it_shows_nobody_in_its_repr_or_its_log(adapter: Adapter, caplog: pytest.LogCaptureFixture) -> None:
    shown = repr(adapter.ask())
    adapter.server.mishap = lambda asked: said(500, {"Message": ADA[0]})
    shown += repr(adapter.ask()) + caplog.text
    assert not any(each in shown for each in (*ADA, "Lovelace", "Ab3-subject"))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_outage_is_no_answer(adapter: Adapter, status: int) -> None:
    adapter.server.mishap = lambda asked: Said(status, b"<h1>Bad Gateway</h1>")
    answer = adapter.ask()
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.OUTAGE)


def test_a_slow_server_is_no_answer(adapter: Adapter) -> None:
    adapter.server.pause = 0.4
    answer = adapter.ask()
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.TIMED_OUT)


def test_a_server_that_is_away_is_no_answer(adapter: Adapter) -> None:
    answer = adapter.ask(url="http://127.0.0.1:9")
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.NO_CONNECTION)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b'"0"', b"\xff\xfe", b'{"Response": 1}', b'{"Code": "200"}']
)
def test_nonsense_is_no_answer(adapter: Adapter, body: bytes) -> None:
    adapter.server.mishap = lambda asked: Said(200, body)
    answer = adapter.ask()
    assert answer.finding is Finding.UNAVAILABLE
    assert answer.trouble in {Trouble.MALFORMED, Trouble.FORGED}


@pytest.mark.parametrize(
    "body",
    [
        b'{"Code": "200", "ResultObject": {"BizCode": "9"}}',
        b'{"Code": "200", "ResultObject": {"BizCode": true}}',
        b'{"Response": {"Result": "1"}}',
        b'{"Response": {"Result": null}}',
    ],
)
def test_a_code_that_nobody_knows_is_no_answer(adapter: Adapter, body: bytes) -> None:
    adapter.server.mishap = lambda asked: Said(200, body)
    assert adapter.ask().finding is Finding.UNAVAILABLE


def test_a_redirect_is_not_followed(adapter: Adapter) -> None:
    elsewhere = {"Location": f"{adapter.server.url}/elsewhere"}
    adapter.server.mishap = lambda asked: Said(302, b"", elsewhere)
    answer = adapter.ask()
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.REDIRECTED)
    assert not any(each.path == "/elsewhere" for each in adapter.server.asked)


def test_a_wrong_secret_is_refused_and_is_no_answer(adapter: Adapter) -> None:
    answer = adapter.ask(secret="another secret")
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.NOT_ACCEPTED)


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_wrong_is_no_answer(adapter: Adapter, minutes: int) -> None:
    answer = adapter.ask(now=NOON + timedelta(minutes=minutes))
    assert (answer.finding, answer.trouble) == (Finding.UNAVAILABLE, Trouble.CLOCK)


def test_a_clock_that_is_a_little_wrong_does_not_matter(adapter: Adapter) -> None:
    for seconds in (-45, 45):
        assert adapter.ask(now=NOON + timedelta(seconds=seconds)).finding is Finding.MATCH


def test_it_puts_nobody_into_an_address(adapter: Adapter) -> None:
    for finding in adapter.findings:
        adapter.ask(finding)
    addresses = " ".join(each.path for each in adapter.server.asked)
    assert not any(part in addresses for stated in STATED.values() for part in stated)


def test_environment_proxies_are_not_used(adapter: Adapter, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert adapter.ask().finding is Finding.MATCH
