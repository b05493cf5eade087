"""What a passkey's signature consists of, and checking it from these facts alone. Needs no database.

Facts are JSON: ``rp_id``, ``origin``, and, bytes in base64url without padding (RFC 4648 section 5), ``credential_id``,
``public_key`` (COSE, RFC 9052), ``authenticator_data``, ``client_data_json`` and ``signature``.
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

USER_PRESENT, USER_VERIFIED = 0x01, 0x04
"""Flags of authenticator data (W3C Web Authentication Level 2, section 6.1)."""
UNREADABLE = (
    InvalidSignature,
    UnsupportedAlgorithm,
    NotImplementedError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
)
"""What facts that do not fit raise, when they are read."""


def signs(passkey: Mapping[str, JSON], challenge: bytes) -> bool:
    """Whether the facts hold a signature over ``challenge`` with its user verified. False for anything that does not fit."""
    try:
        authenticator_data = from_base64url(text_of(passkey, "authenticator_data"))
        client_data = from_base64url(text_of(passkey, "client_data_json"))
        key = _key(from_base64url(text_of(passkey, "public_key")))
        signed = authenticator_data + sha256(client_data).digest()
        key.verify(signed, from_base64url(text_of(passkey, "signature")))
        is_about = _is_about(challenge, passkey, client_data)
        return is_about and _is_by_its_user(passkey, authenticator_data)
    except UNREADABLE:
        return False


def text_of(facts: Mapping[str, JSON], name: str) -> str:
    """The text under ``name``. Raises KeyError or TypeError where there is none."""
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


def _key(public_key: bytes) -> CoseKey:
    parameters = cbor.decode(public_key)
    if not isinstance(parameters, Mapping):
        raise TypeError(f"expected a map as COSE key, found {type(parameters).__name__}")
    return CoseKey.parse(parameters)


def _is_by_its_user(passkey: Mapping[str, JSON], authenticator_data: bytes) -> bool:
    flags = USER_PRESENT | USER_VERIFIED
    is_of_site = authenticator_data[:32] == sha256(text_of(passkey, "rp_id").encode()).digest()
    return is_of_site and authenticator_data[32] & flags == flags


def _is_about(challenge: bytes, passkey: Mapping[str, JSON], client_data: bytes) -> bool:
    said = json.loads(client_data)
    found = (said["type"], said["challenge"], said["origin"])
    return found == ("webauthn.get", to_base64url(challenge), text_of(passkey, "origin"))
