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

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from accounts.passkeys.evidence import UNREADABLE, signs, text_of
from accounts.passkeys.evidence import from_base64url as from_base64url
from accounts.passkeys.evidence import to_base64url as to_base64url

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

DOMAIN = b"yinji consent 1\n"
"""Begins what is hashed for a passkey, so that no other protocol's challenge is ever one of these."""


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
        return isinstance(passkey, Mapping) and _fits(facts) and signs(passkey, _challenge_in(facts))
    except UNREADABLE:
        return False


def _fits(facts: Mapping[str, JSON]) -> bool:
    """Whether the digests are those of the text and the scope."""
    text, scope, texts = text_of(facts, "text"), text_of(facts, "scope"), facts["texts_sha256"]
    digest = sha256(text.encode()).hexdigest()
    is_of_text = (
        isinstance(texts, Mapping) and digest == facts["text_sha256"] == texts[text_of(facts, "locale")]
    )
    return is_of_text and sha256(scope.encode()).hexdigest() == facts["scope_sha256"]


def _challenge_in(facts: Mapping[str, JSON]) -> bytes:
    return challenge(
        nonce=bytes.fromhex(text_of(facts, "nonce")),
        text_sha256=text_of(facts, "text_sha256"),
        scope_sha256=text_of(facts, "scope_sha256"),
    )
