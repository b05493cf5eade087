"""Answers of an OpenID provider that are forged, replayed, meant for somebody else, or of somebody unverified."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from accounts.identity.providers.exchange import Endpoint, Unanswered, ask
from accounts.identity.providers.oidc import OpenIDProvider, ResultOnlyProvider
from accounts.identity.providers.oidc_tokens import verified_persons
from accounts.identity.providers.protocol import Finding, Journey, Trouble

from .asked_adapters import BACK, NOON, Adapter, Visited, fresh, new_journey
from .fake_openid import SUBJECT, VERIFIED, new_key
from .fake_servers import said

FORGED = (Finding.UNAVAILABLE, Trouble.FORGED)


@pytest.fixture
def oidc(running: dict[str, Adapter]) -> Visited:
    found = fresh(running["oidc"])
    assert isinstance(found, Visited)
    return found


def _brought(visited: Visited, provider: OpenIDProvider, journey: Journey) -> str:
    visit = provider.begin(journey, "state", BACK)
    assert visit is not None
    return visited.brought(visit)


def _outcome(visited: Visited) -> tuple[Finding, Trouble | None]:
    answer = visited.ask()
    return answer.finding, answer.trouble


class TestSignedAnswer:
    def test_one_under_another_key_is_forged(self, visited: Visited) -> None:
        visited.fake.signer = new_key()
        assert _outcome(visited) == FORGED

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "of another visit"},
            {"nonce": None},
            {"iss": "https://elsewhere.example"},
            {"aud": "another client"},
            {"aud": ["key-id-of-this-test", "another client"]},
            {"azp": "another client"},
            {"sub": ""},
            {"sub": None},
            {"exp": None},
            {"iat": "soon"},
        ],
        ids=str,
    )
    def test_one_for_somebody_else_is_forged(self, visited: Visited, claims: dict[str, Any]) -> None:
        visited.fake.claims = claims
        assert _outcome(visited) == FORGED

    @pytest.mark.parametrize("algorithm", ["none", "HS256"])
    def test_one_without_a_public_key_is_forged(self, visited: Visited, algorithm: str) -> None:
        fake = visited.fake
        forged = jwt.encode(
            {"iss": fake.url, "aud": "key-id-of-this-test", "sub": SUBJECT, "iat": 1, "exp": 2**31},
            None if algorithm == "none" else "x" * 32, algorithm, headers={"kid": "key-1"},
        )  # fmt: skip
        visited.server.mishap = lambda asked: (
            said(200, {"id_token": forged, "access_token": "access-token"})
            if asked.path == "/token"
            else fake(asked)
        )
        assert _outcome(visited) == FORGED

    def test_one_of_an_unknown_key_is_forged(self, visited: Visited) -> None:
        fake = visited.fake
        visited.server.mishap = lambda asked: (
            said(200, {"keys": []}) if asked.path == "/jwks" else fake(asked)
        )
        assert _outcome(visited) == FORGED


class TestVisit:
    def test_a_code_is_good_once(self, visited: Visited) -> None:
        provider, journey = visited.provider(), new_journey()
        code = visited.brought(provider.begin(journey, "state", BACK))
        assert provider.redeem(code, journey, BACK, NOON).finding is Finding.MATCH
        assert provider.redeem(code, journey, BACK, NOON).trouble is Trouble.NOT_ACCEPTED

    def test_a_code_of_another_visit_is_not_accepted(self, visited: Visited) -> None:
        provider = visited.provider()
        code = visited.brought(provider.begin(new_journey(), "state", BACK))
        assert provider.redeem(code, new_journey(), BACK, NOON).trouble is Trouble.NOT_ACCEPTED

    def test_the_way_there_tells_no_secret(self, visited: Visited) -> None:
        journey = new_journey()
        address = visited.provider().begin(journey, "state", BACK).address
        asked = parse_qs(urlsplit(address).query)
        assert journey.verifier not in address
        assert (asked["state"], asked["nonce"], asked["redirect_uri"]) == (["state"], [journey.nonce], [BACK])

    def test_there_is_no_way_while_the_provider_is_away(self, visited: Visited) -> None:
        assert visited.provider(url="http://127.0.0.1:9").begin(new_journey(), "state", BACK) is None

    def test_what_it_knows_of_the_provider_it_asks_once(self, visited: Visited) -> None:
        visited.ask()
        visited.ask()
        assert [each.path for each in visited.server.asked].count("/.well-known/openid-configuration") == 1


class TestOtherAddresses:
    @pytest.mark.parametrize(
        "name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]
    )
    @pytest.mark.parametrize(
        "url", ["https://elsewhere.example/x", "http://127.0.0.1:9/x", "http://169.254.169.254/"]
    )
    def test_they_are_never_asked(self, visited: Visited, name: str, url: str) -> None:
        visited.fake.metadata = {name: url}
        assert visited.ask().trouble is Trouble.OTHER_ADDRESS
        assert {each.path for each in visited.server.asked} == {"/.well-known/openid-configuration"}

    def test_another_issuer_is_forged(self, visited: Visited) -> None:
        visited.fake.metadata = {"issuer": "https://elsewhere.example"}
        assert _outcome(visited) == FORGED

    def test_missing_ones_are_malformed(self, visited: Visited) -> None:
        visited.fake.metadata = {"token_endpoint": None}
        assert visited.ask().trouble is Trouble.MALFORMED


class TestVerifiedClaims:
    def test_they_name_the_person(self, oidc: Visited) -> None:
        person = oidc.ask().person
        assert person is not None
        assert (person.subject, person.name, str(person.birth_date)) == (
            SUBJECT,
            "Ada Lovelace",
            "1990-02-03",
        )

    def test_claims_that_nobody_verified_are_not_taken(self, oidc: Visited) -> None:
        oidc.fake.userinfo = {"sub": SUBJECT, "name": "Ada Lovelace", "birthdate": "1990-02-03"}
        assert oidc.ask().finding is Finding.NO_RECORD

    def test_those_of_another_person_are_forged(self, oidc: Visited) -> None:
        oidc.fake.userinfo["sub"] = "somebody else"
        assert _outcome(oidc) == FORGED

    @pytest.mark.parametrize(
        ("taken", "finding"), [({"de_aml"}, Finding.MATCH), ({"eidas"}, Finding.NO_RECORD)]
    )
    def test_only_trust_frameworks_that_are_wanted_count(
        self, oidc: Visited, taken: set[str], finding: Finding
    ) -> None:
        journey = new_journey()
        provider = OpenIDProvider(
            oidc.provider().endpoint, "key-id-of-this-test", "secret-of-this-test", frozenset(taken)
        )
        code = _brought(oidc, provider, journey)
        assert provider.redeem(code, journey, BACK, NOON).finding is finding

    @pytest.mark.parametrize(
        ("claims", "name"),
        [
            ({"name": "张三"}, "张三"),
            ({"given_name": "娜娜", "family_name": "欧阳"}, "欧阳娜娜"),
            ({"given_name": "Zoë", "family_name": "Müller"}, "Zoë Müller"),
            ({"given_name": "Ada"}, None),
            ({"name": "  "}, None),
            ({"name": 7}, None),
            ("Ada", None),
            (None, None),
        ],
    )
    def test_names_are_read_as_they_are_written(self, claims: Any, name: str | None) -> None:
        told = {"sub": "1", "verified_claims": [{"verification": {"trust_framework": "x"}, "claims": claims}]}
        assert [person.name for _, person in verified_persons(told)] == ([name] if name else [])

    @pytest.mark.parametrize(
        "told",
        [None, 7, [7], [{}], {"verification": {}}, {**VERIFIED, "verification": {"trust_framework": None}}],
    )
    def test_what_is_no_set_of_them_is_passed_over(self, told: Any) -> None:
        assert list(verified_persons({"verified_claims": told})) == []

    @pytest.mark.parametrize("born", ["1990", "0000-02-03", "1990-02-30", 7, None])
    def test_a_birth_date_that_is_none_is_unknown(self, born: Any) -> None:
        told = {"verified_claims": {**VERIFIED, "claims": {"name": "Ada", "birthdate": born}}}
        assert [person.birth_date for _, person in verified_persons(told)] == [None]


class TestResultOnly:
    """C-8: on this route no plaintext field is asked for or read."""

    @pytest.fixture
    def route(self, running: dict[str, Adapter]) -> Visited:
        found = fresh(running["result-only"])
        assert isinstance(found, Visited)
        return found

    def test_it_asks_for_no_field_about_the_person(self, route: Visited) -> None:
        asked = parse_qs(urlsplit(route.provider().begin(new_journey(), "state", BACK).address).query)
        assert asked["scope"] == ["openid"]
        assert set(asked) == {
            "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method", "acr_values",
        }  # fmt: skip

    def test_it_never_calls_for_claims(self, route: Visited) -> None:
        assert route.ask().finding is Finding.MATCH
        assert {each.path for each in route.server.asked} == {
            "/.well-known/openid-configuration",
            "/token",
            "/jwks",
        }

    def test_it_takes_nothing_from_a_provider_that_tells_more(self, route: Visited) -> None:
        route.fake.claims = {"name": "Ada Lovelace", "birthdate": "1990-02-03", "verified_claims": VERIFIED}
        person = route.ask().person
        assert person is not None
        assert (person.subject, person.name, person.birth_date) == (SUBJECT, "", None)

    def test_without_a_wanted_assurance_nobody_is_let_in(self, route: Visited) -> None:
        provider = ResultOnlyProvider(route.provider().endpoint, "key-id-of-this-test", "secret-of-this-test")
        journey = new_journey()
        code = _brought(route, provider, journey)
        assert provider.redeem(code, journey, BACK, NOON).finding is Finding.NO_RECORD


class TestListedOrigins:
    ISSUER = Endpoint(
        "https://issuer.example/realm", others=frozenset({"https://token.example", "https://localhost:9"})
    )

    def test_they_are_asked_where_the_operator_lists_them(self) -> None:
        other = self.ISSUER.at("https://token.example/keys")
        assert (other.host, other.is_other) == ("token.example", True)
        assert not self.ISSUER.at("https://issuer.example/keys").is_other

    @pytest.mark.parametrize(
        "url", ["http://token.example/keys", "https://token.example:8443/", "https://third.example/"]
    )
    def test_all_others_are_not(self, url: str) -> None:
        with pytest.raises(Unanswered) as caught:
            self.ISSUER.at(url)
        assert caught.value.trouble is Trouble.OTHER_ADDRESS

    def test_metadata_may_name_them(self) -> None:
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        metadata = {"issuer": self.ISSUER.url, **dict.fromkeys(names, "https://token.example/x")}
        assert (
            OpenIDProvider(self.ISSUER, "id", "secret")._checked(metadata)["jwks_uri"]
            == "https://token.example/x"
        )

    def test_none_is_asked_at_a_private_address(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            origin = f"https://localhost:{server.getsockname()[1]}"
            issuer = Endpoint("https://issuer.example", others=frozenset({origin}))
            with pytest.raises(Unanswered) as caught:
                ask(issuer.at(origin + "/keys"), "GET", {})
        assert caught.value.trouble is Trouble.OTHER_ADDRESS
