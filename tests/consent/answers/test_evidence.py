from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from fido2 import cbor
from fido2.cose import ES256

from accounts.users.models import User
from consent.answers.evidence import challenge, check_signature, from_base64url, to_base64url
from consent.answers.proving import challenge_of
from consent.answers.services import ask, grant
from consent.grants.evidence import facts_of
from consent.requests.models import Request
from tests.consent.answers.asked import TICKS, given, seen
from tests.consent.answers.passkeys import Passkey


@pytest.fixture
def facts(person: User, request_public: Request, passkey: Passkey) -> dict[str, Any]:
    """The evidence of a real grant."""
    question = ask(request_public, by=person, seen=seen(request_public), ticks=TICKS, locale="en")
    signed = given(passkey.sign(challenge_of(question)))
    made = grant(request_public, by=person, nonce=bytes(question.nonce), given=signed)
    return json.loads(json.dumps(facts_of(made)))


def flipped(data: bytes) -> list[bytes]:
    """``data`` with one byte flipped, each in turn."""
    return [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(len(data))]


@pytest.mark.django_db
def test_it_fails_for_every_flipped_byte(facts: dict[str, Any]) -> None:
    assert check_signature(facts)
    for name in ("text", "scope"):
        for text in flipped(facts[name].encode()):
            assert not check_signature({**facts, name: text.decode(errors="replace")})
    passkey = facts["passkey"]
    for name in ("signature", "authenticator_data", "client_data_json"):
        for data in flipped(from_base64url(passkey[name])):
            assert not check_signature({**facts, "passkey": {**passkey, name: to_base64url(data)}}), name


@pytest.mark.django_db
def test_it_fails_for_every_digest_and_name_that_is_another(facts: dict[str, Any]) -> None:
    other = "0" * 64
    texts = facts["texts_sha256"]
    assert not check_signature({**facts, "texts_sha256": {**texts, "en": other}})
    assert not check_signature({**facts, "locale": "zh-hans"})
    assert not check_signature({**facts, "locale": "fr"})
    for name in ("text_sha256", "scope_sha256", "nonce"):
        assert not check_signature({**facts, name: other})
        assert not check_signature({**facts, name: other[:10]})
    stranger = to_base64url(cbor.encode(dict(ES256.from_cryptography_key(Passkey().key.public_key()))))
    assert not check_signature({**facts, "passkey": {**facts["passkey"], "public_key": stranger}})
    for name, value in (
        ("rp_id", "elsewhere"),
        ("origin", "https://elsewhere"),
        ("public_key", "AQ"),
        ("public_key", "oA"),
    ):
        assert not check_signature({**facts, "passkey": {**facts["passkey"], name: value}})


@pytest.mark.django_db
def test_it_takes_another_text_for_no_excuse_to_hash_it_anew(facts: dict[str, Any]) -> None:
    """Who changes the text can compute its digests again, but not what the passkey signed."""
    text = facts["text"].replace("entertainment", "advertising")
    digest = sha256(text.encode()).hexdigest()
    again = {"text": text, "text_sha256": digest, "texts_sha256": {**facts["texts_sha256"], "en": digest}}
    assert text != facts["text"]
    assert not check_signature({**facts, **again})


@pytest.mark.parametrize("facts", [{}, {"passkey": "yes"}, {"passkey": {}}, {"typed": "I agree"}])
def test_it_takes_nothing_else_for_a_signature(facts: dict[str, Any]) -> None:
    assert not check_signature(facts)


def test_it_reads_only_the_base64url_that_it_writes() -> None:
    assert from_base64url(to_base64url(b"\xff\xfe\xfd")) == b"\xff\xfe\xfd"
    for text in ("AQ==", "A+Q", "A", "AR", "é"):
        with pytest.raises(ValueError, match=r"base64|ASCII|padded|characters"):
            from_base64url(text)


def test_it_makes_challenges_of_parts_of_one_length_only() -> None:
    digest = "0" * 64
    assert len(challenge(nonce=bytes(32), text_sha256=digest, scope_sha256=digest)) == 32
    with pytest.raises(ValueError, match="three parts of 32 bytes"):
        challenge(nonce=bytes(31), text_sha256=digest + "00", scope_sha256=digest)
