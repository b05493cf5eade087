"""The facts that prove that a person agreed, and checking them without this site. Needs no database.

Facts are JSON of whole numbers and text:

``text``, ``locale``, ``template``
    what was shown, in which language, and the version of its words;
``text_sha256``, ``texts_sha256``
    digest of ``text``, and of the text in every language, by locale (hexadecimal);
``scope``, ``scope_sha256``
    canonical JSON (RFC 8785) of what was granted, and its digest;
``nonce``
    32 bytes in hexadecimal, never used twice;
``level``, ``reauthenticated_at``
    how far the person's name was checked, and when they last signed in for this;
``passkey``
    ``rp_id``, ``origin``, ``credential_id``, ``public_key`` (COSE, RFC 9052), ``authenticator_data``, ``client_data_json`` and
    ``signature``, bytes in base64url without padding (RFC 4648 section 5); or
``typed``
    the sentence that the person typed instead;
``guardian``, ``child``
    producer ids, where a guardian signed in a child's place;
``spoken``
    where what was signed was also said: ``statement``, ``sentence``, ``recording_sha256``, ``recorded_at``, and ``heard_by`` of the staff.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import CoseKey

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

DOMAIN = b"yinji consent 1\n"
"""Begins what is hashed for a passkey, so that no other protocol's challenge is ever one of these."""
USER_PRESENT, USER_VERIFIED = 0x01, 0x04
"""Flags of authenticator data (W3C Web Authentication Level 2, section 6.1)."""
_UNREADABLE = (
    InvalidSignature,
    UnsupportedAlgorithm,
    NotImplementedError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
)


def challenge(*, nonce: bytes, text_sha256: str, scope_sha256: str) -> bytes:
    """Return the 32 bytes that a passkey signs: SHA-256(domain ‖ nonce ‖ SHA-256(text) ‖ SHA-256(scope)), each part of a fixed length.

    Raises ValueError for a nonce or a digest of another length than 32 bytes.
    """
    parts = (nonce, bytes.fromhex(text_sha256), bytes.fromhex(scope_sha256))
    if any(len(part) != sha256().digest_size for part in parts):
        raise ValueError(f"expected three parts of 32 bytes, found {[len(part) for part in parts]}")
    return sha256(DOMAIN + b"".join(parts)).digest()


def check_signature(facts: Mapping[str, JSON]) -> bool:
    """Whether a passkey signed exactly this text and this scope, with its user verified. False for anything that does not fit."""
    passkey = facts.get("passkey")
    try:
        return isinstance(passkey, Mapping) and _fits(facts) and _is_signed(facts, passkey)
    except _UNREADABLE:
        return False


def _fits(facts: Mapping[str, JSON]) -> bool:
    """Whether the digests are those of the text and the scope."""
    text, scope, texts = _text(facts, "text"), _text(facts, "scope"), facts["texts_sha256"]
    digest = sha256(text.encode()).hexdigest()
    is_of_text = (
        isinstance(texts, Mapping) and digest == facts["text_sha256"] == texts[_text(facts, "locale")]
    )
    return is_of_text and sha256(scope.encode()).hexdigest() == facts["scope_sha256"]


def _is_signed(facts: Mapping[str, JSON], passkey: Mapping[str, JSON]) -> bool:
    authenticator_data = from_base64url(_text(passkey, "authenticator_data"))
    client_data = from_base64url(_text(passkey, "client_data_json"))
    key = _key(from_base64url(_text(passkey, "public_key")))
    signed = authenticator_data + sha256(client_data).digest()
    key.verify(signed, from_base64url(_text(passkey, "signature")))
    return _is_by_its_user(passkey, authenticator_data) and _is_about(facts, passkey, client_data)


def _key(public_key: bytes) -> CoseKey:
    parameters = cbor.decode(public_key)
    if not isinstance(parameters, Mapping):
        raise TypeError(f"expected a map as COSE key, found {type(parameters).__name__}")
    return CoseKey.parse(parameters)


def _is_by_its_user(passkey: Mapping[str, JSON], authenticator_data: bytes) -> bool:
    flags = USER_PRESENT | USER_VERIFIED
    is_of_site = authenticator_data[:32] == sha256(_text(passkey, "rp_id").encode()).digest()
    return is_of_site and authenticator_data[32] & flags == flags


def _is_about(facts: Mapping[str, JSON], passkey: Mapping[str, JSON], client_data: bytes) -> bool:
    said = json.loads(client_data)
    asked = challenge(
        nonce=bytes.fromhex(_text(facts, "nonce")),
        text_sha256=_text(facts, "text_sha256"),
        scope_sha256=_text(facts, "scope_sha256"),
    )
    found = (said["type"], said["challenge"], said["origin"])
    return found == ("webauthn.get", to_base64url(asked), _text(passkey, "origin"))


def _text(facts: Mapping[str, JSON], name: str) -> str:
    value = facts[name]
    if not isinstance(value, str):
        raise TypeError(f"expected text as {name}, found {type(value).__name__}")
    return value


def to_base64url(data: bytes) -> str:
    """Bytes in base64url, without padding (RFC 4648 section 5)."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """The bytes of :func:`to_base64url`. Raises ValueError for text that it did not write."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise ValueError("expected base64url without padding")
    return data
