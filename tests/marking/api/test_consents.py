"""Consent over the API: each clause that a use breaks is answered with 403, the clause, and a sentence in both languages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts.api.services import create_client
from accounts.users.models import User
from consent.requests.models import Request
from consent.scope import Binding, Scope
from consent.scope.documents import read_scope, write_use
from consent.uses.models import Use
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import work_of
from tests.consent.people import granted, scope_for, terms_for

pytestmark = pytest.mark.django_db
PERSON = {"elements": ["face"], "operations": ["face_swap"]}
ASKED = {**PERSON, "name": "Lin Mei", "address": "lin@example.com"}
Put = Callable[..., Any]

BROKEN: dict[str, list[dict[str, Any]]] = {
    # The work is declared to show a face, which stays.
    "element": [
        {"elements": ["face", *more]}
        for more in (["voice"], ["body"], ["persona"], ["voice", "body"], ["voice", "body", "persona"])
    ],
    "operation": [
        {"operations": each}
        for each in (["lip_sync"], ["retouch"], ["text_to_video"], ["dubbing"], ["face_swap", "retouch"])
    ],
    "purpose": [
        {"purposes": each} for each in (["education"], ["editorial"], ["research"], [], ["a new one"])
    ],
    "medium": [{"media": each} for each in (["video"], ["audio"], ["live"], ["still", "video"], [])],
    "audience": [
        {"audience": "named", "recipients": ["Zhao Wei"]},
        {"audience": "named", "recipients": ["Lin Mei", "Zhao Wei"]},
        {"audience": "organisation", "recipients": ["Zhao Wei"]},
        {"audience": "organisation", "recipients": ["the board"]},
        {"audience": "everybody"},
    ],
    "channel": [
        {"channels": each} for each in (["tube.example"], ["*"], [], None, ["example.com", "tube.example"])
    ],
    "territory": [{"territories": each} for each in (["DE"], ["CN", "HK"], [], ["China"], None)],
    "time": [
        {"ends_at": "2099-01-01T00:00:00+00:00"},
        {"starts_at": "2020-01-01T00:00:00+00:00"},
        {"ends_at": None},
        {"starts_at": None},
        {"ends_at": "tomorrow"},
    ],
    "number": [{"outputs": 4}, {"outputs": 9}, {"outputs": None}, {"seconds": 1}, {"seconds": 60}],
    "money": [{"money": each} for each in ("shared", "earned", None, "some", 1)],
    "content": [{"theme": each} for each in ("love", "History", None, "", ["history"])],
    "grantee": [{"is_sublicensed": each} for each in (True, None, "no", 1, [])],
    "label": [{"label": each} for each in ("implicit", None, "small", 1, [])],
    "preview": [{}, {"seconds": 0}, {"outputs": 2}, {"outputs": 3}, {"label": "prominent"}],
    "abroad": [{"goes_abroad": each} for each in (True, None, "no", 1, [])],
    "withdrawal": [{"withdrawal": each} for each in ("stop_new", None, "later", 1, [])],
}
"""For each clause, what is asked that breaks that one and no other."""


@pytest.fixture
def headers(client: Client, creator: User) -> dict[str, str]:
    made = create_client(by=creator, name="a generator")
    basic = base64.b64encode(f"{made.client.pk}:{made.secret}".encode()).decode()
    wanted = {"grant_type": "client_credentials", "scope": "works:read works:write"}
    answer = client.post("/identity/o/api/token", wanted, headers={"Authorization": f"Basic {basic}"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def work(creator: User) -> Work:
    return work_of(creator)


@pytest.fixture
def put(client: Client, headers: dict[str, str], work: Work) -> Put:
    def send(terms: dict[str, Any], *people: dict[str, Any]) -> Any:
        said = {"terms": terms, "people": list(people)}
        address = f"/api/v1/works/{work.code}/consent"
        return client.put(address, said, content_type="application/json", headers=headers)

    return send


def scope_of(creator: User, clause: str) -> Scope:
    """A scope in which every clause can be broken by itself."""
    scope = replace(scope_for(creator), binding=Binding.THEME, bound_to=frozenset({"history"}))
    return replace(
        scope,
        needs_preview=clause == "preview",
        audience=_audience(clause, scope),
        recipients=_listed(clause),
    )


def _audience(clause: str, scope: Scope) -> Any:
    return type(scope.audience)("named") if clause == "audience" else scope.audience


def _listed(clause: str) -> frozenset[str]:
    return frozenset({"Chen Jing"}) if clause == "audience" else frozenset()


def terms_under(scope: Scope) -> dict[str, Any]:
    return {**write_use(terms_for(scope, theme="history")), "recipients": sorted(scope.recipients)}


@pytest.mark.parametrize("clause", BROKEN)
def test_it_names_the_clause_that_a_use_breaks(
    put: Put, creator: User, person: User, work: Work, clause: str
) -> None:
    scope = scope_of(creator, clause)
    grant = granted(person, creator, scope)
    for change in BROKEN[clause]:
        who = {**PERSON, **{name: value for name, value in change.items() if name in PERSON}}
        terms = {
            **terms_under(scope),
            **{name: value for name, value in change.items() if name not in PERSON},
        }
        if clause == "audience" and "recipients" not in change:
            terms["recipients"] = []
        answer = put(terms, {**who, "grant": str(grant.reference)})
        found = answer.json()
        assert (answer.status_code, found["code"]) == (403, "consent_missing"), change
        (missing,) = [each for each in found["missing"] if each["clause"] != "proof"]
        assert (missing["clause"], missing["person"] is None) == (clause, False), change
        assert {"granted", "asked"} <= set(missing)
        assert any("一" <= character <= "鿿" for character in missing["sentence"]["zh"])
        assert missing["sentence"]["en"].isascii()
        assert missing["link"].endswith(f"/consent/requests/clauses#{clause}")
        assert person.producer_id not in answer.content.decode()
    work.refresh_from_db()
    assert work.state == WorkState.AWAITING_CONSENT


def test_it_breaks_each_clause_five_times() -> None:
    assert {len(cases) for cases in BROKEN.values()} == {5}
    assert len(BROKEN) == 16


def test_it_changes_nothing_where_it_says_no(put: Put, creator: User, person: User) -> None:
    grant = granted(person, creator)
    terms = write_use(terms_for(read_scope(grant.scope)))
    assert put({**terms, "money": "earned"}, {**PERSON, "grant": str(grant.reference)}).status_code == 403
    assert not Use.objects.exists()


def test_it_queues_a_work_that_a_grant_covers(put: Put, creator: User, person: User, work: Work) -> None:
    grant = granted(person, creator)
    answer = put(write_use(terms_for(read_scope(grant.scope))), {**PERSON, "grant": str(grant.reference)})
    said = answer.json()
    assert (answer.status_code, said["state"], said["is_covered"], said["missing"]) == (
        200,
        "queued",
        True,
        [],
    )
    assert said["people"] == [
        {"position": 0, **PERSON, "grant": str(grant.reference), "request": None, "answer": None}
    ]


def test_it_asks_whom_it_is_told_to_and_once(
    put: Put, client: Client, headers: dict[str, str], creator: User, work: Work
) -> None:
    terms = write_use(terms_for(scope_for(creator)))
    first, second = put(terms, ASKED).json(), put(terms, ASKED).json()
    assert first == second
    assert Request.objects.count() == 1
    read = client.get(f"/api/v1/works/{work.code}/consent", headers=headers).json()
    assert read == first
    assert [each["answer"] for each in read["people"]] == ["sent"]
    assert [each["clause"] for each in read["missing"]] == ["grant"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"address": "nobody"}, "person_invalid"),
        ({"elements": ["aura"]}, "person_invalid"),
        ({"grant": "00000000-0000-0000-0000-000000000000"}, "person_invalid"),
        ({"name": ""}, "name_invalid"),
        ({"days": 61}, "invalid_request"),
    ],
)
def test_it_says_who_cannot_be_asked(put: Put, creator: User, change: dict[str, Any], code: str) -> None:
    answer = put(write_use(terms_for(scope_for(creator))), {**ASKED, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outputs": 0}, "terms_invalid"),
        ({"outputs": 10**30}, "terms_invalid"),
        ({"outputs": 1.5}, "terms_invalid"),
        ({"seconds": -1}, "terms_invalid"),
        ({"seconds": 1_000_001}, "terms_invalid"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "terms_invalid"),
        ({"ends_at": "9999-12-31T23:59:59-14:00"}, "terms_invalid"),
        ({"theme": "\x00"}, "terms_invalid"),
        ({"theme": "\ud800"}, "terms_invalid"),
        ({"recipients": ["two\nlines"]}, "terms_invalid"),
        ({"\ud800": {"deep": ["\x07"]}}, "terms_invalid"),
        ({"ends_at": "2099-01-01T00:00:00+00:00"}, "term_invalid"),
        ({"territories": ["ZZ"]}, "territory_invalid"),
        ({"audience": "named"}, "recipients_missing"),
        ({"channels": ["pay me now"]}, "channel_invalid"),
        ({"recipients": ["Pay, or else!"]}, "names_invalid"),
    ],
)
def test_it_keeps_no_terms_that_cannot_be(put: Put, creator: User, change: dict[str, Any], code: str) -> None:
    answer = put({**write_use(terms_for(scope_for(creator))), **change}, ASKED)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Use.objects.exists()


@pytest.mark.parametrize(
    "people",
    [
        [{**ASKED, "name": "\x00 Lin"}],
        [{**ASKED, "name": "\ud800"}],
        [ASKED, ASKED],
        [ASKED, {**ASKED, "address": "LIN@example.com"}],
    ],
)
def test_it_takes_no_unwritable_name_and_nobody_twice(
    put: Put, creator: User, people: list[dict[str, Any]]
) -> None:
    assert put(write_use(terms_for(scope_for(creator))), *people).status_code == 422
    assert not Request.objects.exists()


def test_it_asks_an_address_under_one_name(put: Put, creator: User) -> None:
    terms = write_use(terms_for(scope_for(creator)))
    assert put(terms, ASKED).status_code == 200
    assert put(terms, {**ASKED, "name": " Lin  Mei "}).status_code == 200
    other = put(terms, {**ASKED, "name": "Lin May"})
    assert (other.status_code, other.json()["code"]) == (409, "request_differs")
    assert Request.objects.count() == 1


def test_it_knows_no_consent_of_others_and_no_work_that_shows_nobody(
    client: Client, headers: dict[str, str], put: Put, creator: User, person: User
) -> None:
    theirs = granted(person, person)
    answer = put(write_use(terms_for(scope_for(creator))), {**PERSON, "grant": str(theirs.reference)})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    nobody = work_of(creator, "queued", depicts="nobody")
    answer = client.get(f"/api/v1/works/{nobody.code}/consent", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_shown")


def test_it_expects_everything_said(put: Put, person: User, creator: User) -> None:
    grant = granted(person, creator)
    answer = put({}, {**PERSON, "grant": str(grant.reference)})
    clauses = {each["clause"] for each in answer.json()["missing"]}
    assert {"purpose", "audience", "time", "withdrawal"} <= clauses


def test_it_expects_somebody_and_a_list_where_the_audience_is_one(
    put: Put, creator: User, person: User
) -> None:
    terms = write_use(terms_for(scope_for(creator)))
    nobody = put(terms)
    assert (nobody.status_code, nobody.json()["code"]) == (422, "invalid_request")
    grant = granted(person, creator)
    unlisted = put(
        {**terms, "audience": "named", "recipients": []}, {**PERSON, "grant": str(grant.reference)}
    )
    assert (unlisted.status_code, unlisted.json()["code"]) == (422, "recipients_missing")
