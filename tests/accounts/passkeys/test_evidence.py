from __future__ import annotations

import pytest

from accounts.passkeys.evidence import from_base64url, signs, to_base64url
from accounts.passkeys.signing import Site, registered_count, signed_by
from accounts.refusals import Refusal
from accounts.users.models import User
from tests.consent.answers.passkeys import ORIGIN, Passkey

CHALLENGE = bytes(range(32))


@pytest.fixture
def passkey(user: User) -> Passkey:
    made = Passkey()
    made.register(user)
    return made


def test_what_was_taken_is_proved_by_its_facts_alone(user: User, passkey: Passkey) -> None:
    signed = signed_by(user, CHALLENGE, passkey.sign(CHALLENGE), Site(ORIGIN))
    assert signs(signed.facts, CHALLENGE)
    assert not signs(signed.facts, bytes(32))
    assert (signed.count, registered_count(signed.passkey)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", "AAAA"),
        ("signature", "not base64!"),
        ("public_key", to_base64url(b"\x80")),
        ("authenticator_data", to_base64url(b"short")),
        ("client_data_json", to_base64url(b"[]")),
        ("rp_id", "elsewhere.example"),
        ("origin", "https://elsewhere.example"),
        ("rp_id", None),
    ],
)
def test_facts_that_were_changed_prove_nothing(
    user: User, passkey: Passkey, name: str, value: object
) -> None:
    signed = signed_by(user, CHALLENGE, passkey.sign(CHALLENGE), Site(ORIGIN))
    assert not signs({**signed.facts, name: value}, CHALLENGE)  # type: ignore[dict-item]
    assert not signs({key: each for key, each in signed.facts.items() if key != name}, CHALLENGE)


def test_a_signature_over_something_else_is_not_taken(user: User, passkey: Passkey) -> None:
    with pytest.raises(Refusal) as refusal:
        signed_by(user, CHALLENGE, passkey.sign(bytes(32)), Site(ORIGIN))
    assert refusal.value.code == "signature_invalid"


@pytest.mark.parametrize("assertion", ["no json", "null", "{}", "x" * 10_001])
def test_what_is_no_assertion_is_not_taken(user: User, passkey: Passkey, assertion: str) -> None:
    with pytest.raises(Refusal):
        signed_by(user, CHALLENGE, assertion, Site(ORIGIN))


def test_base64url_has_one_spelling() -> None:
    assert from_base64url(to_base64url(b"\xff\xfe")) == b"\xff\xfe"
    with pytest.raises(ValueError, match="without padding"):
        from_base64url("__4=")
