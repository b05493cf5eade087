"""A receipt in its signed form: JSON Web Signature, compact serialisation (RFC 7515 section 7.1). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from accounts.records.canonical import canonical, parse
from consent.receipts.signing_key import ALGORITHM, SigningKey, base64url
from consent.receipts.verify_offline import decoded

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

TYPE = "consent-receipt+jws"
"""Says what is signed, so that nothing else that this key might ever sign passes for a receipt."""


def sign(document: Mapping[str, JSON], key: SigningKey) -> str:
    """Return ``header.payload.signature``. The payload is the canonical form of ``document`` (RFC 8785)."""
    header = canonical({"alg": ALGORITHM, "kid": key.kid, "typ": TYPE})
    signed = f"{base64url(header)}.{base64url(canonical(document))}"
    return f"{signed}.{base64url(key.sign(signed.encode()))}"


def document_of(jws: str) -> dict[str, JSON]:
    """Return what :func:`sign` was given, unchecked. Raises ``ValueError`` for anything else."""
    document = parse(decoded(jws.split(".")[1]))
    if not isinstance(document, Mapping):
        raise ValueError(f"expected an object, found {type(document).__name__}")
    return dict(document)


def digest(document: Mapping[str, JSON]) -> str:
    """SHA-256 of the canonical form, in hexadecimal: what JSON, PDF and the site's records have in common."""
    return sha256(canonical(document)).hexdigest()


def file_of(jws: str) -> bytes:
    """Return the JSON file that is handed out: the document to be read, its hash, and the signed form."""
    document = document_of(jws)
    content = {"document": document, "jws": jws, "sha256": digest(document)}
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
