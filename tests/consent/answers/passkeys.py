"""A passkey in software: a P-256 key that answers as an authenticator and its browser do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from consent.answers.evidence import to_base64url

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

    from accounts.users.models import User

ORIGIN = "http://testserver"
VERIFIED = 0x05
"""User present, user verified."""


@dataclass
class Passkey:
    """One credential, with a counter that goes on."""

    name: str = "phone"
    origin: str = ORIGIN
    rp_id: str = "testserver"
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def credential_id(self) -> bytes:
        return sha256(self.name.encode()).digest()

    def register(self, user: User) -> Authenticator:
        """Make it a passkey of ``user``, as allauth stores it."""
        from allauth.mfa.webauthn.internal.auth import WebAuthn

        data = AttestedCredentialData.create(
            b"\0" * 16, self.credential_id, ES256.from_cryptography_key(self.key.public_key())
        )
        authenticator_data = AuthenticatorData.create(
            sha256(self.rp_id.encode()).digest(), AuthenticatorData.FLAG(0x45), 0, data
        )
        client_data = CollectedClientData.create("webauthn.create", b"\0" * 32, self.origin)
        credential = {
            "id": to_base64url(self.credential_id),
            "rawId": to_base64url(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "attestationObject": to_base64url(AttestationObject.create("none", authenticator_data, {})),
                "clientDataJSON": to_base64url(client_data),
            },
        }
        return WebAuthn.add(user, self.name, credential).instance

    def sign(self, challenge: bytes, *, flags: int = VERIFIED, kind: str = "webauthn.get") -> str:
        """The assertion over ``challenge``, JSON as a browser writes it."""
        self.count += 1
        authenticator_data = AuthenticatorData.create(
            sha256(self.rp_id.encode()).digest(), AuthenticatorData.FLAG(flags), self.count
        )
        client_data = CollectedClientData.create(kind, challenge, self.origin)
        signature = self.key.sign(bytes(authenticator_data) + client_data.hash, ec.ECDSA(hashes.SHA256()))
        answer: dict[str, Any] = {
            "id": to_base64url(self.credential_id),
            "rawId": to_base64url(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": to_base64url(authenticator_data),
                "clientDataJSON": to_base64url(client_data),
                "signature": to_base64url(signature),
            },
        }
        return json.dumps(answer)
