from __future__ import annotations

import json
from dataclasses import replace

import pytest

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.answers.models import PasskeyCount
from consent.answers.signing import LONGEST_ASSERTION, Site, options, passkey_facts
from tests.consent.answers.passkeys import ORIGIN, Passkey

pytestmark = pytest.mark.django_db
CHALLENGE = bytes(range(32))
SITE = Site(ORIGIN)


def refused(user: User, assertion: str, site: Site = SITE) -> str:
    with pytest.raises(Refusal) as refusal:
        passkey_facts(user, CHALLENGE, assertion, site)
    return refusal.value.code


def test_it_offers_the_passkeys_of_the_account_alone(person: User, requester: User, passkey: Passkey) -> None:
    Passkey(name="tablet").register(requester)
    asked = options(person, CHALLENGE, Site("https://yinji.example:8443"))
    assert asked["rpId"] == "yinji.example"
    assert asked["userVerification"] == "required"
    assert len(asked["allowCredentials"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "http://testserver:81"},
        {"rp_id": "elsewhere.example"},
    ],
)
def test_it_takes_no_signature_for_another_site(
    person: User, passkey: Passkey, change: dict[str, str]
) -> None:
    assert refused(person, replace(passkey, **change).sign(CHALLENGE)) == "signature_invalid"  # type: ignore[arg-type]


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x04])
def test_it_wants_its_user_verified(person: User, passkey: Passkey, flags: int) -> None:
    assert refused(person, passkey.sign(CHALLENGE, flags=flags)) == "signature_invalid"


def test_it_takes_only_an_assertion_of_this_challenge(person: User, passkey: Passkey) -> None:
    assert refused(person, passkey.sign(bytes(32))) == "signature_invalid"
    assert refused(person, passkey.sign(CHALLENGE, kind="webauthn.create")) == "signature_invalid"


def test_it_takes_no_passkey_of_another_account(person: User, requester: User, passkey: Passkey) -> None:
    other = Passkey(name="tablet")
    other.register(requester)
    assert refused(person, other.sign(CHALLENGE)) == "signature_invalid"
    forged = replace(passkey, key=other.key)
    assert refused(person, forged.sign(CHALLENGE)) == "signature_invalid"


def test_it_takes_no_signature_that_is_no_newer_than_the_last(person: User, passkey: Passkey) -> None:
    copy = replace(passkey)
    passkey_facts(person, CHALLENGE, passkey.sign(CHALLENGE), SITE)
    passkey_facts(person, CHALLENGE, passkey.sign(CHALLENGE), SITE)
    assert PasskeyCount.objects.get().count == 2
    assert refused(person, copy.sign(CHALLENGE)) == "signature_invalid"
    copy.count = -1
    assert refused(person, copy.sign(CHALLENGE)) == "signature_invalid"


def test_it_takes_passkeys_that_do_not_count(person: User, passkey: Passkey) -> None:
    for _ in range(2):
        passkey.count = -1
        passkey_facts(person, CHALLENGE, passkey.sign(CHALLENGE), SITE)
    assert PasskeyCount.objects.get().count == 0


@pytest.mark.parametrize(
    "assertion",
    [
        "no json",
        "[]",
        "{}",
        '"x"',
        "null",
        '{"id": "AA", "rawId": "BB"}',
        "[" * 3000,
        "x" * (LONGEST_ASSERTION + 1),
    ],
)
def test_it_refuses_what_is_no_assertion(person: User, passkey: Passkey, assertion: str) -> None:
    assert refused(person, assertion) == "signature_invalid"


def test_it_refuses_assertions_with_a_part_missing_or_cut_short(person: User, passkey: Passkey) -> None:
    whole = json.loads(passkey.sign(CHALLENGE))
    for name in whole["response"]:
        without = {key: value for key, value in whole["response"].items() if key != name}
        assert refused(person, json.dumps({**whole, "response": without})) == "signature_invalid"
        for cut in (0, 7, len(whole["response"][name]) // 2):
            short = {**whole["response"], name: whole["response"][name][:cut]}
            assert refused(person, json.dumps({**whole, "response": short})) == "signature_invalid"
